"""What a trip says about its own sensors: how far each one moved, where it stood, how much it jumped."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Samples

CHECKED: Final = {
    "coolant": "coolant_temperature_c",
    "intake_air": "intake_air_temperature_c",
    "ambient": "ambient_temperature_c",
    "manifold": "intake_manifold_pressure_kpa",
    "air_mass": "mass_air_flow_gps",
    "throttle": "throttle_position_percent",
}
"""By the name of a sensor, the signal that is checked."""

_LEAST_BINS: Final = 30
_LEAST_SHARE: Final = 0.5


def features(trip: Samples, _car: Car) -> dict[str, float]:
    """`<sensor>_range`, `_level` (its mean) and `_jitter` (mean of the absolute second difference of 10 s means)."""
    if len(trip) < _LEAST_BINS:
        return {}
    told = {
        "seconds": float(trip.at_s[-1] - trip.at_s[0]),
        "engine_speed_range": _range(trip, "engine_speed_rpm"),
    }
    for sensor, name in CHECKED.items():
        values = trip.get(name)
        known = values[np.isfinite(values)]
        if len(known) < _LEAST_SHARE * len(trip):
            continue
        bends = known[2:] - 2.0 * known[1:-1] + known[:-2]
        told[f"{sensor}_range"] = float(known.max() - known.min())
        told[f"{sensor}_level"] = float(known.sum() / len(known))
        told[f"{sensor}_jitter"] = float(np.abs(bends).sum() / max(1, len(bends)))
    return told


def _range(trip: Samples, name: str) -> float:
    values = trip.get(name)
    known = values[np.isfinite(values)]
    return float(known.max() - known.min()) if len(known) else float("nan")
