"""Every detector, listed by hand: one file each; `DETECTORS[kind](history)` gives the alarms of one car."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from diagnostics.alarms import Alarm
from diagnostics.detectors import (
    battery_ageing,
    charging_fault,
    coolant_loss,
    cooling_overheating,
    cooling_thermostat,
    slow_tyre_leak,
    trouble_code,
)
from diagnostics.history import History
from diagnostics.rules import Rule

Detector = Callable[[History], list[Alarm]]

RULES: Final[dict[str, Rule]] = {
    one.RULE.kind: one.RULE
    for one in (
        battery_ageing,
        charging_fault,
        cooling_overheating,
        coolant_loss,
        cooling_thermostat,
        slow_tyre_leak,
    )
}
"""Those that judge signals, item by item."""

DETECTORS: Final[dict[str, Detector]] = {**RULES, trouble_code.KIND: trouble_code.detect}
