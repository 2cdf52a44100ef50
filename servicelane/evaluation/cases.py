"""The cars of an evaluation: who is faulty, how and where. The same part, seed and number give the same car."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.drive import Burst, simulate_car
from simulator.faults.degradations import DEGRADATIONS
from simulator.faults.ranges import Part, chance_of, draw
from simulator.faults.schedule import HiddenFault
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import CLIMATES, Scenario

END_MS: Final = 1_780_272_000_000  # 1 June 2026: the past, so that the same command gives the same table
FAULTY_DAYS: Final = 150.0
HEALTHY_DAYS: Final = 183.0
HEALTHY_LIVES_PER_YEAR: Final = 2
_SEASON_MS: Final = 91 * 86_400_000
_DAY_MS: Final = 86_400_000
_AFTER_STRANDING_MS: Final = _DAY_MS  # then the car is in a workshop


@dataclass(frozen=True, slots=True)
class Case:
    """The `number`-th car with this fault, or without one."""

    part: Part
    seed: int
    number: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """A car, its days and its hidden fault; `bursts` is what it records, until a day after it has stranded."""

    spec: CarSpec
    scenario: Scenario
    seed: int
    end_ms: int
    fault: HiddenFault | None

    def bursts(self) -> Iterator[Burst]:
        fault = self.fault
        for burst in simulate_car(self.spec, self.scenario, self.seed, self.end_ms, fault):
            yield burst
            if fault and fault.strands_at_ms and burst.ends_at_ms > fault.strands_at_ms + _AFTER_STRANDING_MS:
                return


def life_of(case: Case) -> Life:
    days = FAULTY_DAYS if case.fault else HEALTHY_DAYS
    chance = chance_of(case.part, "car", case.fault or "healthy", case.seed, case.number)
    climate = CLIMATES[case.number % len(CLIMATES)]
    scenario = Scenario(f"evaluation-{case.part}", 1, days, climate, diesel_share=0.15, electric_share=0.15)
    seed = chance.getrandbits(30)
    spec = _car_for(case.fault, scenario, seed)
    end_ms = END_MS - case.number // len(CLIMATES) % 4 * _SEASON_MS
    return Life(spec, scenario, seed, end_ms, _fault(case, spec, end_ms - int(days * _DAY_MS)))


def _car_for(fault: str | None, scenario: Scenario, seed: int) -> CarSpec:
    """The first car drawn that can have the fault."""
    number = 0
    while True:
        spec = build_fleet(scenario, seed + number)[0]
        if fault is None or spec.drivetrain in DEGRADATIONS[fault].drivetrains:
            return spec
        number += 1


def _fault(case: Case, spec: CarSpec, start_ms: int) -> HiddenFault | None:
    if case.fault is None:
        return None
    drawn = draw(case.fault, case.part, case.seed, case.number)
    onset_ms = start_ms + int(drawn.onset_days * _DAY_MS)
    ramp_ms = int(drawn.ramp_days * _DAY_MS)
    return HiddenFault(spec.vin, DEGRADATIONS[case.fault], onset_ms, ramp_ms, drawn.parameters)
