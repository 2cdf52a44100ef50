"""12 V battery, starter and alternator: open-circuit voltage by charge, resistance by age and cold (defaults)."""

from __future__ import annotations

import math
from typing import Final

_R0_MOHM: Final = 5.0  # for a starter that draws 350 A at 25 °C; larger engines have larger batteries


class LowVoltage:
    """State: soc and soh (0..1), system_v. A fault sets resistance_factor, drain_a, regulator_offset_v or slip."""

    def __init__(self, soh: float, scatter: float) -> None:
        self.soc = 0.93
        self.soh = soh
        self.scatter = scatter
        self.resistance_factor = 1.0
        self.drain_a = 0.03
        self.regulator_offset_v = 0.0
        self.slip = 0.0  # belt: 0 grips, 1 slips at idle under load
        self.ripple_v = 0.12
        self.setpoint_v = 13.9
        self.system_v = 12.5

    def open_circuit_v(self) -> float:
        return 11.9 + 0.8 * self.soc

    def resistance_mohm(self, temperature_c: float) -> float:
        aged = _R0_MOHM * self.scatter * (1.0 + 1.5 * (1.0 - self.soh)) * self.resistance_factor
        return aged * math.exp(0.012 * (25.0 - temperature_c))

    def crank(self, temperature_c: float) -> tuple[float, float, float]:
        """Minimum voltage, mean current and duration of a start."""
        current = 350.0 * (1.0 + 0.02 * max(0.0, 25.0 - temperature_c))
        minimum = self.open_circuit_v() - current * self.resistance_mohm(temperature_c) / 1000.0
        duration = 0.55 + 0.25 * max(0.0, 10.5 - minimum) + 0.01 * max(0.0, 10.0 - temperature_c)
        self.soc = max(0.0, self.soc - current * duration / 3600.0 / 60.0)
        return minimum, current, duration

    def charge(self, dt: float, rpm: float, load_a: float, underhood_c: float) -> None:
        """The alternator holds its setpoint as far as speed and load let it."""
        droop = 0.10 * max(0.0, load_a - 60.0) / 40.0 * (1.0 if rpm < 1000 else 0.4)
        slipping = self.slip * (1.8 if rpm < 1200 else 0.7) * (0.4 + load_a / 80.0)
        regulated = self.setpoint_v - 0.008 * (underhood_c - 45.0) - droop - slipping + self.regulator_offset_v
        self.system_v = max(self.open_circuit_v() - 0.25, regulated)
        current = (self.system_v - self.open_circuit_v() - 0.6) * 30.0
        self.soc = min(0.97, max(0.0, self.soc + max(-load_a, min(45.0, current)) * dt / 3600.0 / 60.0))

    def rest(self, hours: float) -> None:
        self.soc = max(0.0, self.soc - self.drain_a * hours / 60.0)
        self.system_v = self.open_circuit_v()
