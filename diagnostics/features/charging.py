"""What a trip says about charging."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import Floats
from diagnostics.spreads import Grid
from diagnostics.stretches import seconds, stretch
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

_CHARGING_RPM: Final = 1500.0
_IDLE_RPM: Final = 1100.0
_WARM_C: Final = 40.0
_SETTLED_SECONDS: Final = 300.0
_CHARGING_V_PER_C: Final = 0.009
"""Regulators give -18 mV/°C of their own temperature, which follows the air's by about half [default, calibrate]."""
_REFERENCE_AIR_C: Final = 15.0
_LEAST_BINS: Final = 6
_VOLTS: Final = Grid(5.0, 20.0, 200)
_RIPPLE_VOLTS: Final = Grid(0.0, 5.0, 200)
_AIR_C: Final = Grid(-40.0, 70.0, 10)


def observe(parts: Parts) -> Seen:
    """Of an engine that has settled, at charging speed; an electric car's DC-DC converter always charges."""
    voltage, rpm = parts.get("system_voltage_v"), parts.get("engine_speed_rpm")
    warm = ~(parts.get("coolant_temperature_c") < _WARM_C)
    settled = (parts.since_s >= _SETTLED_SECONDS) & (voltage > 5.0) & (voltage < 20.0)
    idle = settled & warm & (rpm < _IDLE_RPM)
    charging = settled & (parts.electric | (warm & (rpm >= _CHARGING_RPM)))
    return Seen(
        spreads={
            "charging_v": (np.where(charging, voltage, np.nan), _VOLTS),
            "charging_idle_v": (np.where(idle, voltage, np.nan), _VOLTS),
            "charging_ripple_v": (np.where(charging, parts.get("voltage_ripple_v"), np.nan), _RIPPLE_VOLTS),
            "charging_air_c": (parts.get("ambient_temperature_c"), _AIR_C),
        },
        followed={
            "charging_low": stretch(voltage < 12.9, charging, parts.at_s),
            "charging_high": stretch(voltage > 15.2, charging, parts.at_s),
        },
    )


def features(told: Told) -> dict[str, Floats]:
    """Voltages brought to 15 °C of air by `charging_air_v`, `charging_low_s` and `charging_high_s` in a row, ripple."""
    air_c = told.median("charging_air_c")
    known = (air_c > -38.0) & (air_c < 55.0)  # -40 °C is a sensor that is unplugged
    correction_v = _CHARGING_V_PER_C * (np.where(known, air_c, _REFERENCE_AIR_C) - _REFERENCE_AIR_C)
    enough = told.spread("charging_v").total >= _LEAST_BINS
    idled = enough & (told.spread("charging_idle_v").total >= _LEAST_BINS)
    return {
        "charging_v": np.where(enough, told.median("charging_v") + correction_v, np.nan),
        "charging_idle_v": np.where(idled, told.median("charging_idle_v") + correction_v, np.nan),
        "charging_air_v": np.where(enough, correction_v, np.nan),
        "charging_low_s": np.where(enough, seconds(told.followed("charging_low")), np.nan),
        "charging_high_s": np.where(enough, seconds(told.followed("charging_high")), np.nan),
        "ripple_v": np.where(enough, told.median("charging_ripple_v"), np.nan),
    }
