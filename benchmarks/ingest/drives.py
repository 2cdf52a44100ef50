"""What the cars of the benchmark measure: a seeded drive each, one frame a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from telemetry_schema.vin import with_check_digit

FRAME_MS: Final = 1000
POSITION_EVERY: Final = 10
"""Frames between two positions: the catalogue asks for 0.1 Hz."""

FRAMES_PER_REPORT: Final = 500
"""Frames between two code reports of a car, on average."""

_CODES: Final = (0x017100, 0x030000, 0x042000, 0x012800, 0x010100, 0x056200)


class Quantity(NamedTuple):
    """A signal that is in every frame: where it starts, how far it moves in a second, its decimals."""

    name: str
    start: float
    step: float
    low: float
    high: float
    decimals: int


QUANTITIES: Final = (
    Quantity("vehicle_speed_kmh", 60, 2.0, 0, 180, 1),
    Quantity("odometer_km", 48_000, 0.02, 0, 300_000, 2),
    Quantity("trip_distance_km", 12, 0.02, 0, 400, 2),
    Quantity("longitudinal_acceleration_ms2", 0, 0.3, -6, 6, 2),
    Quantity("lateral_acceleration_ms2", 0, 0.3, -6, 6, 2),
    Quantity("ambient_temperature_c", 14, 0.05, -30, 45, 1),
    Quantity("system_voltage_v", 14.1, 0.03, 11, 15.2, 2),
    Quantity("battery_current_a", 6, 0.8, -120, 120, 1),
    Quantity("battery_temperature_c", 24, 0.05, -20, 70, 1),
    Quantity("battery_state_of_charge_percent", 84, 0.05, 20, 100, 1),
    Quantity("alternator_load_percent", 42, 1.5, 0, 100, 1),
    Quantity("engine_speed_rpm", 1900, 60, 650, 6000, 0),
    Quantity("coolant_temperature_c", 89, 0.2, -30, 112, 1),
    Quantity("intake_air_temperature_c", 28, 0.2, -30, 75, 1),
    Quantity("intake_manifold_pressure_kpa", 48, 2, 18, 220, 1),
    Quantity("mass_air_flow_gps", 18, 1.2, 1, 250, 2),
    Quantity("throttle_position_percent", 22, 2, 0, 100, 1),
    Quantity("engine_load_percent", 38, 2, 0, 100, 1),
    Quantity("accelerator_pedal_d_percent", 21, 2, 0, 100, 1),
    Quantity("short_term_fuel_trim_1_percent", 0, 0.6, -25, 25, 2),
    Quantity("long_term_fuel_trim_1_percent", 1.5, 0.02, -25, 25, 2),
    Quantity("ignition_timing_deg", 18, 1.2, -20, 55, 1),
    Quantity("engine_oil_temperature_c", 94, 0.1, -30, 140, 1),
    Quantity("engine_oil_pressure_kpa", 320, 6, 60, 700, 0),
    Quantity("engine_run_time_s", 900, 1, 0, 80_000, 0),
    Quantity("fuel_level_percent", 61, 0.02, 0, 100, 1),
    Quantity("fuel_rate_lph", 6.2, 0.5, 0, 60, 2),
    Quantity("brake_pedal_percent", 2, 2, 0, 100, 1),
    Quantity("steering_angle_deg", 0, 4, -500, 500, 1),
    Quantity("commanded_lambda", 1, 0.004, 0.7, 1.3, 3),
)
POSITIONS: Final = ("latitude_deg", "longitude_deg")


@dataclass(frozen=True, slots=True)
class CodeReport:
    """0 to 3 trouble codes, read at a frame."""

    frame: int
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drive:
    """One car. Shapes: `at_ms` (frames,) from the start of the run, `values` (frames, signals), `positions` (…, 2)."""

    vin: str
    boot_id: UUID
    at_ms: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    positions: npt.NDArray[np.float64]
    reports: tuple[CodeReport, ...]

    @property
    def frames(self) -> int:
        return len(self.at_ms)

    def position_of(self, frame: int) -> npt.NDArray[np.float64] | None:
        return self.positions[frame // POSITION_EVERY] if frame % POSITION_EVERY == 0 else None


def vin_of(car: int) -> str:
    return with_check_digit(f"SLBENCH00{car:08d}")


def drive(car: int, frames: int, seed: int) -> Drive:
    """The same for the same arguments, whatever the number of cars."""
    random = np.random.default_rng((seed, car))
    at_ms = np.arange(frames, dtype=np.int64) * FRAME_MS + int(random.integers(FRAME_MS))
    route = np.cumsum(random.normal(0, 2e-4, (-(-frames // POSITION_EVERY), 2)), axis=0)
    return Drive(
        vin=vin_of(car),
        boot_id=UUID(bytes=random.bytes(16), version=4),
        at_ms=at_ms,
        values=_walk(random, frames),
        positions=np.round(random.uniform((45, 5), (52, 14)) + route, 6),
        reports=tuple(_reports(random, frames)),
    )


def _walk(random: np.random.Generator, frames: int) -> npt.NDArray[np.float64]:
    start, step, low, high = (np.array(column, dtype=np.float64) for column in list(zip(*QUANTITIES, strict=True))[1:5])
    moves = random.normal(0, 1, (frames, len(QUANTITIES))) * step
    values = np.clip(start * random.uniform(0.95, 1.05) + np.cumsum(moves, axis=0), low, high)
    for number, quantity in enumerate(QUANTITIES):
        values[:, number] = np.round(values[:, number], quantity.decimals)
    return values


def _reports(random: np.random.Generator, frames: int) -> list[CodeReport]:
    due = np.flatnonzero(random.random(frames) < 1 / FRAMES_PER_REPORT).tolist()
    return [CodeReport(frame, _some_codes(random)) for frame in due]


def _some_codes(random: np.random.Generator) -> tuple[int, ...]:
    chosen: Any = random.choice(_CODES, int(random.integers(4)), replace=False)
    return tuple(int(code) for code in chosen)
