"""What a trip says about coolant: how warm, how fast, how much."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Floats, Samples, longest_stretch_s, median
from diagnostics.warm_up import lowest_residual_c, model_coolant_c

_MOVING_KMH: Final = 25.0
_OPENS_C: Final = 78.0  # below it no thermostat of a car opens
_DEFAULT_DISPLACEMENT_L: Final = 2.0
_COLDEST_C: Final = -35.0  # -40 °C is a sensor that is unplugged
_STUCK_BINS: Final = 60
_STUCK_BELOW_C: Final = 100.0
_JUMPY_C: Final = 3.0  # mean step in ten seconds; an engine that warms up makes 1 to 2 °C
_HOTTEST_C: Final = 140.0  # above, too: coolant boils at about 130 °C under pressure


def features(trip: Samples, car: Car) -> dict[str, float]:
    if car.drivetrain == "electric":
        return {}
    coolant = trip.get("coolant_temperature_c")
    known = (coolant > _COLDEST_C) & (coolant < _HOTTEST_C)
    at_s, told = trip.at_s[known], coolant[known]
    if not _is_believed(told, int(np.isfinite(coolant).sum())):
        return {"coolant_level_percent": median(trip.get("coolant_level_percent"))}
    return {
        "coolant_start_c": float(told[0]),
        "coolant_highest_c": float(told.max()),
        "coolant_hot_c": float(np.sort(told)[-1 - len(told) // 20]),
        "coolant_above_110_s": longest_stretch_s(at_s, told > 110.0),
        "coolant_above_117_s": longest_stretch_s(at_s, told > 117.0),
        "coolant_level_percent": median(trip.get("coolant_level_percent")),
        "coolant_droop_c": _highway_droop(trip, coolant),
        "coolant_sag_c": _sag(told, trip.get("vehicle_speed_kmh")[known]),
        "coolant_residual_c": _residual(trip, car),
    }


def _is_believed(told: Floats, readings: int) -> bool:
    """Not cut off, stuck for minutes, nor jumping: `sensor_implausible` speaks of those."""
    if len(told) < 6 or len(told) < 0.8 * readings:
        return False
    moves = np.abs(np.diff(told))
    stuck = len(told) > _STUCK_BINS and not moves.any() and told[0] < _STUCK_BELOW_C
    return not stuck and float(moves.sum() / len(moves)) < _JUMPY_C


def _residual(trip: Samples, car: Car) -> float:
    displacement_l = float(car.specification.get("displacement_l", _DEFAULT_DISPLACEMENT_L))
    modelled = model_coolant_c(trip, car.drivetrain, displacement_l)
    residual = None if modelled is None else lowest_residual_c(trip, modelled)
    return float("nan") if residual is None else residual


def _highway_droop(trip: Samples, coolant: Floats) -> float:
    """How far a warm engine cools in cold wind: its warm median less the median above 90 km/h below 10 °C."""
    fast = (trip.get("vehicle_speed_kmh") > 90.0) & (trip.get("ambient_temperature_c") < 10.0)
    if np.count_nonzero(fast) < 6:
        return float("nan")
    warm = np.maximum.accumulate(np.nan_to_num(coolant, nan=-99.0)) >= 80.0
    slow = warm & ~fast
    fast &= warm
    if np.count_nonzero(fast) < 6 or np.count_nonzero(slow) < 6:
        return float("nan")
    return median(coolant[slow]) - median(coolant[fast])


def _sag(coolant: Floats, speed_kmh: Floats) -> float:
    """How far a driving engine cools again before it has ever been warm: a thermostat that is closed does not let it.

    Only while the car moves: an idling engine may well cool when its heater is on.
    """
    calm = (coolant[:-2] + coolant[1:-1] + coolant[2:]) / 3
    speed = np.nan_to_num(speed_kmh)
    moving = (speed[:-2] + speed[1:-1] + speed[2:]) / 3 > _MOVING_KMH
    warm = np.flatnonzero(calm >= _OPENS_C)
    until = int(warm[0]) if len(warm) else len(calm)
    deepest, highest, told = 0.0, -np.inf, False
    for now, moves in zip(calm[:until].tolist(), moving[:until].tolist(), strict=True):
        highest = max(highest, now) if moves else -np.inf
        deepest = max(deepest, highest - now)
        told |= moves
    return deepest if told else float("nan")
