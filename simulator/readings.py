"""What a car's sensors say: each signal's true value, the sensor's noise and its resolution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.car import FUEL_G_PER_L, Car
from simulator.physics.traction_battery import TractionBattery
from simulator.physics.tyres import WHEELS
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import SignalColumn


@dataclass(frozen=True, slots=True)
class Reading:
    """`noise` is one standard deviation; a value is rounded to multiples of `step` (0: not at all)."""

    name: str
    value: Callable[[], float]
    step: float = 0.1
    noise: float = 0.0


class Instruments:
    """The readings of one car as columns: `take` once per frame, `columns` once per burst."""

    def __init__(self, readings: Sequence[Reading], seed: int) -> None:
        self.readings = readings
        self._values = [reading.value for reading in readings]
        self._signals = [signal(reading.name) for reading in readings]
        self._noise = np.array([reading.noise for reading in readings])
        self._step = np.array([reading.step or 1e-6 for reading in readings])
        self._low = np.array([-np.inf if one.low is None else one.low for one in self._signals])
        self._high = np.array([np.inf if one.high is None else one.high for one in self._signals])
        self._chance = np.random.default_rng(seed)

    def take(self) -> list[float]:
        return [value() for value in self._values]

    def columns(self, rows: Sequence[Sequence[float]]) -> dict[int, SignalColumn]:
        """Rows of `take`, shape (frames, signals), as what the sensors said."""
        truth = np.array(rows, dtype=np.float64)
        noisy = truth + self._chance.standard_normal(truth.shape) * self._noise
        matrix: npt.NDArray[Any] = np.clip(np.round(noisy / self._step) * self._step, self._low, self._high)
        return {
            one.id: SignalColumn(matrix[:, place].astype(one.storage.dtype)) for place, one in enumerate(self._signals)
        }


def driving_readings(car: Car) -> list[Reading]:
    """Everything a running car of this drivetrain says."""
    readings = [
        Reading("vehicle_speed_kmh", lambda: car.speed_kmh, 1),
        Reading("odometer_km", lambda: car.odometer_km),
        Reading("ambient_temperature_c", lambda: car.ambient_c, 0.5, 0.4),
        Reading("system_voltage_v", lambda: car.low_voltage.system_v, 0.01, 0.04),
        Reading("voltage_ripple_v", lambda: car.low_voltage.ripple_v, 0.01, 0.03),
        Reading("brake_disc_temperature_c", lambda: car.brakes.disc_c, 1),
        *wheel_readings(car),
    ]
    if not car.electric:
        readings += _combustion(car)
    if car.spark:
        readings += _spark(car)
    if car.diesel:
        readings += _diesel(car)
    if car.traction:
        readings += _traction(car.traction)
    return readings


def parked_readings(car: Car) -> list[Reading]:
    """What a parked car reports now and then."""
    return [
        *wheel_readings(car),
        Reading("rest_voltage_v", car.low_voltage.open_circuit_v, 0.01, 0.02),
        Reading("ambient_temperature_c", lambda: car.ambient_c, 0.5, 0.3),
    ]


def wheel_readings(car: Car) -> list[Reading]:
    readings = []
    for number, wheel in enumerate(WHEELS):
        readings += [
            Reading(f"tyre_pressure_{wheel}_kpa", _pressure(car, number), 1, 0.6),
            Reading(f"tyre_temperature_{wheel}_c", lambda: car.ambient_c + car.tyres.heat_c, 1, 0.5),
            Reading(f"brake_pad_{wheel}_mm", _pad(car, number), 0.01),
        ]
    return readings


def _pressure(car: Car, number: int) -> Callable[[], float]:
    return lambda: car.tyres.pressure_kpa(number, car.ambient_c)


def _pad(car: Car, number: int) -> Callable[[], float]:
    return lambda: car.brakes.pad_mm[number]


def _combustion(car: Car) -> list[Reading]:
    engine, cooling = car.engine, car.cooling
    return [
        Reading("engine_speed_rpm", lambda: engine.rpm, 1, 12),
        Reading("coolant_temperature_c", car.coolant_reading_c, 1, 0.35),
        Reading("intake_air_temperature_c", lambda: car.ambient_c + 6 + 0.12 * (cooling.coolant_c - 20), 1, 0.5),
        Reading("intake_manifold_pressure_kpa", lambda: engine.map_kpa, 1, 0.5),
        Reading("mass_air_flow_gps", lambda: engine.maf_gps * car.trim.maf_gain, 0.01, 0.05),
        Reading("throttle_position_percent", lambda: engine.throttle, 0.4),
        Reading("engine_load_percent", lambda: 100 * engine.load, 0.4),
        Reading("engine_oil_temperature_c", lambda: cooling.oil_c, 1, 0.4),
        Reading("engine_oil_level_mm", lambda: car.oil.level_mm, 0.1, 0.6),
        Reading("engine_oil_life_percent", lambda: car.oil.life_percent, 1),
        Reading("coolant_level_percent", lambda: cooling.level_percent, 0.1, 0.8),
        Reading("radiator_fan_percent", lambda: 100 * cooling.fan, 1),
        Reading("fuel_rate_lph", lambda: engine.fuel_gps * 3600 / FUEL_G_PER_L, 0.05),
        Reading("fuel_level_percent", lambda: car.fuel_percent, 0.4),
    ]


def _spark(car: Car) -> list[Reading]:
    """Trims come in steps of 100/128 %, misfires as counts."""
    readings = [
        Reading("short_term_fuel_trim_1_percent", lambda: car.trim.short_percent, 0.78125),
        Reading("long_term_fuel_trim_1_percent", lambda: car.trim.long_percent, 0.78125),
    ]
    for number in range(min(8, car.engine.cylinders)):
        readings.append(Reading(f"misfire_count_cylinder_{number + 1}", _misfires(car, number), 1))
    return readings


def _misfires(car: Car, number: int) -> Callable[[], float]:
    return lambda: float(car.misfire.counts[number])


def _diesel(car: Car) -> list[Reading]:
    return [
        Reading("dpf_differential_pressure_kpa", lambda: car.filter.pressure_kpa(car.engine.maf_gps), 0.01, 0.05),
        Reading("dpf_inlet_temperature_c", lambda: car.filter.inlet_c, 1, 2),
        Reading("dpf_soot_mass_g", lambda: car.filter.soot_g, 0.1, 0.2),
        Reading("dpf_distance_since_regeneration_km", lambda: car.filter.distance_km, 0.1),
    ]


def _traction(battery: TractionBattery) -> list[Reading]:
    return [
        Reading("traction_state_of_charge_percent", lambda: 100 * battery.soc),
        Reading("traction_state_of_health_percent", lambda: 100 * battery.soh),
        Reading("traction_voltage_v", battery.voltage_v, 0.1, 0.2),
        Reading("traction_current_a", lambda: battery.current_a),
        Reading("traction_cell_voltage_min_v", lambda: battery.cell_v() - battery.spread_v, 0.001, 0.001),
        Reading("traction_cell_voltage_max_v", battery.cell_v, 0.001, 0.001),
        Reading("traction_cell_id_min", lambda: float(battery.weak_cell), 1),
        Reading("traction_temperature_average_c", lambda: battery.temperature_c, 0.5),
        Reading("traction_charged_kwh", lambda: battery.charged_kwh, 0.01),
    ]
