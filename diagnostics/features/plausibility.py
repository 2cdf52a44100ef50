"""What a trip says about its own sensors: how far each one moved, where it stood, how much it jumped."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import Floats, Mask
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

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


def observe(parts: Parts) -> Seen:
    sums: dict[str, Floats | Mask] = {}
    last: dict[str, Floats] = {}
    extremes = {"engine_speed": parts.get("engine_speed_rpm")}
    for sensor, name in CHECKED.items():
        values = extremes[sensor] = parts.get(name)
        behind, behind_that = parts.behind(values, f"{sensor}_last", f"{sensor}_second")
        bends = np.abs(values - 2.0 * behind + behind_that)
        sums |= {f"{sensor}_bins": np.isfinite(values), f"{sensor}_sum": values, f"{sensor}_bent": bends}
        last |= {f"{sensor}_last": values, f"{sensor}_second": behind}
    return Seen(
        sums=sums,
        last=last,
        highest={f"{sensor}_highest": values for sensor, values in extremes.items()},
        lowest={f"{sensor}_lowest": values for sensor, values in extremes.items()},
    )


def features(told: Told) -> dict[str, Floats]:
    """`<sensor>_range`, `_level` (its mean) and `_jitter` (mean of the absolute second difference of 10 s means)."""
    enough = told.bins >= _LEAST_BINS
    found = {"seconds": told.seconds, "engine_speed_range": _range(told, "engine_speed")}
    for sensor in CHECKED:
        known = told.number(f"{sensor}_bins") >= _LEAST_SHARE * told.bins
        of_sensor = {
            f"{sensor}_range": _range(told, sensor),
            f"{sensor}_level": told.mean(f"{sensor}_sum", f"{sensor}_bins", 1),
            f"{sensor}_jitter": told.number(f"{sensor}_bent") / np.maximum(told.number(f"{sensor}_bins") - 2.0, 1.0),
        }
        found |= {name: np.where(known, of, np.nan) for name, of in of_sensor.items()}
    return {name: np.where(enough, of, np.nan) for name, of in found.items()}


def _range(told: Told, sensor: str) -> Floats:
    moved: Floats = told.number(f"{sensor}_highest") - told.number(f"{sensor}_lowest")
    return moved
