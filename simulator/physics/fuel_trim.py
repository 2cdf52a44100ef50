"""Fuel trims of a petrol engine: what the mixture control has to correct."""

from __future__ import annotations

import random


class FuelTrim:
    """short_percent and long_percent follow the error that leak_gps, maf_gain and pump_weakness make."""

    def __init__(self, bias_percent: float) -> None:
        self.bias = bias_percent
        self.leak_gps = 0.0
        self.maf_gain = 1.0
        self.pump_weakness = 0.0
        self.short_percent = 0.0
        self.long_percent = bias_percent

    def step(self, dt: float, maf_gps: float, map_kpa: float, load: float, chance: random.Random) -> None:
        suction = max(0.0, 1.0 - (map_kpa / 101.0) ** 2) ** 0.5
        leak = 100.0 * self.leak_gps * suction / max(maf_gps, 1.5)
        error = (
            self.bias + leak + 100.0 * (1.0 / self.maf_gain - 1.0) + self.pump_weakness * max(0.0, load - 0.45) * 60.0
        )
        self.long_percent += (min(25.0, max(-25.0, error)) - self.long_percent) * min(1.0, dt / 200.0)
        self.short_percent = min(25.0, max(-25.0, error - self.long_percent + chance.gauss(0.0, 2.6)))
