"""Alarms to findings: an id that follows from what is said, and words for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Final
from uuid import UUID, uuid5

from diagnostics.alarms import Alarm, Evidence
from diagnostics.catalogue_files import FOLDER, read_yaml
from diagnostics.code_catalogue import catalogue
from diagnostics.code_meaning import describe
from telemetry_schema.generated import servicelane_v1_pb2 as wire

LANGUAGES: Final = ("en", "zh")
_NAMESPACE: Final = UUID("5f0c1c0e-6a0b-5c52-9a43-3d1f6c1f7b10")  # of findings; drawn once, never changed


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one car, as it is stored and told. A worse severity is another finding."""

    finding_id: UUID
    vin: str
    alarm: Alarm

    @property
    def texts(self) -> dict[str, str]:
        alarm = self.alarm
        return {language: _sentence(alarm.kind, alarm.component, alarm.severity, language) for language in LANGUAGES}

    @property
    def evidence(self) -> list[dict[str, Any]]:
        return [_evidence(one) for one in self.alarm.evidence]


def finding_of(vin: str, alarm: Alarm) -> Finding:
    """The same words about the same car give the same id, whenever and however often they are derived."""
    said = f"{vin}|{alarm.kind}|{alarm.component}|{milliseconds(alarm.found_s)}|{alarm.severity}"
    return Finding(uuid5(_NAMESPACE, said), vin, alarm)


def encode_finding(finding: Finding) -> bytes:
    alarm = finding.alarm
    message = wire.Finding(
        finding_id=str(finding.finding_id),
        vin=finding.vin,
        kind=alarm.kind,
        component=alarm.component,
        severity=alarm.severity,
        found_at_ms=milliseconds(alarm.found_s),
        onset_at_ms=milliseconds(alarm.onset_s),
        text=finding.texts,
    )
    for one in alarm.evidence:
        message.evidence.add(
            recorded_at_ms=milliseconds(one.at_s), quantity=one.quantity, value=one.value, threshold=one.threshold
        )
    if alarm.ended_s is not None:
        message.ended_at_ms = milliseconds(alarm.ended_s)
    return message.SerializeToString(deterministic=True)


def instant(unix_s: float) -> datetime:
    return datetime.fromtimestamp(milliseconds(unix_s) / 1000, UTC)


def milliseconds(unix_s: float) -> int:
    return round(unix_s * 1000)


def component_words(component: str) -> dict[str, str]:
    """What a finding's component is called, of `NAME@ARTEFACT` what judged it too; without a name, as it is."""
    name, _, artefact = component.partition("@")
    named = _words()["components"].get(name, {})
    told = {language: named.get(language, name) for language in LANGUAGES}
    return {language: f"{words} ({artefact})" for language, words in told.items()} if artefact else told


@lru_cache(maxsize=4096)
def _sentence(kind: str, component: str, severity: int, language: str) -> str:
    words, named = _words(), component_words(component)[language]
    if kind == "trouble_code":
        title = describe(component).languages()[language]
        told: str = words["finding_of_a_code"][language].format(component=named, title=title)
    else:
        told = catalogue().codes[f"finding:{kind}"].text.languages()[language].format(component=named)
    stop, space = (".", " ") if language == "en" else ("。", "")
    return f"{told}{stop}{space}{words['advice'][str(severity)][language]}"


def _evidence(one: Evidence) -> dict[str, Any]:
    described = _words()["quantities"][one.quantity]
    return {
        "recorded_at": instant(one.at_s).isoformat(),
        "signal": one.quantity,
        "words": {language: described[language] for language in LANGUAGES},
        "value": round(one.value, 3),
        "unit": described["unit"],
        "threshold": round(one.threshold, 3),
        **{name: round(bound, 3) for name, bound in _band(one).items() if bound is not None},
    }


def _band(one: Evidence) -> dict[str, float | None]:
    return {"healthy_low": one.healthy_low, "healthy_high": one.healthy_high}


@cache
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = read_yaml(FOLDER / "words.yaml")
    return words
