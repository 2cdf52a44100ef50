"""The high-voltage battery of an electric or hybrid car."""

from __future__ import annotations

import math
from typing import Final

_CELLS: Final = 96
_WH_PER_KM: Final = 165.0


class TractionBattery:
    """State: soc and soh (0..1), spread_v of the weakest cell, temperature_c, current_a (into the battery positive)."""

    def __init__(self, capacity_kwh: float, age_years: float, weak_cell: int) -> None:
        self.capacity_kwh = capacity_kwh
        self.soh = 1.0 - 0.02 * min(age_years, 1.0) - 0.013 * max(0.0, age_years - 1.0)
        self.soc = 0.72
        self.weak_cell = weak_cell
        self.spread_v = 0.008
        self.temperature_c = 20.0
        self.current_a = 0.0
        self.charged_kwh = capacity_kwh * 110 * age_years
        self.consumed_kwh = self.charged_kwh * 0.95

    def step(self, dt: float, speed_kmh: float, acceleration_ms2: float, mass_kg: float, ambient_c: float) -> None:
        v = speed_kmh / 3.6
        power_kw = (mass_kg * (acceleration_ms2 + 0.11) * v + 0.41 * v**3) / 1000.0 + 0.6
        power_kw = power_kw / 0.9 if power_kw > 0 else power_kw * 0.65
        self.current_a = -power_kw * 1000.0 / self.voltage_v()
        used = power_kw * dt / 3600.0
        self.soc = min(0.98, max(0.05, self.soc - used / (self.capacity_kwh * self.soh)))
        self.consumed_kwh += max(0.0, used)
        target = ambient_c + 0.08 * abs(power_kw)
        self.temperature_c += (target - self.temperature_c) * (1 - math.exp(-dt / 2400.0))

    def charge(self, to_soc: float) -> float:
        """Fills up and returns the energy in kWh."""
        energy = max(0.0, to_soc - self.soc) * self.capacity_kwh * self.soh
        self.soc = max(self.soc, to_soc)
        self.charged_kwh += energy
        return energy

    def cell_v(self) -> float:
        return 3.35 + 0.75 * self.soc

    def voltage_v(self) -> float:
        return self.cell_v() * _CELLS
