"""12 V battery, starter and alternator: open-circuit voltage by charge, resistance by age and cold (defaults)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from simulator.physics.following import Floats

_R0_MOHM: Final = 5.0  # for a starter that draws 350 A at 25 °C; larger engines have larger batteries
_CAPACITY_AH: Final = 60.0


class LowVoltage:
    """State: soc and soh (0..1). A fault sets resistance_factor, drain_a, regulator_offset_v or slip."""

    def __init__(self, soh: float, scatter: float) -> None:
        self.soc = 0.93
        self.soh = soh
        self.scatter = scatter
        self.resistance_factor = 1.0
        self.soc_limit = 0.97  # what an old battery still takes
        self.drain_a = 0.03
        self.regulator_offset_v = 0.0
        self.slip = 0.0  # belt: 0 grips, 1 slips at idle under load
        self.ripple_v = 0.12
        self.setpoint_v = 13.9

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
        self.soc = max(0.0, self.soc - current * duration / 3600.0 / _CAPACITY_AH)
        return minimum, current, duration

    def cranks(self, temperature_c: float) -> bool:
        """Whether the starter would turn the engine now."""
        current = 350.0 * (1.0 + 0.02 * max(0.0, 25.0 - temperature_c))
        return self.open_circuit_v() - current * self.resistance_mohm(temperature_c) / 1000.0 >= 6.2

    def drive(self, dt: float, rpm: Floats, load_a: float, underhood_c: Floats) -> Floats:
        """The alternator holds its setpoint as far as speed and load let it: system voltage, shape (n,)."""
        droop = 0.10 * max(0.0, load_a - 60.0) / 40.0 * np.where(rpm < 1000, 1.0, 0.4)
        slipping = self.slip * np.where(rpm < 1200, 1.8, 0.7) * (0.4 + load_a / 80.0)
        offset = self.setpoint_v + self.regulator_offset_v
        regulated = offset - 0.008 * (underhood_c - 45.0) - droop - slipping
        system_v = []
        limit = self.soc_limit
        soc, hours = self.soc, dt / 3600.0 / _CAPACITY_AH
        for volts in regulated.tolist():
            open_v = 11.9 + 0.8 * soc
            now_v = volts if volts > open_v - 0.25 else open_v - 0.25
            current = (now_v - open_v - 0.6) * 30.0
            soc += (45.0 if current > 45.0 else -load_a if current < -load_a else current) * hours
            soc = limit if soc > limit else 0.0 if soc < 0.0 else soc
            system_v.append(now_v)
        self.soc = soc
        return np.array(system_v)

    def rest(self, hours: float) -> None:
        self.soc = max(0.0, self.soc - self.drain_a * hours / _CAPACITY_AH)
