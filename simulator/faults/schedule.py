"""Which car gets which degradation, when it begins, how fast it grows; and what is written down as the truth."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from simulator.car import Car
from simulator.driven import Driven
from simulator.faults.degradation import Degradation, Parameters
from simulator.faults.degradations import DEGRADATIONS
from simulator.fleet import CarSpec
from simulator.scenario import Scenario

_DAY_MS: Final = 86_400_000


@dataclass(slots=True)
class HiddenFault:
    """One degradation of one car. `strands_at_ms` is filled in while the car is simulated."""

    vin: str
    degradation: Degradation
    onset_at_ms: int
    ramp_ms: int
    parameters: Parameters = field(default_factory=dict)
    strands_at_ms: int | None = None
    strands_at_km: float | None = None
    history: list[tuple[int, float]] = field(default_factory=list)

    def severity(self, instant_ms: int) -> float:
        return min(1.0, max(0.0, (instant_ms - self.onset_at_ms) / self.ramp_ms))

    def __post_init__(self) -> None:
        self.parameters = {**self.degradation.usual, **self.parameters}

    def prepare(self, car: Car) -> None:
        self.degradation.prepare(car, self.parameters)

    def act(self, car: Car, instant_ms: int) -> None:
        """Brings the car to its state at that instant, and notes when it is done for."""
        severity = self.severity(instant_ms)
        if severity > 0:
            self.degradation.apply(car, severity, self.parameters)
        if not self.history or instant_ms - self.history[-1][0] >= _DAY_MS:
            self.history.append((instant_ms, round(severity, 3)))

    def watch(self, car: Car, driven: Driven, at_ms: npt.NDArray[np.int64]) -> None:
        """Notes the first instant at which the car was done for; instants have shape (n,)."""
        if self.strands_at_ms is not None or at_ms[-1] <= self.onset_at_ms:
            return
        done = np.broadcast_to(self.degradation.done_for(car, driven), len(at_ms)) & (at_ms > self.onset_at_ms)
        if done.any():
            place = int(np.argmax(done))
            self.strands_at_ms = int(at_ms[place])
            self.strands_at_km = float(driven.odometer_km[place])

    def as_json(self) -> dict[str, Any]:
        return {
            "vin": self.vin,
            "kind": self.degradation.kind,
            "component": self.degradation.component,
            "parameters": dict(self.parameters),
            "onset_at": _text(self.onset_at_ms),
            "strands_at": _text(self.strands_at_ms) if self.strands_at_ms else None,
            "severity_over_time": [[_text(instant), severity] for instant, severity in self.history],
        }


def assign_faults(scenario: Scenario, specs: Sequence[CarSpec], seed: int, start_ms: int) -> dict[str, HiddenFault]:
    """By VIN. Every planned degradation finds a car that can have it, as long as there is one."""
    chance = random.Random(f"faults/{scenario.name}/{seed}")
    free = list(specs)
    chance.shuffle(free)
    faults: dict[str, HiddenFault] = {}
    for plan in scenario.faults:
        degradation = DEGRADATIONS[plan.kind]
        for _ in range(plan.cars):
            spec = next((one for one in free if one.drivetrain in degradation.drivetrains), None)
            if spec is None:
                continue
            free.remove(spec)
            onset_ms = start_ms + int(chance.uniform(*plan.onset_days) * _DAY_MS)
            ramp_ms = int(chance.uniform(*plan.ramp_days) * _DAY_MS)
            faults[spec.vin] = HiddenFault(spec.vin, degradation, onset_ms, ramp_ms)
    return faults


def truth_document(faults: Sequence[HiddenFault], specs: Sequence[CarSpec]) -> dict[str, Any]:
    """What the truth file holds: the faults, and the cars that have none."""
    faulty = {fault.vin for fault in faults}
    return {
        "faults": [fault.as_json() for fault in faults],
        "healthy": [spec.vin for spec in specs if spec.vin not in faulty],
    }


def _text(instant_ms: int) -> str:
    return datetime.fromtimestamp(instant_ms / 1000, UTC).isoformat()
