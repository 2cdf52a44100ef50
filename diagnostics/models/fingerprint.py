"""What an artefact was made with, so that it is refused where that has become something else. Pure.

Names and units alone do not tell that a feature is computed in another way. So a fixed trip, start, stand and charge of
each drivetrain are observed, and the hash of what is said of them is kept: a change of meaning changes it, a faster way
to the same values does not.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any, Final

import numpy as np

from diagnostics.history import Car, ChargeSession, EngineStart, Item, ParkedReading
from diagnostics.models import regimes
from diagnostics.models.regimes import REGIMES, observations
from diagnostics.samples import BIN_SECONDS, SIGNALS, Floats, samples_of
from diagnostics.trips import describe
from telemetry_schema.catalogue import VERSION, signal

_BINS: Final = 360
_DIGITS: Final = 3  # that count: another order of adding up is no other meaning
_SPECIFICATION: Final = {"displacement_l": 2.0, "battery_capacity_kwh": 60.0}


def feature_list() -> dict[str, list[dict[str, Any]]]:
    """By regime, its quantities with unit and signals, and the conditions that they depend on."""
    return {
        regime.name: [
            *[{"name": one.name, "unit": one.unit, "signals": list(one.signals)} for one in regime.quantities],
            *[{"name": f"given {one.name}", "unit": one.unit, "signals": []} for one in regime.conditions],
        ]
        for regime in REGIMES.values()
    }


@cache
def fingerprint(drivetrain: str) -> str:
    """Of everything that gives a quantity its meaning for this drivetrain."""
    car = Car("", drivetrain, _SPECIFICATION)
    said = [
        [one.regime, _rounded(one.values), _rounded(one.conditions)]
        for item in _probes(car)
        for one in observations(item, car)
    ]
    told = [regimes.VERSION, VERSION, feature_list(), _units(), said]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _units() -> list[tuple[str, str]]:
    """Of the signals that trips are described from."""
    return [(name, signal(name).unit) for name in SIGNALS]


def _rounded(values: tuple[float | None, ...]) -> list[float | None]:
    return [None if one is None else float(f"{one:.{_DIGITS}g}") for one in values]


def _probes(car: Car) -> list[Item]:
    """A trip in town from cold, one on the open road from warm, and one of every other item."""
    parked = ParkedReading(0.0, {"rest_v": 12.6, "quiescent_ma": 25.0, "cell_spread_mv": 8.0, "ambient_c": 12.0})
    return [
        _trip(car, speed_kmh=30.0, coolant_c=15.0),
        _trip(car, speed_kmh=110.0, coolant_c=85.0),
        EngineStart(0.0, 10.4, 12.6, 15.0, 8.0),
        parked,
        ChargeSession(0.0, 20.0, 80.0, 95.0, 20.0),
    ]


def _trip(car: Car, speed_kmh: float, coolant_c: float) -> Item:
    """An hour that rises, stands and falls: every signal on a wave of its own around the middle of its range."""
    time = np.arange(_BINS, dtype=np.float64)
    columns: list[Floats] = [time * BIN_SECONDS]
    for place, name in enumerate(SIGNALS):
        wave = np.round(np.sin(time / (7.0 + place % 11)), 6)
        columns.append(np.asarray(_USUAL.get(name, 10.0) * (1.0 + 0.2 * wave), dtype=np.float64))
    told = dict(zip(SIGNALS, columns[1:], strict=True))
    told["vehicle_speed_kmh"] *= speed_kmh * (time % 60 >= 15) / _USUAL["vehicle_speed_kmh"]
    told["coolant_temperature_c"][:] = np.round(np.minimum(90.0, coolant_c + time * 0.7) + 0.2 * np.sin(time), 6)
    told["dpf_soot_mass_g"][:] = 5.0 + 0.01 * time
    return describe(samples_of(np.column_stack([columns[0], *told.values()]), SIGNALS), car)


_USUAL: Final = {
    "vehicle_speed_kmh": 50.0,
    "engine_speed_rpm": 1500.0,
    "system_voltage_v": 13.8,
    "voltage_ripple_v": 0.1,
    "coolant_temperature_c": 80.0,
    "intake_manifold_pressure_kpa": 40.0,
    "engine_load_percent": 40.0,
    "short_term_fuel_trim_1_percent": 1.0,
    "long_term_fuel_trim_1_percent": 2.0,
    "short_term_fuel_trim_2_percent": 1.0,
    "long_term_fuel_trim_2_percent": 2.0,
    "exhaust_flow_kgph": 120.0,
    "fuel_rate_lph": 6.0,
    "traction_cell_voltage_min_v": 3.0,
    "traction_cell_voltage_max_v": 4.0,
}
