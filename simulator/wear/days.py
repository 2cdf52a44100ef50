"""The days of one car over years: its trips drawn as `simulator.usage` draws them, and summed.

A trip is one line of `trip_rates`, so a dozen years of a car take some milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.physics.following import Floats, follow
from simulator.profiles import KINDS
from simulator.usage import DAYS
from simulator.wear.fleet import WearCar
from simulator.wear.trip_rates import AMBIENTS_C, COLD, MEASURES, WARM, trip_rates
from simulator.weather import CLIMATES

_JAMMED_SHARE: Final = 0.12  # as in simulator.usage
_JAMMED, _COMMUTE = KINDS.index("jammed"), KINDS.index("commute")
_SHORT_MINUTES: Final = 10.0
_WARM_HOURS: Final = 4.0
_AWAY_DAYS: Final = 14
_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Days:
    """Sums of each day from `first_day` (days since 1970) on, each of shape (n,).

    `brake_work_kj_kg` is what a style of driving adds to the roads' own; `ambient_c` the mean of the day.
    """

    first_day: int
    km: Floats
    idle_s: Floats
    running_s: Floats
    fuel_l: Floats
    weighted_revolutions: Floats
    brake_work_kj_kg: Floats
    trips: Floats
    cold_starts: Floats
    cold_short: Floats
    ambient_c: Floats

    def __len__(self) -> int:
        return len(self.km)


def live(car: WearCar, first_day: int, days: int) -> Days:
    """The same car and days give the same."""
    chance = np.random.default_rng(car.seed)
    at = first_day + np.arange(days)
    ambient_c = _weather(car.climate, at, chance)
    usages = _usages(car, days)
    away = _holidays(at, chance)
    happens, minutes, kinds, cold = (np.zeros((days, 5), dtype) for dtype in (bool, float, int, bool))
    for usage in sorted(set(usages.tolist())):  # what is drawn next must not hang on the order of a set
        rows = np.flatnonzero(usages == usage)
        for place, slot in enumerate(DAYS[usage]):
            drawn = _slot(slot, (at[rows] + 3) % 7 >= 5, car, chance)
            happens[rows, place], minutes[rows, place], kinds[rows, place] = drawn
            earlier = [one[0] for one in DAYS[usage] if one[0] < slot[0]]
            cold[rows, place] = not earlier or slot[0] - max(earlier) > _WARM_HOURS
    happens[away] = False
    return _summed(car, first_day, ambient_c, happens, minutes, kinds, cold, chance)


def _summed(
    car: WearCar,
    first_day: int,
    ambient_c: Floats,
    happens: npt.NDArray[np.bool_],
    minutes: Floats,
    kinds: npt.NDArray[np.int_],
    cold: npt.NDArray[np.bool_],
    chance: np.random.Generator,
) -> Days:
    rates = trip_rates(car.drivetrain)
    day, place = np.nonzero(happens)
    length, kind, start = minutes[day, place], kinds[day, place], np.where(cold[day, place], COLD, WARM)
    climate = np.clip(np.interp(ambient_c[day], AMBIENTS_C, np.arange(len(AMBIENTS_C))), 0, len(AMBIENTS_C) - 1.001)
    lower, share = climate.astype(int), climate - climate.astype(int)
    lines = rates.lines[kind, lower, start] * (1 - share)[:, None, None]
    lines += rates.lines[kind, lower + 1, start] * share[:, None, None]
    told = np.maximum(0.0, lines[..., 0] + lines[..., 1] * length[:, None])
    told *= np.maximum(0.2, 1.0 + rates.scatter[kind] * chance.standard_normal(told.shape))
    sums = {name: np.bincount(day, told[:, n], len(ambient_c)).astype(np.float64) for n, name in enumerate(MEASURES)}
    sums["brake_work_kj_kg"] = sums["brake_work_kj_kg"] * car.harshness
    is_cold = cold[day, place]
    short = is_cold & (length < _SHORT_MINUTES) & (ambient_c[day] < 0)
    counts = [np.bincount(day, weights, len(ambient_c)) for weights in (None, is_cold, short)]
    trips, cold_starts, cold_short = (one.astype(np.float64) for one in counts)
    return Days(
        first_day=first_day, **sums, trips=trips, cold_starts=cold_starts, cold_short=cold_short, ambient_c=ambient_c
    )


def _slot(
    slot: tuple[float, float, str, float, float, float, float],
    free: npt.NDArray[np.bool_],
    car: WearCar,
    chance: np.random.Generator,
) -> tuple[npt.NDArray[np.bool_], Floats, npt.NDArray[np.int_]]:
    """Whether the trip takes place on each day, how long it is and of which kind."""
    _, _, kind, minutes, scatter, on_working_day, on_free_day = slot
    likely = np.where(free, on_free_day, on_working_day) * car.activity
    happens = chance.random(len(free)) < likely
    lengths = np.maximum(6.0, chance.normal(minutes * car.minutes, scatter, len(free)))
    kinds = np.full(len(free), KINDS.index(kind))
    if kind == "commute":
        kinds[chance.random(len(free)) < _JAMMED_SHARE] = _JAMMED
    return happens, lengths, kinds


def _usages(car: WearCar, days: int) -> npt.NDArray[np.str_]:
    """A new job, a child, a move: now and then a car is used in another way."""
    stretch = np.minimum(np.arange(days) / (car.years_between_changes * _YEAR), len(car.usages) - 1)
    told: npt.NDArray[np.str_] = np.array(car.usages)[stretch.astype(int)]
    return told


def _holidays(at: npt.NDArray[np.int_], chance: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Two weeks in July or August without the car, in two years of three."""
    year = (at / _YEAR).astype(int)
    year -= year[0]
    starts = chance.integers(182, 228, year[-1] + 1)
    starts[chance.random(len(starts)) < 1 / 3] = -100
    of_year = at % _YEAR
    away: npt.NDArray[np.bool_] = (of_year >= starts[year]) & (of_year < starts[year] + _AWAY_DAYS)
    return away


def _weather(climate: str, at: npt.NDArray[np.int_], chance: np.random.Generator) -> Floats:
    """The mean of each day: season and spells as in `simulator.weather`."""
    mean, season, _ = CLIMATES[climate]
    spells = follow(chance.normal(0, 2.4, len(at)) * 4.0, 0.0, 0.25)  # 0.75 of a spell stays to the next day
    told: Floats = mean - season * np.cos(2 * np.pi * (at % _YEAR - 20) / _YEAR) + spells
    return told
