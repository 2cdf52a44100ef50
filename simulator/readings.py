"""What a car's sensors say: each signal's true value, the sensor's noise and its resolution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.car import FUEL_G_PER_L, Car
from simulator.driven import Driven
from simulator.physics.engine import EngineRun
from simulator.physics.following import Floats
from simulator.physics.traction_battery import TractionRun
from simulator.physics.tyres import WHEELS, gauge_kpa
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import SignalColumn


@dataclass(frozen=True, slots=True)
class Reading:
    """`noise` is one standard deviation; a value is rounded to multiples of `step` (0: not at all).

    `value` gives shape (n,), or one number for the whole trip.
    """

    name: str
    value: Callable[[Driven], Floats | float]
    step: float = 0.1
    noise: float = 0.0


class Instruments:
    """The readings of one car as columns."""

    def __init__(self, car: Car, readings: Sequence[Reading], seed: int) -> None:
        self._car = car
        self.readings = readings
        signals = [signal(reading.name) for reading in readings]
        self._columns = [(one.id, one.storage.dtype) for one in signals]
        self._noise = np.array([[reading.noise] for reading in readings])
        self._step = np.array([[reading.step or 1e-6] for reading in readings])
        self._low = np.array([[-np.inf if one.low is None else one.low] for one in signals])
        self._high = np.array([[np.inf if one.high is None else one.high] for one in signals])
        self._chance = np.random.default_rng(seed)

    def columns(self, driven: Driven) -> dict[int, SignalColumn]:
        """What the sensors said on a trip."""
        said = np.empty((len(self.readings), len(driven)))
        for place, reading in enumerate(self.readings):
            said[place] = reading.value(driven)
        said += self._chance.standard_normal(said.shape) * self._noise
        self._spoil(said)
        rounded: npt.NDArray[Any] = np.rint(said / self._step) * self._step
        matrix = np.minimum(np.maximum(rounded, self._low), self._high)
        return {
            number: SignalColumn(of.astype(dtype)) for (number, dtype), of in zip(self._columns, matrix, strict=True)
        }

    def _spoil(self, said: Floats) -> None:
        """A faulty sensor says something else."""
        fault = self._car.sensor_fault
        for place, reading in enumerate(self.readings):
            if fault is not None and reading.name == fault.signal:
                said[place] = fault.said(said[place], self._chance)


def driving_readings(car: Car) -> list[Reading]:
    """Everything a running car of this drivetrain says."""
    readings = [
        Reading("vehicle_speed_kmh", lambda d: d.speed_kmh, 1),
        Reading("odometer_km", lambda d: d.odometer_km),
        Reading("ambient_temperature_c", lambda d: d.ambient_c, 0.5, 0.4),
        Reading("system_voltage_v", lambda d: d.system_v, 0.01, 0.04),
        Reading("voltage_ripple_v", lambda _: car.low_voltage.ripple_v, 0.01, 0.03),
        Reading("brake_disc_temperature_c", lambda d: d.disc_c, 1),
        *wheel_readings(),
    ]
    if not car.electric:
        readings += _combustion(car)
    if car.spark:
        readings += _spark(car)
    if car.diesel:
        readings += _diesel(car)
    if car.traction:
        readings += _traction(car)
    return readings


def parked_readings(car: Car) -> list[Reading]:
    """What a parked car reports now and then."""
    return [
        *wheel_readings(),
        Reading("rest_voltage_v", lambda d: d.system_v, 0.01, 0.02),
        Reading("ambient_temperature_c", lambda d: d.ambient_c, 0.5, 0.3),
    ]


def wheel_readings() -> list[Reading]:
    readings = []
    for number, wheel in enumerate(WHEELS):
        readings += [
            Reading(f"tyre_pressure_{wheel}_kpa", _pressure(number), 1, 0.6),
            Reading(f"tyre_temperature_{wheel}_c", lambda d: d.ambient_c + d.tyre_heat_c, 1, 0.5),
            Reading(f"brake_pad_{wheel}_mm", _pad(number), 0.01),
        ]
    return readings


def _pressure(number: int) -> Callable[[Driven], Floats]:
    return lambda d: gauge_kpa(d.cold_kpa[number], d.ambient_c + d.tyre_heat_c)


def _pad(number: int) -> Callable[[Driven], Floats]:
    return lambda d: d.pad_mm[number]


def _combustion(car: Car) -> list[Reading]:
    def run(d: Driven) -> EngineRun:
        assert d.engine is not None
        return d.engine

    return [
        Reading("engine_speed_rpm", lambda d: run(d).rpm, 1, 12),
        Reading("coolant_temperature_c", lambda d: run(d).coolant_c + car.coolant_sensor_offset_c, 1, 0.35),
        Reading("intake_air_temperature_c", lambda d: _under_bonnet_c(d.ambient_c, run(d)), 1, 0.5),
        Reading("intake_manifold_pressure_kpa", lambda d: run(d).map_kpa, 1, 0.5),
        Reading("mass_air_flow_gps", lambda d: run(d).maf_gps * car.trim.maf_gain, 0.01, 0.05),
        Reading("throttle_position_percent", lambda d: run(d).throttle, 0.4),
        Reading("engine_load_percent", lambda d: 100 * run(d).load, 0.4),
        Reading("engine_oil_temperature_c", lambda d: run(d).oil_c, 1, 0.4),
        Reading("engine_oil_level_mm", lambda d: _known(d.oil_level_mm), 0.1, 0.6),
        Reading("engine_oil_life_percent", lambda d: _known(d.oil_life_percent), 1),
        Reading("coolant_level_percent", lambda _: car.cooling.level_percent, 0.1, 0.8),
        Reading("radiator_fan_percent", lambda d: 100 * run(d).fan, 1),
        Reading("fuel_rate_lph", lambda d: run(d).fuel_gps * (3600 / FUEL_G_PER_L), 0.05),
        Reading("fuel_level_percent", lambda d: _known(d.fuel_percent), 0.4),
    ]


def _under_bonnet_c(ambient_c: float, run: EngineRun) -> Floats:
    """Air that the engine has warmed; on a cold engine it is that of outside."""
    return ambient_c + 0.16 * (run.coolant_c - ambient_c)


def _known(values: Floats | None) -> Floats:
    assert values is not None
    return values


def _spark(car: Car) -> list[Reading]:
    """Trims come in steps of 100/128 %, misfires as counts."""
    readings = [
        Reading("short_term_fuel_trim_1_percent", lambda d: _known(d.short_trim), 0.78125),
        Reading("long_term_fuel_trim_1_percent", lambda d: _known(d.long_trim), 0.78125),
    ]
    for number in range(min(8, car.engine.cylinders)):
        readings.append(Reading(f"misfire_count_cylinder_{number + 1}", _misfires(number), 1))
    return readings


def _misfires(number: int) -> Callable[[Driven], Floats]:
    def counts(driven: Driven) -> Floats:
        assert driven.misfires is not None
        told: Floats = driven.misfires[number].astype(np.float64)
        return told

    return counts


def _diesel(car: Car) -> list[Reading]:
    def pressure(d: Driven) -> Floats:
        assert d.engine is not None
        return car.filter.pressure_kpa(d.engine.maf_gps, _known(d.filter)[0])

    return [
        Reading("dpf_differential_pressure_kpa", pressure, 0.01, 0.05),
        Reading("dpf_inlet_temperature_c", lambda d: _known(d.filter)[1], 1, 2),
        Reading("dpf_soot_mass_g", lambda d: _known(d.filter)[0], 0.1, 0.2),
        Reading("dpf_distance_since_regeneration_km", lambda d: _known(d.filter)[2], 0.1),
    ]


def _traction(car: Car) -> list[Reading]:
    def run(d: Driven) -> TractionRun:
        assert d.traction is not None
        return d.traction

    battery = car.traction
    assert battery is not None

    return [
        Reading("traction_state_of_charge_percent", lambda d: 100 * run(d).soc),
        Reading("traction_state_of_health_percent", lambda _: 100 * battery.soh),
        Reading("traction_voltage_v", lambda d: battery.pack_v(run(d).soc), 0.1, 0.2),
        Reading("traction_current_a", lambda d: run(d).current_a),
        Reading("traction_cell_voltage_min_v", lambda d: battery.weakest_v(run(d)), 0.001, 0.001),
        Reading("traction_cell_voltage_max_v", lambda d: battery.cell_v(run(d).soc), 0.001, 0.001),
        Reading("traction_cell_id_min", lambda d: battery.weakest_cells(len(d), car.noise), 1),
        Reading("traction_temperature_average_c", lambda d: run(d).temperature_c, 0.5),
        Reading("traction_charged_kwh", lambda d: run(d).charged_kwh, 0.01),
    ]
