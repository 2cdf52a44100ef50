"""The high-voltage battery of an electric or hybrid car."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.physics.following import Floats, bounded_sum, follow

_CELLS: Final = 96
_ALIKE_V: Final = 0.014
_HYBRID_KWH: Final = 5.0  # below it the engine charges the battery and the driver never does
_HYBRID_SOC: Final = 0.6


@dataclass(frozen=True, slots=True)
class TractionRun:
    """One trip, each of shape (n,)."""

    soc: Floats
    current_a: Floats
    temperature_c: Floats
    charged_kwh: Floats


class TractionBattery:
    """State: soc and soh (0..1), spread_v of the weakest cell, temperature_c."""

    def __init__(self, capacity_kwh: float, age_years: float, weak_cell: int) -> None:
        self.capacity_kwh = capacity_kwh
        self.soh = 1.0 - 0.02 * min(age_years, 1.0) - 0.013 * max(0.0, age_years - 1.0)
        self.soc = 0.72
        self.weak_cell = weak_cell
        self.spread_v = 0.008
        self.temperature_c = 20.0
        self.charged_kwh = capacity_kwh * 110 * age_years

    def drive(
        self, dt: float, speed_kmh: Floats, acceleration_ms2: Floats, mass_kg: float, ambient_c: float
    ) -> TractionRun:
        v = speed_kmh / 3.6
        power_kw = (mass_kg * (acceleration_ms2 + 0.11) * v + 0.41 * v**3) / 1000.0 + 0.6
        power_kw = np.where(power_kw > 0, power_kw / 0.9, power_kw * 0.65)
        if self.capacity_kwh < _HYBRID_KWH:
            power_kw = self._share_of_hybrid(power_kw)
        hours = dt / 3600.0
        soc = bounded_sum(-power_kw * hours / (self.capacity_kwh * self.soh), self.soc, 0.05, 0.98)
        temperature_c = follow(ambient_c + 0.08 * np.abs(power_kw), self.temperature_c, 1 - math.exp(-dt / 2400.0))
        charged = self.charged_kwh + np.cumsum(np.maximum(0.0, -power_kw)) * hours
        self.soc, self.temperature_c = float(soc[-1]), float(temperature_c[-1])
        self.charged_kwh = float(charged[-1])
        return TractionRun(soc, -power_kw * 1000.0 / self.pack_v(soc), temperature_c, charged)

    def _share_of_hybrid(self, power_kw: Floats) -> Floats:
        """The engine does the rest, and brings the charge back to its middle."""
        share: Floats = np.clip(power_kw * 0.25, -12.0, 12.0)
        wanted_kwh = (_HYBRID_SOC - self.soc) * self.capacity_kwh * 0.5
        balanced: Floats = share - share.mean() - wanted_kwh / max(1.0, len(share) / 360.0)
        return balanced

    def charge(self, to_soc: float) -> float:
        """Fills up and returns the energy in kWh."""
        energy = max(0.0, to_soc - self.soc) * self.capacity_kwh * self.soh
        self.soc = max(self.soc, to_soc)
        self.charged_kwh += energy
        return energy

    def cell_v(self, soc: Floats) -> Floats:
        return 3.35 + 0.75 * soc

    def pack_v(self, soc: Floats) -> Floats:
        return self.cell_v(soc) * _CELLS

    def weakest_cells(self, count: int, chance: np.random.Generator) -> Floats:
        """Which cell is lowest: any one while all are alike, always the same once one is weak; shape (count,)."""
        alike = chance.integers(0, _CELLS, count).astype(np.float64)
        return alike if self.spread_v < _ALIKE_V else np.full(count, float(self.weak_cell))

    def weakest_v(self, run: TractionRun) -> Floats:
        """A weak cell lies below the others, more so under load."""
        return self.cell_v(run.soc) - self.spread_v * (1.0 + np.abs(run.current_a) / 400.0)
