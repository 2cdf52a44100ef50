"""Simulated fleets as a backend would know them, and beside it the truth: to train and to judge models of wear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from maintenance_planner.wear.history import AMBIENT, GAUGES, SUMS, Floats, WearHistory
from simulator.wear.days import Days, live
from simulator.wear.fleet import WearCar
from simulator.wear.gauges import readings
from simulator.wear.laws import wear

WATCHED_FROM: Final = (date(2006, 1, 1) - date(1970, 1, 1)).days
WATCHED_TO: Final = (date(2026, 1, 1) - date(1970, 1, 1)).days
"""Fleets are watched for twenty years, or no traction battery would be seen to its end."""

_NEW_BETWEEN: Final = (-8 * 365, 14 * 365)  # around the first day of watching
_LIFE_DAYS: Final = 26 * 365
_RECORD_SHARE: Final = 0.5  # of parts replaced before the car was watched, somebody wrote it down
_REPLACED_AT: Final = (0.9, 1.1)  # of what is due: an owner is early or late
_CARELESS_SHARE: Final = 0.25
"""Of parts are used beyond that, some until they fail: or nothing would be known of what is overdue."""

_FAR_DAYS: Final = 20_000.0


@dataclass(frozen=True, slots=True)
class Cycle:
    """One part from new to due: days since 1970, in parts of one. `due` and `fails` may lie beyond the simulation.

    `recorded`: somebody wrote down when it was new; `before` when the part before it was.
    """

    started: float
    due: float
    fails: float
    replaced: float
    recorded: bool
    before: float | None


@dataclass(frozen=True, slots=True)
class Life:
    """A car's years: what was stored of them, and what nobody could see.

    `km` and `worn` at the end of each day from `new_on` (days since 1970) on: how far it went, what each part took.
    """

    car: WearCar
    new_on: int
    history: WearHistory
    km: Floats
    worn: dict[str, Floats]
    cycles: dict[str, list[Cycle]]


def lives(fleet: Sequence[WearCar]) -> Iterator[Life]:
    """One after another: a fleet of years does not have to fit into memory."""
    for car in fleet:
        yield life_of(car)


def life_of(car: WearCar) -> Life:
    """New on some day before or while fleets are watched; each part is replaced when its owner finds it due."""
    chance = np.random.default_rng(car.seed + 1)
    new_on = WATCHED_FROM + int(chance.integers(*_NEW_BETWEEN))
    days = live(car, new_on, _LIFE_DAYS)
    worn = {name: np.cumsum(added) for name, added in wear(car, days).items()}
    cycles = {name: _cycles(values, new_on, car.fails_at[name], chance) for name, values in worn.items()}
    columns = _columns(car, days, worn, cycles, chance)
    first, last = max(WATCHED_FROM - new_on, 0), WATCHED_TO - new_on
    history = WearHistory(new_on + first, {name: values[first:last] for name, values in columns.items()})
    return Life(car, new_on, history, np.cumsum(days.km), worn, cycles)


def _cycles(worn: Floats, new_on: int, fails_at: float, chance: np.random.Generator) -> list[Cycle]:
    found: list[Cycle] = []
    level, started = 0.0, new_on - 1
    while started < new_on + len(worn) - 1:
        due, fails, replaced = (
            new_on + reached(worn, level + more) for more in (1.0, fails_at, _replaced_at(fails_at, chance))
        )
        recorded = started >= WATCHED_FROM or started < new_on or bool(chance.random() < _RECORD_SHARE)
        before = float(found[-1].started) if found and found[-1].recorded else None
        found.append(Cycle(started, due, fails, replaced, recorded, before))
        started = int(replaced)
        level = float(worn[min(started - new_on, len(worn) - 1)])
    return found


def _replaced_at(fails_at: float, chance: np.random.Generator) -> float:
    if chance.random() < _CARELESS_SHARE:
        return float(chance.uniform(1.0, fails_at))
    return float(chance.uniform(*_REPLACED_AT))


def reached(worn: Floats, level: float) -> float:
    """On which day, in parts of one; beyond the simulation at the mean pace of its last two years."""
    if level <= worn[-1]:
        place = int(np.searchsorted(worn, level))
        before = worn[place - 1] if place else 0.0
        return place - 1 + float((level - before) / max(worn[place] - before, 1e-12))
    pace = float(worn[-1] - worn[-730]) / 729.0
    return min(len(worn) - 1 + (level - float(worn[-1])) / max(pace, 1e-9), _FAR_DAYS)


def _columns(
    car: WearCar, days: Days, worn: dict[str, Floats], cycles: dict[str, list[Cycle]], chance: np.random.Generator
) -> dict[str, Floats]:
    driven = days.trips > 0
    columns: dict[str, Floats] = {name: getattr(days, name) for name in SUMS}
    columns[AMBIENT] = np.where(driven, np.round((days.ambient_c + chance.normal(0, 0.5, len(days))) * 2) / 2, np.nan)
    for part, values in worn.items():
        fresh = np.zeros(len(values))
        for cycle in cycles[part]:
            since = int(cycle.started) + 1 - days.first_day
            fresh[since:] = values[since - 1] if since else 0.0
        told = readings(car, part, values - fresh, chance)
        if told is not None:
            name, seen = told
            columns[name] = np.where(driven, seen, np.nan)
    return {name: np.full(len(days), np.nan) for name in GAUGES} | columns
