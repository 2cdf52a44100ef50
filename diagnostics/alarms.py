"""Verdicts in time to alarms: when one opens, how bad it gets, when it is over. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ADVISORY = 1
PLAN_A_VISIT = 2
SOON = 3
STOP = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value against its limit. `quantity` carries the unit in its name."""

    at_s: float
    quantity: str
    value: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a detector says at one instant; severity 0 is healthy."""

    at_s: float
    severity: int = 0
    evidence: tuple[Evidence, ...] = ()
    onset_s: float | None = None  # first evidence, where the rule knows it


@dataclass(frozen=True, slots=True)
class Alarm:
    """One fault of one component. `found_s` is the instant that completed it at its first severity.

    `ended_s` is the instant at which it had been healthy for long enough; None while it lasts. `severity` and
    `evidence` are those of the worst verdict.
    """

    kind: str
    component: str
    severity: int
    found_s: float
    onset_s: float
    evidence: tuple[Evidence, ...]
    ended_s: float | None = None


def alarms_of(kind: str, component: str, verdicts: Iterable[Verdict], healthy_to_end: int) -> list[Alarm]:
    """An alarm opens with a bad verdict and ends after `healthy_to_end` healthy ones in a row."""
    alarms: list[Alarm] = []
    worst: Verdict | None = None
    found_s = onset_s = 0.0
    healthy = 0
    for verdict in verdicts:
        if verdict.severity:
            if worst is None:
                found_s = verdict.at_s
                onset_s = verdict.onset_s if verdict.onset_s is not None else verdict.at_s
            worst = verdict if worst is None or verdict.severity > worst.severity else worst
            healthy = 0
        elif worst is not None:
            healthy += 1
            if healthy >= healthy_to_end:
                alarms.append(_alarm(kind, component, worst, found_s, onset_s, verdict.at_s))
                worst = None
    if worst is not None:
        alarms.append(_alarm(kind, component, worst, found_s, onset_s, None))
    return alarms


def _alarm(kind: str, component: str, worst: Verdict, found_s: float, onset_s: float, ended_s: float | None) -> Alarm:
    return Alarm(kind, component, worst.severity, found_s, min(onset_s, found_s), worst.evidence, ended_s)
