"""Verdicts in time to alarms: when one opens, how bad it gets, when it is over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

ADVISORY = 1
PLAN_A_VISIT = 2
SOON = 3
STOP = 4


class Evidence(NamedTuple):
    """One value against its limit. `quantity` carries the unit in its name and has its words in `catalogue/words.yaml`.

    `healthy_low` and `healthy_high` bound what a healthy car shows; None where that side has no bound. They are the
    band and `threshold` the line of a picture.
    """

    at_s: float
    quantity: str
    value: float
    threshold: float
    healthy_low: float | None = None
    healthy_high: float | None = None


class Verdict(NamedTuple):
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


@dataclass(slots=True)
class Watch:
    """One component under one rule: an alarm opens with a bad verdict and ends after some healthy ones in a row."""

    worst: Verdict | None = None
    found_s: float = 0.0
    onset_s: float = 0.0
    healthy: int = 0

    def take(self, verdict: Verdict, healthy_to_end: int) -> bool:
        """True where this verdict ends the alarm; `alarm` then tells it a last time before `clear`."""
        if verdict.severity:
            if self.worst is None:
                self.found_s = verdict.at_s
                self.onset_s = verdict.at_s if verdict.onset_s is None else min(verdict.onset_s, verdict.at_s)
            if self.worst is None or verdict.severity > self.worst.severity:
                self.worst = verdict
            self.healthy = 0
            return False
        self.healthy += self.worst is not None
        return self.worst is not None and self.healthy >= healthy_to_end

    def clear(self) -> None:
        self.worst, self.healthy = None, 0

    def alarm(self, kind: str, component: str, ended_s: float | None = None) -> Alarm:
        assert self.worst is not None
        worst = self.worst
        return Alarm(kind, component, worst.severity, self.found_s, self.onset_s, worst.evidence, ended_s)

    def plain(self) -> list[Any]:
        """For JSON; `from_plain` reads it again."""
        return [self.worst, self.found_s, self.onset_s, self.healthy]

    @classmethod
    def from_plain(cls, told: Sequence[Any]) -> Self:
        worst, found_s, onset_s, healthy = told
        if worst is not None:
            at_s, severity, evidence, since_s = worst
            worst = Verdict(at_s, severity, tuple(Evidence(*one) for one in evidence), since_s)
        return cls(worst, found_s, onset_s, healthy)
