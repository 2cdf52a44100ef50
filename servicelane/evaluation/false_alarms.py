"""What diagnostics says of cars that have nothing: every service-level finding is a false alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from servicelane.evaluation.detectors import END_MS, service_findings
from simulator.fleet import build_fleet
from simulator.scenario import CLIMATES, Scenario

_DAYS: Final = 365.0
_DAYS_AT_ONCE: Final = 180.0
"""A worker looks back as far; a year is two lives of half a year, winter and summer."""


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    car_years: float
    findings: tuple[str, ...]  # what was found on which kind of car


def evaluate_false_alarms(
    seed: int, car_years: int, heard: Callable[[int, int], None] = lambda _done, _all: None
) -> FalseAlarms:
    """Healthy cars of all climates, kinds and uses. Deterministic."""
    lives = list(_lives(seed, car_years))
    found: list[str] = []
    with ProcessPoolExecutor() as pool:
        for done, findings in enumerate(pool.map(_live, lives), 1):
            found += findings
            heard(done, len(lives))
    return FalseAlarms(len(lives) * _DAYS_AT_ONCE / _DAYS, tuple(found))


def _lives(seed: int, car_years: int) -> Iterator[tuple[int, str, int]]:
    """Seed, climate and end of each half year."""
    for number in range(round(car_years * _DAYS / _DAYS_AT_ONCE + 0.5)):
        yield seed + number, CLIMATES[number % 3], END_MS - (number // 3 % 2) * int(_DAYS_AT_ONCE * 86_400_000)


def _live(life: tuple[int, str, int]) -> list[str]:
    seed, climate, end_ms = life
    scenario = Scenario("healthy", 1, _DAYS_AT_ONCE, climate, diesel_share=0.15, electric_share=0.15)
    spec = build_fleet(scenario, seed)[0]
    return [
        f"seed {seed}, {climate} {spec.drivetrain} {spec.usage}: {finding.alarm.kind} {finding.alarm.component}"
        for finding in service_findings(spec, scenario, seed, end_ms)
    ]
