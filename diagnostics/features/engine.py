"""What a trip says about ignition and oil: misfires by cylinder, revolutions, oil level and life, distance."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import MISFIRES, Floats, Samples, median

_RUNNING_RPM: Final = 500.0
_LONGEST_BIN_S: Final = 30.0
_SETTLED_SECONDS: Final = 60.0
_FIRINGS_COUNTED: Final = 500.0  # of one cylinder in the 1,000 revolutions that a count speaks of
_LEAST_BINS: Final = 6


def features(trip: Samples, car: Car) -> dict[str, float]:
    """`misfire_<n>` is the share of firings of a cylinder that failed, after the first minute; `km` the odometer."""
    told = {"km": _last(trip.get("odometer_km"))}
    if car.drivetrain == "electric":
        return told
    rpm = trip.get("engine_speed_rpm")
    steps = np.minimum(np.diff(trip.at_s, prepend=trip.at_s[0]), _LONGEST_BIN_S)
    turned = steps * np.where(rpm > _RUNNING_RPM, rpm, 0.0) / 60.0
    told["revolutions"] = float(turned.sum())
    told["oil_level_mm"] = median(trip.get("engine_oil_level_mm"))
    told["oil_life_percent"] = median(trip.get("engine_oil_life_percent"))
    return told | _misfires(trip, rpm)


def _misfires(trip: Samples, rpm: Floats) -> dict[str, float]:
    running = (rpm > _RUNNING_RPM) & (trip.at_s - trip.at_s[0] >= _SETTLED_SECONDS)
    told: dict[str, float] = {}
    for cylinder, name in MISFIRES.items():
        if not trip.has(name):
            continue
        counts = trip.get(name)
        known = running & (counts >= 0.0) & (counts <= _FIRINGS_COUNTED)
        if np.count_nonzero(known) >= _LEAST_BINS:
            told[f"misfire_{cylinder}"] = float(counts[known].mean()) / _FIRINGS_COUNTED
    return told


def _last(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else float("nan")
