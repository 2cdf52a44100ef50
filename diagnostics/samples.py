"""What diagnostics looks at of a car's samples: means over ten seconds, as numpy columns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

BIN_SECONDS: Final = 10
"""Long enough to calm a sensor's noise, short against anything that a detector looks for."""

DRIVING_SIGNALS: Final = (
    "vehicle_speed_kmh",
    "engine_speed_rpm",
    "ambient_temperature_c",
    "system_voltage_v",
    "voltage_ripple_v",
    "coolant_temperature_c",
    "coolant_level_percent",
    "mass_air_flow_gps",
    "fuel_rate_lph",
    "intake_air_temperature_c",
)
WHEELS: Final = ("front_left", "front_right", "rear_left", "rear_right")
PRESSURE: Final = {wheel: f"tyre_pressure_{wheel}_kpa" for wheel in WHEELS}
TEMPERATURE: Final = {wheel: f"tyre_temperature_{wheel}_c" for wheel in WHEELS}
SIGNALS: Final = (*DRIVING_SIGNALS, *PRESSURE.values(), *TEMPERATURE.values())


@dataclass(frozen=True, slots=True)
class Samples:
    """`at_s` has shape (n,), ascending Unix seconds; each column has shape (n,), NaN where nothing was said."""

    at_s: Floats
    columns: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.at_s)

    def get(self, name: str) -> Floats:
        """The column, all NaN where the car does not have the signal."""
        found = self.columns.get(name)
        return found if found is not None else np.full(len(self), np.nan)

    def part(self, start: int, stop: int) -> Samples:
        return Samples(self.at_s[start:stop], {name: values[start:stop] for name, values in self.columns.items()})


def longest_stretch_s(at_s: Floats, holds: Mask) -> float:
    """Seconds of the longest unbroken run of samples for which `holds`; a gap of three bins breaks it."""
    longest = 0.0
    began: float | None = None
    previous = -np.inf
    for instant, held in zip(at_s, holds, strict=True):
        if not held:
            began = None
        else:
            began = instant if began is None or instant - previous > 3 * BIN_SECONDS else began
            longest = max(longest, float(instant - began) + BIN_SECONDS)
        previous = instant
    return longest
