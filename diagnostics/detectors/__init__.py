"""Every detector, listed by hand: one file each, `detect(history)` gives the alarms of one car."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from diagnostics.alarms import Alarm
from diagnostics.detectors import (
    battery_ageing,
    charging_fault,
    cooling_overheating,
    cooling_thermostat,
    slow_tyre_leak,
    trouble_code,
)
from diagnostics.history import History

Detector = Callable[[History], list[Alarm]]

DETECTORS: Final[dict[str, Detector]] = {
    battery_ageing.KIND: battery_ageing.detect,
    charging_fault.KIND: charging_fault.detect,
    cooling_thermostat.KIND: cooling_thermostat.detect,
    cooling_overheating.KIND: cooling_overheating.detect,
    slow_tyre_leak.KIND: slow_tyre_leak.detect,
    trouble_code.KIND: trouble_code.detect,
}
