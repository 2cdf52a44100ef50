"""A year of a thousand cars whose owners go by the latest safe date, by the plain interval, or by nothing.

All three start from the same cars on the same day. A part that is replaced begins anew, and so does its gauge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from maintenance_planner.recommendations import LONG_OVER_DAYS
from maintenance_planner.visits import TOGETHER
from maintenance_planner.wear.artefact import Artefact
from maintenance_planner.wear.components import Component, components
from maintenance_planner.wear.history import WearHistory
from maintenance_planner.wear.observing import observe
from servicelane.evaluation.intervals import Rate, Share
from servicelane.evaluation.planner_baseline import plain_due_days
from servicelane.evaluation.planner_fleets import WATCHED_TO, Cycle, Life, reached
from simulator.wear.gauges import readings

YEAR_FROM: Final = WATCHED_TO - 1_125
DAYS: Final = 365
"""The last year in which the oldest car is still simulated."""
STRANDS: Final = frozenset(
    {"engine_oil", "brake_pads", "brake_discs", "tyres", "battery_12v", "fuel_filter", "particulate_filter_ash"}
)
"""Parts whose failure leaves the car standing, or forbids to drive on; a clogged air filter does not."""

NEEDLESS_BELOW: Final = 0.75
"""A visit is needless where every part that it replaced had more than a quarter of its life before it."""

_LOOK_DAYS: Final = 7
"""An owner reads the recommendations once a week."""

Adviser = Callable[[Life, Component, int, Cycle], float]
"""(life, part, day, its cycle) to the days until the work should be done at the latest."""


@dataclass(slots=True)
class YearResult:
    """Of one way to look after cars, over `car_years`. `worn`: of each part when it was replaced, 1 being due."""

    policy: str
    car_years: float
    strandings: int = 0
    visits: int = 0
    needless: int = 0
    replaced: int = 0
    worn: list[float] = field(default_factory=list)
    stranded_by: dict[str, int] = field(default_factory=dict)
    needless_by: dict[str, int] = field(default_factory=dict)

    @property
    def needless_rate(self) -> Rate:
        return Rate(self.needless, self.car_years)

    def avoided(self, without: YearResult) -> Share:
        """Of the strandings of those who do nothing."""
        return Share(max(without.strandings - self.strandings, 0), without.strandings)

    def as_json(self) -> dict[str, Any]:
        worn = np.quantile(self.worn, (0.1, 0.5, 0.9)).round(3).tolist() if self.worn else []
        told = {
            name: getattr(self, name)
            for name in ("policy", "car_years", "strandings", "visits", "needless", "replaced")
        }
        return {**told, "worn_when_replaced_p10_p50_p90": worn, "stranded_by": self.stranded_by}


def live_years(fleet: Iterable[Life], artefact: Artefact, cars: int) -> list[YearResult]:
    """Nobody acts; the plain interval; the latest safe date."""
    advisers: dict[str, Adviser | None] = {
        "nothing": None,
        "plain interval": _plain,
        "latest safe date": _latest_safe(artefact),
    }
    results = {name: YearResult(name, cars * DAYS / 365.25) for name in advisers}
    for life in fleet:
        for name, adviser in advisers.items():
            _live(life, adviser, results[name])
    return list(results.values())


def _plain(life: Life, component: Component, day: int, cycle: Cycle) -> float:
    return plain_due_days(life, component, day, int(cycle.started) if cycle.recorded else None)


def _latest_safe(artefact: Artefact) -> Adviser:
    """As `recommendations` has it: by what is measured, or else the interval and its grace."""

    def advise(life: Life, component: Component, day: int, cycle: Cycle) -> float:
        replaced_day = int(cycle.started) if cycle.recorded else None
        before = int(cycle.before) if cycle.before is not None and cycle.recorded else None
        seen = observe(component, life.history.until(day), replaced_day, before)
        if seen is None:
            return _plain(life, component, day, cycle) + LONG_OVER_DAYS
        model = artefact.parts[component.name]
        due, failure = model.days([seen], "due"), model.days([seen], "failure")
        return float(min((due.p50[0] + due.p90[0]) / 2, failure.p10[0]))

    return advise


def _live(life: Life, adviser: Adviser | None, result: YearResult) -> None:
    """Each part is asked about again when half of the time to its date has passed, and every week near it."""
    parts = {one.name: one for one in components() if one.name in life.cycles}
    running = {name: _running(life, name) for name in parts}
    ask_at, act_at = dict.fromkeys(parts, YEAR_FROM), dict.fromkeys(parts, float("inf"))
    car = _unattended(life, running)
    for day in range(YEAR_FROM, YEAR_FROM + DAYS, _LOOK_DAYS):
        for name in parts:
            if running[name].fails <= day:
                car, running[name] = _break_down(car, name, running[name], day, result)
                ask_at[name], act_at[name] = day, float("inf")
        if adviser is None:
            continue
        for name, part in parts.items():
            if ask_at[name] <= day:
                left = adviser(car, part, day, running[name])
                act_at[name], ask_at[name] = day + left, day + int(max(_LOOK_DAYS, min(left / 2, 90)))
        if min(act_at.values()) <= day + _LOOK_DAYS:
            done = [name for name in parts if act_at[name] <= day + TOGETHER.days]
            car = _visit(car, running, done, day, result)
            for name in done:
                ask_at[name], act_at[name] = day + _LOOK_DAYS, float("inf")


def _unattended(life: Life, running: dict[str, Cycle]) -> Life:
    """With gauges that go on where the year begins: what its owner once replaced within it is still in the car."""
    for name, cycle in running.items():
        life = _shown(life, name, YEAR_FROM, _level(life, name, cycle.started))
    return life


def _running(life: Life, part: str) -> Cycle:
    return next(one for one in life.cycles[part] if one.started < YEAR_FROM <= one.replaced)


def _break_down(car: Life, part: str, cycle: Cycle, day: int, result: YearResult) -> tuple[Life, Cycle]:
    if part in STRANDS:
        result.strandings += 1
        result.stranded_by[part] = result.stranded_by.get(part, 0) + 1
    return renewed(car, part, cycle, day)


def _visit(car: Life, running: dict[str, Cycle], done: list[str], day: int, result: YearResult) -> Life:
    worn = [_worn(car, name, running[name], day) for name in done]
    result.visits += 1
    result.replaced += len(done)
    result.worn += worn
    needless = max(worn) < NEEDLESS_BELOW
    result.needless += needless
    for name in done:
        result.needless_by[name] = result.needless_by.get(name, 0) + needless
        car, running[name] = renewed(car, name, running[name], day)
    return car


def _worn(life: Life, part: str, cycle: Cycle, day: int) -> float:
    values = life.worn[part]
    return float(values[day - life.new_on] - _level(life, part, cycle.started))


def renewed(life: Life, part: str, cycle: Cycle, day: int) -> tuple[Life, Cycle]:
    """With a new part from that day on, and a gauge that shows it; the other parts as they were."""
    values, level = life.worn[part], _level(life, part, day)
    due, fails = (life.new_on + reached(values, level + more) for more in (1.0, life.car.fails_at[part]))
    fresh = Cycle(day, due, fails, float("inf"), recorded=True, before=cycle.started if cycle.recorded else None)
    return _shown(life, part, day, level), fresh


def _shown(life: Life, part: str, day: int, level: float) -> Life:
    """With a gauge that shows, after that day, what was worn beyond that level."""
    history = life.history
    place = day + 1 - history.first_day
    ahead = life.worn[part][day + 1 - life.new_on :][: len(history) - place] - level
    told = readings(life.car, part, ahead, np.random.default_rng(life.car.seed + day))
    if told is None:
        return life
    name, seen = told
    column = history.columns[name].copy()
    column[place:] = np.where(history.columns["trips"][place:] > 0, seen, np.nan)
    return replace(life, history=WearHistory(history.first_day, {**history.columns, name: column}))


def _level(life: Life, part: str, day: float) -> float:
    place = int(day) - life.new_on
    return float(life.worn[part][min(place, len(life.worn[part]) - 1)]) if place >= 0 else 0.0
