"""One simulated life from its samples to what diagnostics said of it, through the code that the worker runs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from diagnostics.cases import STEP_SECONDS
from diagnostics.findings import Finding, instant
from diagnostics.history import History
from diagnostics.service import findings_of
from servicelane.evaluation.cases import Case, Life, life_of
from servicelane.evaluation.causes import place_of_truth
from servicelane.evaluation.histories import history_of, until
from servicelane.evaluation.matching import answers, explains
from simulator.drive import Burst


@dataclass(frozen=True, slots=True)
class Said:
    """One finding. `answers` the hidden fault, or is at least `explained` by it; instants in Unix seconds."""

    kind: str
    component: str
    severity: int
    found_s: float
    odometer_km: float
    answers: bool
    explained: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case. `driven_h` are hours of driving, `days` those of the whole life.

    `cause_place` is where isolation ranks the true cause, from 1; None where nothing answers the fault.
    """

    case: Case
    drivetrain: str
    said: tuple[Said, ...]
    driven_h: float
    days: float
    onset_s: float | None = None
    strands_s: float | None = None
    strands_km: float | None = None
    cause_place: int | None = None


TELLS_AFTER_S: Final = STEP_SECONDS
"""From a frame to what is said of it at the latest: the worker judges a trip while it goes on."""


@dataclass
class _Logbook:
    """Odometer and hours as a life goes by, and what was recorded on the trip on which the car stranded."""

    at_s: list[float] = field(default_factory=list)
    km: list[float] = field(default_factory=list)
    driven_h: float = 0.0
    ends_s: float = 0.0
    stranding: Burst | None = None

    def follow(self, life: Life) -> Iterator[Burst]:
        for burst in life.bursts():
            self.ends_s = burst.ends_at_ms / 1000.0
            if burst.events and len(burst.recorded_at_ms):
                self.at_s.append(burst.ends_at_ms / 1000.0)
                self.km.append(burst.events[-1].odometer_km)
                self.driven_h += len(burst.recorded_at_ms) * life.scenario.frame_seconds / 3600.0
            if self.stranding is None and life.fault and life.fault.strands_at_ms:
                self.stranding = burst
            yield burst

    def odometer_km(self, at_s: float) -> float:
        place = bisect_right(self.at_s, at_s)
        return self.km[max(0, place - 1)] if self.km else 0.0


def live(case: Case) -> Outcome:
    life, logbook = life_of(case), _Logbook()
    history = history_of(life.spec, logbook.follow(life))
    truth = life.fault.as_json() if life.fault else None
    start_s = life.end_ms / 1000.0 - life.scenario.days * 86_400.0
    findings = findings_of(history)
    fault = life.fault
    told = [*findings, *_just_before(life, history, logbook, findings)]
    return Outcome(
        case=case,
        drivetrain=life.spec.drivetrain,
        said=tuple(sorted((_said(one, truth, logbook) for one in told), key=lambda one: one.found_s)),
        driven_h=logbook.driven_h,
        days=(logbook.ends_s - start_s) / 86_400.0,
        onset_s=fault.onset_at_ms / 1000.0 if fault else None,
        strands_s=fault.strands_at_ms / 1000.0 if fault and fault.strands_at_ms else None,
        strands_km=fault.strands_at_km if fault else None,
        cause_place=place_of_truth(history, findings, truth) if truth else None,
    )


def _just_before(life: Life, history: History, logbook: _Logbook, findings: Sequence[Finding]) -> list[Finding]:
    """What had been found on the trip on which the car strands, before it did."""
    if life.fault is None or life.fault.strands_at_ms is None or logbook.stranding is None:
        return []
    found = {one.alarm.found_s for one in findings}
    then = until(history, logbook.stranding, life.fault.strands_at_ms / 1000.0 - TELLS_AFTER_S)
    return [one for one in findings_of(then) if one.alarm.found_s not in found]


def _said(finding: Finding, truth: dict[str, Any] | None, logbook: _Logbook) -> Said:
    alarm = finding.alarm
    row = {"vin": finding.vin, "kind": alarm.kind, "component": alarm.component, "found_at": instant(alarm.found_s)}
    return Said(
        kind=alarm.kind,
        component=alarm.component,
        severity=alarm.severity,
        found_s=alarm.found_s,
        odometer_km=logbook.odometer_km(alarm.found_s),
        answers=truth is not None and answers(row, truth),
        explained=truth is not None and explains(row, truth),
    )
