"""What a trip says about how it was driven, and about the engine while the car stands: what compares one trip to
another.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Floats, Mask, Samples

_STANDS_KMH: Final = 3.0
_RUNNING_RPM: Final = 500.0
_WARM_C: Final = 70.0
_LEAST_BINS: Final = 6


def features(trip: Samples, car: Car) -> dict[str, float]:
    """`speed_kmh`: the mean while it moves. `idle_…`: means of a warm engine that runs while the car stands."""
    speed = trip.get("vehicle_speed_kmh")
    told = {"speed_kmh": _mean(speed, speed > _STANDS_KMH)}
    if car.drivetrain == "electric":
        return told
    rpm = trip.get("engine_speed_rpm")
    idle = (speed <= _STANDS_KMH) & (rpm > _RUNNING_RPM) & (trip.get("coolant_temperature_c") >= _WARM_C)
    return told | {
        "idle_speed_rpm": _mean(rpm, idle),
        "idle_air_gps": _mean(trip.get("mass_air_flow_gps"), idle),
        "idle_manifold_kpa": _mean(trip.get("intake_manifold_pressure_kpa"), idle),
    }


def _mean(values: Floats, part: Mask) -> float:
    known = values[part & np.isfinite(values)]
    return float(known.sum() / len(known)) if len(known) >= _LEAST_BINS else float("nan")
