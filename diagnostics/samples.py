"""What diagnostics looks at of a car's samples: means over ten seconds, as numpy columns. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

BIN_SECONDS: Final = 10
"""Long enough to calm a sensor's noise, short against anything that a detector looks for."""

WHEELS: Final = ("front_left", "front_right", "rear_left", "rear_right")
PRESSURE: Final = {wheel: f"tyre_pressure_{wheel}_kpa" for wheel in WHEELS}
TEMPERATURE: Final = {wheel: f"tyre_temperature_{wheel}_c" for wheel in WHEELS}
PAD: Final = {wheel: f"brake_pad_{wheel}_mm" for wheel in WHEELS}
PAD_WEAR: Final = {wheel: f"brake_pad_wear_{wheel}_percent" for wheel in WHEELS}
CYLINDERS: Final = tuple(range(1, 9))
MISFIRES: Final = {cylinder: f"misfire_count_cylinder_{cylinder}" for cylinder in CYLINDERS}

SIGNALS: Final = (
    "vehicle_speed_kmh",
    "odometer_km",
    "ambient_temperature_c",
    "system_voltage_v",
    "voltage_ripple_v",
    "engine_speed_rpm",
    "coolant_temperature_c",
    "intake_air_temperature_c",
    "intake_manifold_pressure_kpa",
    "mass_air_flow_gps",
    "throttle_position_percent",
    "engine_load_percent",
    "short_term_fuel_trim_1_percent",
    "long_term_fuel_trim_1_percent",
    "short_term_fuel_trim_2_percent",
    "long_term_fuel_trim_2_percent",
    "engine_oil_temperature_c",
    "engine_oil_pressure_kpa",
    "engine_oil_level_mm",
    "engine_oil_life_percent",
    "coolant_level_percent",
    "fuel_rate_lph",
    "dpf_differential_pressure_kpa",
    "dpf_soot_mass_g",
    "dpf_distance_since_regeneration_km",
    "exhaust_flow_kgph",
    "traction_state_of_charge_percent",
    "traction_state_of_health_percent",
    "traction_current_a",
    "traction_cell_voltage_min_v",
    "traction_cell_voltage_max_v",
    "traction_cell_id_min",
    "traction_temperature_average_c",
    *MISFIRES.values(),
    *PRESSURE.values(),
    *TEMPERATURE.values(),
    *PAD.values(),
    *PAD_WEAR.values(),
)
"""What is looked at while a car drives, in the order of `fetch_driving_bins.sql`."""

PARKED_SIGNALS: Final = (
    "rest_voltage_v",
    "quiescent_current_ma",
    "ambient_temperature_c",
    "traction_current_a",
    "traction_cell_voltage_min_v",
    "traction_cell_voltage_max_v",
    *PRESSURE.values(),
    *TEMPERATURE.values(),
)
"""What is looked at while it stands, in the order of `fetch_parked_bins.sql`."""


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
        return found if found is not None else np.full(len(self.at_s), np.nan)

    def bins(self, names: Sequence[str]) -> Floats:
        """Instants and columns side by side, shape (n, 1 + names)."""
        side_by_side = np.full((1 + len(names), len(self.at_s)), np.nan)
        side_by_side[0] = self.at_s
        for place, name in enumerate(names, 1):
            if name in self.columns:
                side_by_side[place] = self.columns[name]
        return side_by_side.T

    def has(self, name: str) -> bool:
        """Whether the car said anything of it."""
        found = self.columns.get(name)
        return found is not None and bool(np.isfinite(found).any())

    def part(self, start: int, stop: int) -> Samples:
        return Samples(self.at_s[start:stop], {name: values[start:stop] for name, values in self.columns.items()})


def samples_of(bins: Floats, names: Sequence[str]) -> Samples:
    """`bins` has shape (n, 1 + names), instants first; what is NaN throughout has no column."""
    columns = np.ascontiguousarray(bins.T)
    told: list[bool] = np.any(np.isfinite(columns), axis=1).tolist()
    return Samples(columns[0], {name: columns[place] for place, name in enumerate(names, 1) if told[place]})


def firsts(numbers: npt.NDArray[np.int64]) -> Mask:
    """Of rows that belong together by ascending numbers, which are the first of theirs."""
    found = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=found[1:])
    return found
