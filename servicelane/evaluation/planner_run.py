"""The evaluation of models of wear: unseen fleets, one look at each part, and a year under three policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from maintenance_planner.wear.artefact import Artefact
from maintenance_planner.wear.components import components
from servicelane.evaluation.planner_baseline import plain_due_days, steady_due_days
from servicelane.evaluation.planner_examples import Look, looks
from servicelane.evaluation.planner_fleets import Life, lives
from servicelane.evaluation.planner_parts import PartResult, judge_parts
from servicelane.evaluation.planner_year import YearResult, live_years
from simulator.faults.ranges import Part
from simulator.wear.fleet import draw_fleet

MIX: Final = {"petrol": 0.09, "hybrid": 0.05, "diesel": 0.43, "electric": 0.43}
"""A diesel or an electric car has parts that no other has; 43 of a hundred give each part 400 looks of 1,000 cars."""

Heard = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PlannerEvaluation:
    """`version` and `origin` of the models that were judged."""

    part: Part
    seed: int
    cars: int
    version: str
    origin: dict[str, Any]
    parts: list[PartResult]
    years: list[YearResult]

    def as_json(self) -> dict[str, Any]:
        parts = [{**asdict(one), "coverage_interval": one.covered.interval} for one in self.parts]
        return {
            "ranges": self.part,
            "seed": self.seed,
            "cars": self.cars,
            "models": self.version,
            "origin": self.origin,
            "parts": parts,
            "year": [one.as_json() for one in self.years],
        }


def evaluate_planner(
    artefact: Artefact, part: Part, seed: int, cars: int, heard: Heard | None = None
) -> PlannerEvaluation:
    """The parts on a fleet of their own; the year on another, in the mix of a street."""
    found: dict[str, list[Look]] = {one.name: [] for one in components()}
    plain: dict[str, list[float]] = {one.name: [] for one in components()}
    steady: dict[str, list[float]] = {one.name: [] for one in components()}
    for life in _counted(lives(draw_fleet(part, seed, cars, MIX)), "parts", cars, heard):
        chance = np.random.default_rng((seed, life.car.number))
        for component in components():
            if component.name not in life.cycles:
                continue
            for look in looks(life, component, 1, chance):
                found[component.name].append(look)
                recorded = int(look.cycle.started) if look.cycle.recorded else None
                plain[component.name].append(plain_due_days(life, component, look.day, recorded))
                steady[component.name].append(steady_due_days(life, component, look))
    street = _counted(lives(draw_fleet(part, seed + 1, cars)), "the year", cars, heard)
    years = live_years(street, artefact, cars)
    parts = judge_parts(artefact, found, plain, steady)
    return PlannerEvaluation(part, seed, cars, artefact.version, dict(artefact.origin), parts, years)


def _counted(fleet: Iterable[Life], what: str, cars: int, heard: Heard | None) -> Iterable[Life]:
    for number, life in enumerate(fleet, start=1):
        yield life
        if heard and number % 20 == 0:
            heard(what, number, cars)
