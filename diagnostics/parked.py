"""Hours in which a car stood to what they say. Pure."""

from __future__ import annotations

from math import isfinite
from typing import Final

import numpy as np

from diagnostics.history import ParkedReading
from diagnostics.samples import PRESSURE, TEMPERATURE, WHEELS, Floats, Samples

HOUR_SECONDS: Final = 3600
_AT_REST_A: Final = 2.0


def parked_readings(parked: Samples) -> list[ParkedReading]:
    """One for each hour, at its beginning."""
    columns = {f"p20_{wheel}": p20_kpa(parked.get(PRESSURE[wheel]), parked.get(TEMPERATURE[wheel])) for wheel in WHEELS}
    columns |= {
        "rest_v": parked.get("rest_voltage_v"),
        "quiescent_ma": parked.get("quiescent_current_ma"),
        "ambient_c": parked.get("ambient_temperature_c"),
        "cell_spread_mv": _cell_spread_mv(parked),
    }
    rows = zip(*(of.tolist() for of in columns.values()), strict=True)
    return [
        ParkedReading(at_s, {name: round(one, 2) for name, one in zip(columns, row, strict=True) if isfinite(one)})
        for at_s, row in zip(parked.at_s.tolist(), rows, strict=True)
    ]


def p20_kpa(pressure: Floats, temperature_c: Floats) -> Floats:
    """Gauge pressure brought to 20 °C by the gas law, shape (n,); NaN where a sensor cannot be right."""
    kelvin = temperature_c + 273.0
    corrected = (pressure + 101.3) * 293.0 / kelvin - 101.3
    return np.where((pressure > 10.0) & (pressure < 1100.0) & (kelvin > 215.0), corrected, np.nan)


def _cell_spread_mv(parked: Samples) -> Floats:
    """Between the strongest and the weakest cell while no current flows to speak of."""
    low, high = parked.get("traction_cell_voltage_min_v"), parked.get("traction_cell_voltage_max_v")
    current = np.nan_to_num(parked.get("traction_current_a"))
    believed = (low > 1.0) & (high < 5.0) & (high >= low) & (np.abs(current) < _AT_REST_A)
    return np.where(believed, (high - low) * 1000.0, np.nan)
