"""What goes wrong with the 12 V system."""

from __future__ import annotations

from typing import Final

from simulator.car import Car
from simulator.driven import Driven
from simulator.faults.degradation import ALL, COMBUSTION, Degradation, Parameters, Seen

_UNDERVOLTAGE: Final = 0x056200
_OVERVOLTAGE: Final = 0x056300


def _battery_ageing(car: Car, severity: float, p: Parameters) -> None:
    car.low_voltage.resistance_factor = 1.0 + p["resistance"] * severity
    car.low_voltage.soc_limit = 0.97 - p["capacity"] * severity
    car.low_voltage.soc = min(car.low_voltage.soc, car.low_voltage.soc_limit)


def _parasitic_drain(car: Car, severity: float, p: Parameters) -> None:
    car.low_voltage.drain_a = 0.03 + p["drain_a"] * severity


def _diode_loss(car: Car, severity: float, p: Parameters) -> None:
    car.low_voltage.regulator_offset_v = -p["loss_v"] * severity
    car.low_voltage.ripple_v = 0.12 + p["ripple_v"] * severity


def _belt_slip(car: Car, severity: float, p: Parameters) -> None:
    car.low_voltage.slip = p["slip"] * severity


def _regulator_high(car: Car, severity: float, p: Parameters) -> None:
    car.low_voltage.regulator_offset_v = p["excess_v"] * severity


def _cannot_crank(car: Car, _: Driven) -> Seen:
    """Below 10 °C starters limit their current, which the model of the battery does not know."""
    return not car.low_voltage.cranks(max(10.0, car.battery_c()))


def _empty(car: Car, _: Driven) -> Seen:
    return car.low_voltage.soc < 0.28


def _too_low(_: Car, driven: Driven) -> Seen:
    return driven.system_v < 11.0


def _too_high(_: Car, driven: Driven) -> Seen:
    return driven.system_v > 16.0


ELECTRICAL_FAULTS: Final = (
    Degradation(
        "battery_ageing",
        "12 V battery",
        COMBUSTION,
        _battery_ageing,
        {"resistance": 2.6, "capacity": 0.45},
        _cannot_crank,
    ),
    Degradation("parasitic_drain", "12 V battery", ALL, _parasitic_drain, {"drain_a": 0.45}, _empty, gradual=False),
    Degradation(
        "charging_fault",
        "alternator diodes",
        COMBUSTION,
        _diode_loss,
        {"loss_v": 0.85, "ripple_v": 0.8},
        _empty,
        _UNDERVOLTAGE,
        _too_low,
    ),
    Degradation(
        "charging_belt_slip", "alternator belt", COMBUSTION, _belt_slip, {"slip": 1.0}, _empty, _UNDERVOLTAGE, _too_low
    ),
    Degradation(
        "charging_overvoltage",
        "voltage regulator",
        COMBUSTION,
        _regulator_high,
        {"excess_v": 2.4},
        _too_high,
        _OVERVOLTAGE,
        _too_high,
    ),
)
