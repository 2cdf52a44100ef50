"""What goes wrong with the cooling system."""

from __future__ import annotations

from typing import Final

import numpy as np

from simulator.car import Car
from simulator.driven import Driven
from simulator.faults.degradation import COMBUSTION, Degradation, Parameters, Seen

_TOO_COLD: Final = 0x012800
_TOO_HOT: Final = 0x021700


def _stuck_open(car: Car, severity: float, p: Parameters) -> None:
    car.cooling.stuck_open = p["opening"] * severity


def _stuck_closed(car: Car, severity: float, p: Parameters) -> None:
    car.cooling.most_open = 1.0 - (1.0 - p["opening"]) * severity


def _coolant_loss(car: Car, severity: float, p: Parameters) -> None:
    car.cooling.level_percent = 78.0 - p["percent"] * severity


def _radiator(car: Car, severity: float, p: Parameters) -> None:
    car.cooling.radiator = 1.0 - (1.0 - p["left"]) * severity


def _overheats(_: Car, driven: Driven) -> Seen:
    return driven.engine is not None and driven.engine.coolant_c > 118.0


def _stays_cold(_: Car, driven: Driven) -> Seen:
    """The control unit's own test, from the trip's twentieth minute and eighth kilometre."""
    if driven.engine is None:
        return False
    late = np.arange(len(driven)) >= 0.55 * len(driven)
    far = driven.odometer_km - driven.odometer_km[0] > 8
    cold: Seen = (driven.engine.coolant_c < 68.0) & far & late
    return cold


COOLING_FAULTS: Final = (
    Degradation(
        "thermostat_stuck_open",
        "thermostat",
        COMBUSTION,
        _stuck_open,
        {"opening": 0.9},
        code=_TOO_COLD,
        monitor=_stays_cold,
    ),
    Degradation(
        "thermostat_stuck_closed",
        "thermostat",
        COMBUSTION,
        _stuck_closed,
        {"opening": 0.05},
        _overheats,
        _TOO_HOT,
        _overheats,
        gradual=False,
    ),
    Degradation(
        "coolant_loss", "coolant", COMBUSTION, _coolant_loss, {"percent": 70.0}, _overheats, _TOO_HOT, _overheats
    ),
    Degradation("radiator_blocked", "radiator", COMBUSTION, _radiator, {"left": 0.1}, _overheats, _TOO_HOT, _overheats),
)
