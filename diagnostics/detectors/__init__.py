"""Every detector, listed by hand: one file each; `DETECTORS[kind](history)` gives the alarms of one car."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from diagnostics.alarms import Alarm
from diagnostics.detectors import (
    battery_ageing,
    brake_wear,
    cell_spread,
    charging_fault,
    coolant_loss,
    cooling_overheating,
    cooling_thermostat,
    fleet_anomaly,
    fuel_trim_lean,
    misfire,
    oil_level,
    oil_life,
    parasitic_drain,
    particulate_filter,
    sensor_implausible,
    slow_tyre_leak,
    sudden_pressure_loss,
    traction_battery,
    trouble_code,
)
from diagnostics.history import History
from diagnostics.rules import Rule

Detector = Callable[[History], list[Alarm]]

RULES: Final[dict[str, Rule]] = {
    one.RULE.kind: one.RULE
    for one in (
        battery_ageing,
        parasitic_drain,
        charging_fault,
        cooling_thermostat,
        cooling_overheating,
        coolant_loss,
        fuel_trim_lean,
        misfire,
        particulate_filter,
        brake_wear,
        slow_tyre_leak,
        sudden_pressure_loss,
        oil_life,
        oil_level,
        traction_battery,
        cell_spread,
        sensor_implausible,
        fleet_anomaly,
    )
}
"""Those that judge signals, item by item."""

DETECTORS: Final[dict[str, Detector]] = {**RULES, trouble_code.KIND: trouble_code.detect}
