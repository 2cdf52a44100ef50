"""What a trip does to a car, as a line in its minutes: fitted to trips that are driven frame by frame.

The physics is that of `simulator.car`; a year of a thousand cars is then a sum of lines, at a millionth of the cost. By
kind of trip, outside temperature and whether the engine starts cold, for a car with an engine and one without.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from simulator.car import Car
from simulator.driven import Driven
from simulator.fleet import CarSpec
from simulator.physics.following import Floats
from simulator.profiles import KINDS, speed_trace

FRAME_S: Final = 10.0
AMBIENTS_C: Final = np.array((-15.0, 0.0, 15.0, 30.0))
MEASURES: Final = ("km", "idle_s", "running_s", "fuel_l", "weighted_revolutions", "brake_work_kj_kg")
TYPICAL_MINUTES: Final = {"short": 13, "commute": 27, "regional": 46, "long": 95, "rounds": 115, "jammed": 27}
COLD, WARM = 0, 1

_WARM_C: Final = 60.0  # a coolant after two hours' rest
_LIMITS_C: Final = np.array((20.0, 50.0, 70.0, 110.0, 120.0, 127.0))
_WEIGHTS: Final = np.array((4.0, 2.5, 1.5, 1.0, 1.5, 3.0, 8.0))  # handbook 7.3; above 127 °C the oil is spent soon


@dataclass(frozen=True, slots=True)
class TripRates:
    """`lines[kind, ambient, start, measure]` = (of each trip, of each minute); `scatter` relative, 1 sd."""

    lines: npt.NDArray[np.float64]
    scatter: npt.NDArray[np.float64]


def measures_of(driven: Driven, dt: float, fuel_l: float) -> dict[str, float]:
    """What the frames of a trip say, by the definitions of the planner's days (handbook 6.7 and 7.3)."""
    speed = driven.speed_kmh
    told = {
        "km": float(speed.sum()) * dt / 3600.0,
        "idle_s": float((speed < 1).sum()) * dt,
        "running_s": len(speed) * dt,
        "fuel_l": fuel_l,
        "weighted_revolutions": 0.0,
        "brake_work_kj_kg": brake_work_kj_kg(speed, dt),
    }
    if driven.engine is not None:
        weights = _WEIGHTS[np.searchsorted(_LIMITS_C, driven.engine.oil_c, side="right")]
        told["weighted_revolutions"] = float((driven.engine.rpm * weights).mean()) * told["running_s"] / 60.0
    return told


def brake_work_kj_kg(speed_kmh: Floats, dt: float) -> float:
    """What the brakes took for each kg of the car; drag and engine take the first 0.25 m/s²."""
    before, after = speed_kmh[:-1] / 3.6, speed_kmh[1:] / 3.6
    slowing = np.maximum(0.0, (before - after) / dt - 0.25)
    return float((slowing * (before + after) / 2).sum()) * dt / 1000.0


@cache
def trip_rates(drivetrain: str) -> TripRates:
    """Of the typical car of a drivetrain. A second of CPU, once."""
    lines = np.zeros((len(KINDS), len(AMBIENTS_C), 2, len(MEASURES), 2))
    scatter = np.zeros((len(KINDS), len(MEASURES)))
    for k, kind in enumerate(KINDS):
        minutes = np.array([TYPICAL_MINUTES[kind] * share for share in (0.6, 0.8, 1.0, 1.25, 1.6)] * 3)
        for a, ambient_c in enumerate(AMBIENTS_C):
            for start in (COLD, WARM):
                told = _driven(drivetrain, kind, minutes, float(ambient_c), start)
                terms = np.stack([np.ones_like(minutes), minutes], axis=1)
                fitted = np.linalg.lstsq(terms / minutes[:, None], told / minutes[:, None], rcond=None)[0]
                lines[k, a, start] = fitted.T
                expected = terms @ fitted
                scatter[k] += (np.std(told - expected, axis=0) / np.maximum(told.mean(axis=0), 1e-9)) / 8.0
    return TripRates(lines, scatter)


def _driven(drivetrain: str, kind: str, minutes: Floats, ambient_c: float, start: int) -> Floats:
    """Measures of trips of so many minutes, shape (n, measures); the same roads whatever the weather."""
    rows = []
    for number, length in enumerate(minutes):
        chance = random.Random(f"trip/{kind}/{number}")
        car = Car(typical_car(drivetrain), chance, ambient_c)
        if start == WARM:
            car.cooling.coolant_c = car.cooling.oil_c = _WARM_C
        speeds = np.array(speed_trace(kind, float(length), FRAME_S, chance))
        told = measures_of(car.drive(FRAME_S, speeds), FRAME_S, car.fuel_l)
        rows.append([told[name] for name in MEASURES])
    return np.array(rows)


def typical_car(drivetrain: str) -> CarSpec:
    """1,500 kg, as heavy as the middle of the fleet."""
    specification: dict[str, Any] = {"mass_kg": 1380, "tyre_placard_front_kpa": 230, "tyre_placard_rear_kpa": 230}
    if drivetrain != "electric":
        specification |= {"displacement_l": 2.0, "cylinders": 4, "fuel_tank_l": 51}
    if drivetrain in ("electric", "hybrid"):
        specification["battery_capacity_kwh"] = 52 if drivetrain == "electric" else 1.4
    return CarSpec(
        vin="9SV000000T0000000", model_id=f"{drivetrain}-midsize", make="Servicelane", model="typical",
        model_year=2020, drivetrain=drivetrain, in_service_on=date(2020, 1, 1), odometer_km=0.0,
        usage="commuter", specification=specification,
    )  # fmt: skip
