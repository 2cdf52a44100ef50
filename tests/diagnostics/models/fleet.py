"""A fleet made by hand, without any simulator: cars of one model that follow the weather and differ a little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from diagnostics.history import EngineStart, History, Trip
from diagnostics.models.artefact import Artefact
from diagnostics.models.training import train
from telemetry_schema.vin import with_check_digit

DAY_S = 86_400.0
T0_S = 1_767_225_600.0  # 1 January 2026
MODEL = "petrol-handmade"
CARS = 20
DAYS = 100
SPECIFICATION = {"displacement_l": 1.6}

Spoil = Callable[[float, dict[str, float]], dict[str, float]]
"""Day and features of a trip to what a faulty car says in their place."""


def vin(number: int) -> str:
    return with_check_digit(f"1M8GDM9A0KP{number:06d}")


def car(number: int, spoil: Spoil | None = None, *, days: int = DAYS, first_day: int = 0, seed: int = 1) -> History:
    """Two trips and two starts a day. The air swings between -5 and 25 °C within sixty days."""
    own = np.random.default_rng([seed, number])
    voltage_v, trim_percent, sag_v = own.normal(13.8, 0.08), own.normal(-0.5, 1.0), own.normal(1.8, 0.1)
    trips, starts = [], []
    for half_day in range(2 * first_day, 2 * (first_day + days)):
        began_s = T0_S + half_day * DAY_S / 2
        air_c = 10.0 + 15.0 * np.sin(half_day / 2 / 60 * 2 * np.pi) + own.normal(0, 2)
        told = {
            "ambient_level": air_c,
            "seconds": own.uniform(900, 2400),
            "speed_kmh": own.uniform(25, 50),
            "charging_v": voltage_v - 0.009 * air_c + own.normal(0, 0.05),
            "ambient_range": 2.0,
            "ambient_jitter": 0.5,
            "charging_low_s": 0.0,
            "charging_high_s": 0.0,
            "ripple_v": abs(own.normal(0.12, 0.01)),
            "trim_percent": trim_percent + own.normal(0, 0.5),
            "trim_cruise_percent": trim_percent + own.normal(0, 0.6),
            "coolant_hot_c": 90.0 + own.normal(0, 1.0),
            "coolant_start_c": 60.0,
        }
        told = {name: round(float(value), 4) for name, value in told.items()}
        told = spoil(half_day / 2, told) if spoil else told
        minimum_v = 12.6 - sag_v - 0.03 * max(0.0, 25.0 - air_c) + own.normal(0, 0.05)
        starts.append(EngineStart(began_s - 5, float(minimum_v), 12.6 + own.normal(0, 0.02), float(air_c)))
        trips.append(Trip(began_s, began_s + 1800, told))
    return History(vin(number), "petrol", SPECIFICATION, trips, starts)


def lean(from_day: float, percent: float = 8.0) -> Spoil:
    """Fuel is added everywhere from that day on: eight percent is what no rule calls a fault."""

    def spoil(day: float, told: dict[str, float]) -> dict[str, float]:
        if day < from_day:
            return told
        return told | {name: told[name] + percent for name in ("trim_percent", "trim_cruise_percent")}

    return spoil


def fleet(faulty: int = 0) -> list[History]:
    return [car(number, lean(20.0) if number < faulty else None) for number in range(CARS)]


def trips_only(cars: Sequence[History]) -> list[History]:
    """A fleet that is trained on in half the time."""
    return [replace(one, starts=()) for one in cars]


@cache
def artefact() -> Artefact:
    """Trained once for all tests; one car in ten of its fleet was faulty."""
    return train(MODEL, fleet(faulty=2))


@cache
def sound() -> Artefact:
    """The same without faulty cars."""
    return train(MODEL, fleet())
