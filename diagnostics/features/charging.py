"""What a trip says about charging."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Mask, Samples, longest_stretch_s, median

_CHARGING_RPM: Final = 1500.0
_IDLE_RPM: Final = 1100.0
_SETTLED_SECONDS: Final = 300.0
_CHARGING_V_PER_C: Final = 0.009
"""Regulators give -18 mV/°C of their own temperature, which follows the air's by about half [default, calibrate]."""
_REFERENCE_AIR_C: Final = 15.0


def features(trip: Samples, car: Car) -> dict[str, float]:
    """Voltages of an engine that has settled, at charging speed; an electric car's DC-DC converter always charges."""
    voltage = trip.get("system_voltage_v")
    settled = (trip.at_s - trip.at_s[0] >= _SETTLED_SECONDS) & (voltage > 5.0) & (voltage < 20.0)
    idle = settled & (trip.get("engine_speed_rpm") < _IDLE_RPM) & _is_warm(trip)
    if car.drivetrain != "electric":
        settled &= (trip.get("engine_speed_rpm") >= _CHARGING_RPM) & _is_warm(trip)
    if np.count_nonzero(settled) < 6:
        return {}
    air_c = median(trip.get("ambient_temperature_c"))
    air_c = air_c if -38.0 < air_c < 55.0 else _REFERENCE_AIR_C  # -40 °C is a sensor that is unplugged
    at_s, settled_v = trip.at_s[settled], voltage[settled]
    correction_v = _CHARGING_V_PER_C * (air_c - _REFERENCE_AIR_C)
    return {
        "charging_v": median(settled_v) + correction_v,
        "charging_idle_v": median(voltage[idle]) + correction_v if np.count_nonzero(idle) >= 6 else float("nan"),
        "charging_low_s": longest_stretch_s(at_s, settled_v < 12.9),
        "charging_high_s": longest_stretch_s(at_s, settled_v > 15.2),
        "ripple_v": median(trip.get("voltage_ripple_v")[settled]),
    }


def _is_warm(trip: Samples) -> Mask:
    coolant = trip.get("coolant_temperature_c")
    return np.isnan(coolant) | (coolant >= 40.0)
