"""Findings and trouble codes as symptoms, and which symptoms are one fault. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from diagnostics.alarms import Alarm
from diagnostics.code_catalogue import OTHER, Catalogue, CodeEntry
from diagnostics.code_episodes import CodeEpisode
from diagnostics.code_meaning import describe, severity_of

FINDING: Final = "finding:"
SHARED_WEIGHT: Final = 0.15
"""Two symptoms are one fault where a cause explains each of them at least so well [default, calibrate]."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that was wrong from `first_seen_s` to `ended_s` (None: still is), in Unix seconds.

    `entry_id` is its key in the catalogue: `P0302`, or `finding:battery_ageing`. `component` tells two findings of
    one kind apart and is the whole text of a code (`P0302-00`). `fields` are what the finding speaks of: its quantities
    and its component. `firm`: a finding or a confirmed code; a pending code only adds to a fault. `titles` by language
    name a code that the catalogue has no entry for.
    """

    first_seen_s: float
    entry_id: str
    component: str = ""
    severity: int = 2
    ended_s: float | None = None
    firm: bool = True
    fields: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> str:
        """The kind of the finding, or the code: what features are named by."""
        return self.entry_id.removeprefix(FINDING)

    @property
    def features(self) -> frozenset[str]:
        """The feature ids of the catalogue that this symptom makes true."""
        return frozenset((self.source, *(f"{self.source}.{name}" for name in self.fields)))

    @property
    def is_finding(self) -> bool:
        return self.entry_id.startswith(FINDING)


def of_alarm(alarm: Alarm) -> Symptom:
    """A detector's finding; its fields are the quantities of its evidence and its component."""
    fields = {one.quantity for one in alarm.evidence} | ({named(alarm.component)} if alarm.component else set())
    return Symptom(
        first_seen_s=alarm.onset_s,
        entry_id=FINDING + alarm.kind,
        component=alarm.component,
        severity=alarm.severity,
        ended_s=alarm.ended_s,
        fields=tuple(sorted(fields)),
    )


def of_episode(episode: CodeEpisode) -> Symptom:
    """A trouble code; the failure type behind its dash is of its component, not of its entry."""
    text = episode.text
    return Symptom(
        first_seen_s=episode.first_seen_s,
        entry_id=text.split("-")[0],
        component=text,
        severity=severity_of(text),
        ended_s=episode.ended_s if episode.healed_s is None else episode.healed_s,
        firm=episode.confirmed_s is not None,
        titles=tuple(sorted(describe(text).languages().items())),
    )


def named(component: str) -> str:
    """A component as a feature's field: `tyre front left` as `tyre_front_left`."""
    return component.replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Fault:
    """Symptoms of one car that one cause would explain, oldest first."""

    symptoms: tuple[Symptom, ...]
    first_seen_s: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first_seen_s", self.first.first_seen_s)

    @property
    def first(self) -> Symptom:
        """The one that names the fault."""
        return next(one for one in self.symptoms if one.firm)

    @property
    def ended_s(self) -> float | None:
        """When the last firm symptom ended; None while one lasts."""
        ends = [one.ended_s for one in self.symptoms if one.firm]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def present(self) -> tuple[Symptom, ...]:
        """What speaks now: the symptoms that last, or all of them once the fault is over."""
        lasting = tuple(one for one in self.symptoms if one.ended_s is None)
        return lasting if self.ended_s is None else self.symptoms

    @property
    def entry_ids(self) -> tuple[str, ...]:
        return tuple(sorted({one.entry_id for one in self.symptoms}))


def faults_of(symptoms: Iterable[Symptom], known: Catalogue) -> list[Fault]:
    """The faults of one car, in the order in which they began; the order of `symptoms` does not matter."""
    ordered = sorted(set(symptoms), key=_order)
    parents = list(range(len(ordered)))

    def root(place: int) -> int:
        while parents[place] != place:
            place = parents[place]
        return place

    for one, other in _together_in_time(ordered):
        if belong_together(ordered[one], ordered[other], known):
            first, second = sorted((root(one), root(other)))
            parents[second] = first
    together: dict[int, list[Symptom]] = {}
    for place, symptom in enumerate(ordered):
        together.setdefault(root(place), []).append(symptom)
    faults = [Fault(tuple(members)) for members in together.values() if any(one.firm for one in members)]
    return sorted(faults, key=lambda fault: _order(fault.first))


def _together_in_time(ordered: Sequence[Symptom]) -> Iterator[tuple[int, int]]:
    """Places of those of which the earlier was not over when the later began; `ordered` by their beginnings."""
    for place, one in enumerate(ordered):
        for other in range(place + 1, len(ordered)):
            if one.ended_s is not None and ordered[other].first_seen_s > one.ended_s:
                break
            yield place, other


def belong_together(one: Symptom, other: Symptom, known: Catalogue) -> bool:
    """Whether both were there at one time, and one cause explains both, or the catalogue names one with the other."""
    if not _at_one_time(one, other):
        return False
    if one.is_finding and one.entry_id == other.entry_id:
        return one.component == other.component
    if one.entry_id == other.entry_id:
        return True
    entries = known.codes.get(one.entry_id), known.codes.get(other.entry_id)
    return _share_a_cause(*entries) or _speaks_for(one, entries[1], known) or _speaks_for(other, entries[0], known)


def _at_one_time(one: Symptom, other: Symptom) -> bool:
    return (one.ended_s is None or other.first_seen_s <= one.ended_s) and (
        other.ended_s is None or one.first_seen_s <= other.ended_s
    )


def _share_a_cause(one: CodeEntry | None, other: CodeEntry | None) -> bool:
    if one is None or other is None:
        return False
    shared = (one.causes.keys() & other.causes.keys()) - {OTHER}
    return any(min(one.causes[cause], other.causes[cause]) >= SHARED_WEIGHT for cause in shared)


def _speaks_for(symptom: Symptom, entry: CodeEntry | None, known: Catalogue) -> bool:
    """Whether the symptom is a known companion of that entry, or evidence for one of its likely causes."""
    if entry is None:
        return False
    likely = [cause for cause, weight in entry.causes.items() if weight >= SHARED_WEIGHT and cause in known.causes]
    named = {*entry.seen_with, *(feature for cause in likely for feature in known.causes[cause].evidence_for)}
    return not symptom.features.isdisjoint(named)


def _order(symptom: Symptom) -> tuple[float, str, str, float, int, bool, tuple[str, ...]]:
    ended_s = float("inf") if symptom.ended_s is None else symptom.ended_s
    told = (symptom.severity, symptom.firm, symptom.fields)
    return (symptom.first_seen_s, symptom.entry_id, symptom.component, ended_s, *told)
