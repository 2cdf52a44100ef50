"""Fuel trims of a petrol engine: what the mixture control has to correct."""

from __future__ import annotations

import numpy as np

from simulator.physics.following import Floats, follow


class FuelTrim:
    """short_percent and long_percent follow the error that leak_gps, maf_gain and pump_weakness make."""

    def __init__(self, bias_percent: float) -> None:
        self.bias = bias_percent
        self.leak_gps = 0.0
        self.maf_gain = 1.0
        self.pump_weakness = 0.0
        self.long_percent = bias_percent

    def drive(
        self, dt: float, maf_gps: Floats, map_kpa: Floats, load: Floats, chance: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Short and long trim, each of shape (n,)."""
        suction = np.sqrt(np.maximum(0.0, 1.0 - (map_kpa / 101.0) ** 2))
        leak = 100.0 * self.leak_gps * suction / np.maximum(maf_gps, 1.5)
        pump = self.pump_weakness * np.maximum(0.0, load - 0.45) * 60.0
        error = self.bias + leak + 100.0 * (1.0 / self.maf_gain - 1.0) + pump
        long_percent = follow(np.clip(error, -25.0, 25.0), self.long_percent, min(1.0, dt / 200.0))
        self.long_percent = float(long_percent[-1])
        return np.clip(error - long_percent + chance.normal(0.0, 2.6, len(error)), -25.0, 25.0), long_percent
