"""Sensors that stop telling the truth."""

from __future__ import annotations

from typing import Final

from simulator.car import Car
from simulator.faults.degradation import COMBUSTION, Degradation, Parameters
from simulator.sensor_faults import SensorFault


def _drift(car: Car, severity: float, p: Parameters) -> None:
    car.coolant_sensor_offset_c = -p["offset_c"] * severity


def _stuck(car: Car, severity: float, p: Parameters) -> None:
    if severity > 0 and car.sensor_fault is None:
        car.sensor_fault = SensorFault(p["signal"], "stuck")


def _noisy(car: Car, severity: float, p: Parameters) -> None:
    if severity > 0:
        amount = p["spans"] * NOISE_SPANS[p["signal"]] * severity
        car.sensor_fault = SensorFault(p["signal"], "noisy", amount, p["share"])


def _unplugged(car: Car, severity: float, p: Parameters) -> None:
    if severity > 0:
        car.sensor_fault = SensorFault(p["signal"], "unplugged")


NOISE_SPANS: Final = {
    "coolant_temperature_c": 25.0,
    "intake_air_temperature_c": 20.0,
    "ambient_temperature_c": 20.0,
    "intake_manifold_pressure_kpa": 40.0,
    "mass_air_flow_gps": 25.0,
    "throttle_position_percent": 30.0,
    "vehicle_speed_kmh": 40.0,
}
"""What one span is in the signal's own unit: about half of what it goes through on a trip."""

SENSOR_FAULTS: Final = (
    Degradation("sensor_coolant_drift", "coolant sensor", COMBUSTION, _drift, {"offset_c": 14.0}),
    Degradation("sensor_stuck", "sensor", COMBUSTION, _stuck, {"signal": "coolant_temperature_c"}, gradual=False),
    Degradation(
        "sensor_noisy",
        "sensor",
        COMBUSTION,
        _noisy,
        {"signal": "mass_air_flow_gps", "spans": 1.0, "share": 0.5},
        gradual=False,
    ),
    Degradation(
        "sensor_unplugged", "sensor", COMBUSTION, _unplugged, {"signal": "coolant_temperature_c"}, gradual=False
    ),
)
