"""What a trip says about mixture: the sum of short and long fuel trim of a warm engine, by how much air it takes."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Floats, Mask, Samples

_WARM_C: Final = 70.0
_RUNNING_RPM: Final = 500.0
_IDLE_KMH: Final = 3.0
_CRUISE_KMH: Final = 25.0
_HIGH_LOAD_PERCENT: Final = 60.0
_LOW_LOAD_PERCENT: Final = 50.0
_LEAST_BINS: Final = 3
_WIDEST_PERCENT: Final = 60.0  # trims are clipped at 25 % each by control units; more is no trim


def features(trip: Samples, car: Car) -> dict[str, float]:
    """`trim_percent` of all; `trim_idle_`, `trim_cruise_`, `trim_load_percent` of a part that was long enough."""
    if car.drivetrain in ("electric", "diesel"):
        return {}
    trim = _total_percent(trip)
    known = _warm(trip) & (trip.get("engine_speed_rpm") > _RUNNING_RPM) & (np.abs(trim) < _WIDEST_PERCENT)
    if np.count_nonzero(known) < 2 * _LEAST_BINS:
        return {}
    speed, load = trip.get("vehicle_speed_kmh"), trip.get("engine_load_percent")
    parts = {
        "trim_percent": known,
        "trim_idle_percent": known & (speed < _IDLE_KMH),
        "trim_cruise_percent": known & (speed > _CRUISE_KMH) & (load < _LOW_LOAD_PERCENT),
        "trim_load_percent": known & (load > _HIGH_LOAD_PERCENT),
    }
    return {name: _mean(trim, part) for name, part in parts.items()}


def _total_percent(trip: Samples) -> Floats:
    """Of the first bank, or the mean of both."""
    first = trip.get("short_term_fuel_trim_1_percent") + trip.get("long_term_fuel_trim_1_percent")
    second = trip.get("short_term_fuel_trim_2_percent") + trip.get("long_term_fuel_trim_2_percent")
    return np.where(np.isnan(second), first, (first + second) / 2)


def _warm(trip: Samples) -> Mask:
    """Closed loop for certain; where the coolant is not told, after five minutes."""
    coolant = trip.get("coolant_temperature_c")
    return np.where(np.isnan(coolant), trip.at_s - trip.at_s[0] > 300.0, coolant >= _WARM_C)


def _mean(values: Floats, part: Mask) -> float:
    count = np.count_nonzero(part)
    return float(values[part].sum() / count) if count >= _LEAST_BINS else float("nan")
