"""What is told of one fault: to the owner a sentence and whether to drive, to the workshop what to do. Pure."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from diagnostics.code_catalogue import OTHER, Catalogue, Cause, drive_advice
from diagnostics.findings import LANGUAGES, component_words
from diagnostics.isolation.next_test import NextTest
from diagnostics.isolation.ranking import RankedCause
from diagnostics.isolation.symptoms import Symptom

CAUSES_TOLD: Final = 6
"""So many causes are told by name; what is left is in `other`."""

KIT_COVERS: Final = 0.8
"""The kit holds the parts of the likeliest causes that together reach this probability."""

_SURE: Final = 0.8
_LIKELY: Final = 0.5
_STRICTNESS: Final = ("yes", "short", "no")
_FILE: Final = Path(__file__).parent / "words.toml"


@dataclass(frozen=True, slots=True)
class Statement:
    """Ready to be stored: plain values, every text in each language, probabilities to four digits."""

    severity: int
    drive: str
    owner: dict[str, str]
    drive_text: dict[str, str]
    causes: list[dict[str, Any]]
    tests: list[dict[str, Any]]
    kit: list[dict[str, Any]]
    labour_minutes: int
    skills: list[str]

    def of_the_past(self) -> Statement:
        """How bad it was; nobody has to look for the cause any more."""
        return replace(self, owner={}, drive_text={}, causes=[], tests=[], kit=[], labour_minutes=0, skills=[])


def statement_of(
    present: Sequence[Symptom], ranked: Sequence[RankedCause], tests: Sequence[NextTest], known: Catalogue
) -> Statement:
    """`present`: the symptoms that speak now, oldest first."""
    likeliest = _covering(ranked, known)
    symptoms = [one for one in present if one.firm]
    drive = max((drive_of(one, known) for one in symptoms), key=_STRICTNESS.index)
    return Statement(
        severity=max(one.severity for one in symptoms),
        drive=drive,
        owner=_owner(ranked, symptoms, known),
        drive_text=_drive_text(drive, symptoms, known),
        causes=told_causes(ranked, known),
        tests=[_test(one, ranked, known) for one in tests],
        kit=_kit(likeliest, known),
        labour_minutes=_labour_minutes(ranked, known),
        skills=sorted({known.causes[one.cause_id].skill for one in likeliest}),
    )


def drive_of(symptom: Symptom, known: Catalogue) -> str:
    """`yes`, `short` or `no`: the stricter of what the entry says and what the severity asks for."""
    entry = known.codes.get(symptom.entry_id)
    by_severity = drive_advice(symptom.severity)
    return by_severity if entry is None else max(entry.drive, by_severity, key=_STRICTNESS.index)


def told_causes(ranked: Sequence[RankedCause], known: Catalogue) -> list[dict[str, Any]]:
    """The first causes by name and `other`, which takes what is left; the probabilities sum to 1 as they stand."""
    told = [_cause(one, known.causes[one.cause_id], known) for one in _named(ranked, known)[:CAUSES_TOLD]]
    rest = round(1 - math.fsum(one["probability"] for one in told), 4)
    other = {"cause": OTHER, "probability": max(0.0, rest), "text": known.causes[OTHER].text.languages()}
    return [*told, other]


def _cause(one: RankedCause, cause: Cause, known: Catalogue) -> dict[str, Any]:
    return {
        "cause": one.cause_id,
        "probability": round(one.probability, 4),
        "text": cause.text.languages(),
        "component": cause.component,
        "skill": cause.skill,
        "labour_minutes": cause.labour_minutes,
        "parts": _kit([one], known),
        "supporting": list(one.supporting),
        "against": list(one.against),
    }


def _test(test: NextTest, ranked: Sequence[RankedCause], known: Catalogue) -> dict[str, Any]:
    check = known.checks[test.check_id]
    expected = [one.cause_id for one in ranked[:CAUSES_TOLD] if one.cause_id in check.expects]
    return {
        "check": test.check_id,
        "text": check.text.languages(),
        "minutes": check.minutes,
        "equipment": check.equipment.languages(),
        "information_bits": round(test.information_bits, 4),
        "bits_per_minute": round(test.bits_per_minute, 5),
        "positive_probability": round(test.positive_probability, 4),
        "expects": [{"cause": name, "text": check.expects[name].languages()} for name in expected],
    }


def _named(ranked: Iterable[RankedCause], known: Catalogue) -> list[RankedCause]:
    """Those that somebody can set out to repair."""
    return [one for one in ranked if one.cause_id != OTHER and one.cause_id in known.causes]


def _covering(ranked: Iterable[RankedCause], known: Catalogue) -> list[RankedCause]:
    """The fewest likely causes that reach `KIT_COVERS` together."""
    chosen: list[RankedCause] = []
    for one in _named(ranked, known):
        if math.fsum(kept.probability for kept in chosen) < KIT_COVERS:
            chosen.append(one)
    return chosen


def _kit(causes: Iterable[RankedCause], known: Catalogue) -> list[dict[str, Any]]:
    """Each part once, also where two causes need it: one repair is done."""
    names = dict.fromkeys(part for one in causes for part in known.causes[one.cause_id].parts)
    return [
        {
            "part": name,
            "text": known.parts[name].text.languages(),
            "number_kind": known.parts[name].number_kind,
            "quantity": known.parts[name].quantity,
        }
        for name in names
    ]


def _labour_minutes(ranked: Iterable[RankedCause], known: Catalogue) -> int:
    """The mean repair over the named causes, to five minutes; the search is in the checks."""
    named = [(one.probability, known.causes[one.cause_id].labour_minutes) for one in _named(ranked, known)]
    weight = math.fsum(probability for probability, _ in named)
    mean = math.fsum(probability * minutes for probability, minutes in named) / weight if weight else 0.0
    return 5 * math.ceil(mean / 5)


def _owner(ranked: Sequence[RankedCause], symptoms: Sequence[Symptom], known: Catalogue) -> dict[str, str]:
    first = ranked[0]
    if not _named([first], known) or first.probability < _LIKELY:
        worst = max(symptoms, key=lambda one: (one.severity, -one.first_seen_s))
        return _filled("unsure", title_of(worst, known))
    kind = "sure" if first.probability >= _SURE else "likely"
    return _filled(kind, known.causes[first.cause_id].owner.languages())


def title_of(symptom: Symptom, known: Catalogue) -> dict[str, str]:
    """What the symptom is called."""
    entry = known.codes.get(symptom.entry_id)
    if entry is not None:
        component = component_words(symptom.component)
        return {
            language: told.format(component=component[language]) for language, told in entry.text.languages().items()
        }
    return dict(symptom.titles or _words()["unnamed"])


def _drive_text(drive: str, symptoms: Sequence[Symptom], known: Catalogue) -> dict[str, str]:
    """What an entry says itself of driving, where it is the strictest; else the general words."""
    for one in sorted(symptoms, key=lambda one: (-one.severity, one.first_seen_s, one.entry_id)):
        entry = known.codes.get(one.entry_id)
        if entry is not None and entry.drive_text is not None and entry.drive == drive:
            return entry.drive_text.languages()
    return dict(_words()["drive"][drive])


def _filled(kind: str, told: Mapping[str, str]) -> dict[str, str]:
    return {language: _words()["owner"][kind][language].format(told=told[language]) for language in LANGUAGES}


@cache
def _words() -> Mapping[str, Any]:
    read: Mapping[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return read
