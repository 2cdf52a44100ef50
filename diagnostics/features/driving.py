"""What a trip says about how it was driven, and about the engine while the car stands: what compares one trip to
another.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import Floats, Mask
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

_STANDS_KMH: Final = 3.0
_RUNNING_RPM: Final = 500.0
_WARM_C: Final = 70.0
_LEAST_BINS: Final = 6
_IDLE: Final = {
    "idle_speed_rpm": "engine_speed_rpm",
    "idle_air_gps": "mass_air_flow_gps",
    "idle_manifold_kpa": "intake_manifold_pressure_kpa",
}


def observe(parts: Parts) -> Seen:
    speed, rpm = parts.get("vehicle_speed_kmh"), parts.get("engine_speed_rpm")
    idle = (speed <= _STANDS_KMH) & (rpm > _RUNNING_RPM) & (parts.get("coolant_temperature_c") >= _WARM_C)
    moving, idle = np.where(speed > _STANDS_KMH, speed, np.nan), idle & ~parts.electric
    means = {"speed_kmh": moving} | {name: np.where(idle, parts.get(signal), np.nan) for name, signal in _IDLE.items()}
    sums: dict[str, Floats | Mask] = {f"{name}_sum": values for name, values in means.items()}
    return Seen(sums=sums | {f"{name}_bins": np.isfinite(values) for name, values in means.items()})


def features(told: Told) -> dict[str, Floats]:
    """`speed_kmh`: the mean while it moves. `idle_…`: means of a warm engine that runs while the car stands."""
    return {name: told.mean(f"{name}_sum", f"{name}_bins", _LEAST_BINS) for name in ("speed_kmh", *_IDLE)}
