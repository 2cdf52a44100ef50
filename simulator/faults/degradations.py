"""Every scripted degradation: what it does as its severity grows from 0 to 1, and when the car is done for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulator.car import Car
from simulator.physics.particulate_filter import WORKSHOP_G

_ALL: Final = frozenset({"petrol", "diesel", "hybrid", "electric"})
_COMBUSTION: Final = frozenset({"petrol", "diesel", "hybrid"})
_SPARK: Final = frozenset({"petrol", "hybrid"})


@dataclass(frozen=True, slots=True)
class Degradation:
    """`apply(car, severity)` sets the effect; `done_for(car)` is true once the car strands or would fail inspection.

    `monitor` is what the car's own ECU tests on a trip, and `code` the 24-bit code it sets when that fails.
    """

    kind: str
    component: str
    drivetrains: frozenset[str]
    apply: Callable[[Car, float], None]
    done_for: Callable[[Car], bool]
    code: int | None = None
    monitor: Callable[[Car], bool] = lambda _: False


def _battery_ageing(car: Car, severity: float) -> None:
    car.low_voltage.resistance_factor = 1.0 + 2.6 * severity
    car.low_voltage.soc = min(car.low_voltage.soc, 0.97 - 0.45 * severity)


def _parasitic_drain(car: Car, severity: float) -> None:
    car.low_voltage.drain_a = 0.03 + 0.45 * severity


def _diode_loss(car: Car, severity: float) -> None:
    car.low_voltage.regulator_offset_v = -0.85 * severity
    car.low_voltage.ripple_v = 0.12 + 0.8 * severity


def _belt_slip(car: Car, severity: float) -> None:
    car.low_voltage.slip = severity


def _regulator_high(car: Car, severity: float) -> None:
    car.low_voltage.regulator_offset_v = 2.4 * severity


def _thermostat(car: Car, severity: float) -> None:
    car.cooling.stuck_open = 0.9 * severity


def _coolant_loss(car: Car, severity: float) -> None:
    car.cooling.level_percent = 78.0 - 70.0 * severity
    car.cooling.radiator = 1.0 - 0.85 * max(0.0, severity - 0.25) / 0.75


def _vacuum_leak(car: Car, severity: float) -> None:
    car.trim.leak_gps = 1.3 * severity


def _dirty_maf(car: Car, severity: float) -> None:
    car.trim.maf_gain = 1.0 - 0.24 * severity


def _weak_pump(car: Car, severity: float) -> None:
    car.trim.pump_weakness = 1.6 * severity


def _worn_plugs(car: Car, severity: float) -> None:
    car.misfire.rates = [2e-5 + 0.012 * severity] * len(car.misfire.rates)


def _coil(car: Car, severity: float) -> None:
    car.misfire.rates[1 % len(car.misfire.rates)] = 2e-5 + (0.08 if severity > 0.02 else 0.0)


def _soot(car: Car, severity: float) -> None:
    car.filter.soot_factor = 1.0 + 2.2 * severity


def _stuck_caliper(car: Car, severity: float) -> None:
    car.brakes.wear_factor = 1.0 + 40.0 * severity


def _tyre_leak(car: Car, severity: float) -> None:
    car.tyres.leak_per_day[2] = 3.2 if severity > 0.0 else 0.0


def _oil_burning(car: Car, severity: float) -> None:
    car.oil.consumption = 0.12 + 1.6 * severity


def _weak_cell(car: Car, severity: float) -> None:
    if car.traction:
        car.traction.spread_v = 0.008 + 0.11 * severity


def _sensor_drift(car: Car, severity: float) -> None:
    car.coolant_sensor_offset_c = -14.0 * severity


def _tyre_is_low(car: Car) -> bool:
    return any(cold < 0.75 * placard for cold, placard in zip(car.tyres.cold_kpa, car.tyres.placard, strict=True))


def _cannot_crank(car: Car) -> bool:
    battery = car.low_voltage
    current = 350.0 * (1.0 + 0.02 * max(0.0, 25.0 - car.ambient_c))
    return battery.open_circuit_v() - current * battery.resistance_mohm(car.ambient_c) / 1000.0 < 6.2


_TABLE: Final = (
    Degradation("battery_ageing", "12 V battery", _COMBUSTION, _battery_ageing, _cannot_crank),
    Degradation("parasitic_drain", "12 V battery", _ALL, _parasitic_drain, lambda car: car.low_voltage.soc < 0.25),
    Degradation(
        "charging_fault", "alternator diodes", _COMBUSTION, _diode_loss, lambda car: car.low_voltage.soc < 0.3,
        0x056200, lambda car: car.low_voltage.system_v < 11.0,
    ),
    Degradation(
        "charging_belt_slip", "alternator belt", _COMBUSTION, _belt_slip, lambda car: car.low_voltage.soc < 0.3,
        0x056200, lambda car: car.low_voltage.system_v < 11.0,
    ),
    Degradation(
        "charging_overvoltage", "voltage regulator", _COMBUSTION, _regulator_high,
        lambda car: car.low_voltage.system_v > 16.0, 0x056300, lambda car: car.low_voltage.system_v > 16.0,
    ),
    Degradation(
        "thermostat_stuck_open", "thermostat", _COMBUSTION, _thermostat, lambda car: False, 0x012800,
        lambda car: car.trip_s > 1200 and car.cooling.coolant_c < 68.0 and car.trip_km > 8,
    ),
    Degradation(
        "coolant_loss", "coolant", _COMBUSTION, _coolant_loss, lambda car: car.cooling.coolant_c > 118.0, 0x021700,
        lambda car: car.cooling.coolant_c > 118.0,
    ),
    Degradation(
        "vacuum_leak", "intake manifold", _SPARK, _vacuum_leak, lambda car: car.trim.long_percent > 24, 0x017100,
        lambda car: car.trim.long_percent > 20,
    ),
    Degradation(
        "dirty_maf", "air mass sensor", _SPARK, _dirty_maf, lambda car: car.trim.long_percent > 24, 0x017100,
        lambda car: car.trim.long_percent > 20,
    ),
    Degradation(
        "weak_fuel_pump", "fuel pump", _SPARK, _weak_pump, lambda car: car.trim.long_percent > 24, 0x017100,
        lambda car: car.trim.long_percent > 20,
    ),
    Degradation(
        "misfire_plug_wear", "spark plugs", _SPARK, _worn_plugs, lambda car: max(car.misfire.rates) > 0.02, 0x030000,
        lambda car: sum(car.misfire.counts) > 12,
    ),
    Degradation(
        "coil_failure", "ignition coil 2", _SPARK, _coil, lambda car: max(car.misfire.rates) > 0.05, 0x030200,
        lambda car: car.misfire.counts[1 % len(car.misfire.counts)] > 15,
    ),
    Degradation(
        "dpf_soot", "injectors", frozenset({"diesel"}), _soot, lambda car: car.filter.soot_g > WORKSHOP_G, 0x246300,
        lambda car: car.filter.soot_g > 30.0,
    ),
    Degradation(
        "brake_pad_wear", "front brake pads", _ALL, _stuck_caliper, lambda car: min(car.brakes.pad_mm) < 1.6,
    ),
    Degradation("slow_tyre_leak", "tyre rear left", _ALL, _tyre_leak, _tyre_is_low),
    Degradation(
        "oil_consumption", "engine oil", _COMBUSTION, _oil_burning, lambda car: car.oil.level_mm < 0.0, 0x052400,
        lambda car: car.oil.level_mm < -8.0,
    ),
    Degradation(
        "traction_cell_weak", "traction battery cell", frozenset({"electric", "hybrid"}), _weak_cell,
        lambda car: bool(car.traction and car.traction.spread_v > 0.1), 0x0A8000,
        lambda car: bool(car.traction and car.traction.spread_v > 0.09),
    ),
    Degradation("sensor_coolant_drift", "coolant sensor", _COMBUSTION, _sensor_drift, lambda car: False),
)  # fmt: skip
DEGRADATIONS: Final = {one.kind: one for one in _TABLE}
