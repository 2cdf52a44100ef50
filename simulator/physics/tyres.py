"""Four tyres: gas law, natural loss, leaks, and owners who refill when they notice."""

from __future__ import annotations

import random
from typing import Final

ATMOSPHERE_KPA: Final = 101.3
_REFERENCE_K: Final = 293.0
WHEELS: Final = ("front_left", "front_right", "rear_left", "rear_right")


class Tyres:
    """`cold_kpa` is gauge pressure at 20 °C per wheel; `heat_c` what driving added to the air's temperature."""

    def __init__(self, front_kpa: float, rear_kpa: float, chance: random.Random) -> None:
        self.placard = [front_kpa, front_kpa, rear_kpa, rear_kpa]
        self.cold_kpa = [placard * chance.uniform(0.96, 1.04) for placard in self.placard]
        base = chance.uniform(0.15, 0.30)  # 1 to 1.5 psi a month
        self.loss_per_day = [base * chance.uniform(0.85, 1.2) for _ in WHEELS]
        self.leak_per_day = [0.0] * 4
        self.refill_below = chance.uniform(0.86, 0.92)
        self.heat_c = 0.0

    def drive(self, dt: float, speed_kmh: float) -> None:
        self.heat_c += (min(22.0, 0.2 * speed_kmh) - self.heat_c) * min(1.0, dt / 900.0)

    def rest(self, hours: float) -> None:
        self.heat_c *= 0.5 ** (hours / 0.7)
        for wheel in range(4):
            share = (self.cold_kpa[wheel] / self.placard[wheel]) if self.cold_kpa[wheel] > 0 else 0.0
            leak = self.leak_per_day[wheel] * max(0.2, share)
            self.cold_kpa[wheel] = max(0.0, self.cold_kpa[wheel] - (self.loss_per_day[wheel] + leak) * hours / 24.0)

    def pressure_kpa(self, wheel: int, ambient_c: float) -> float:
        kelvin = 273.0 + ambient_c + self.heat_c
        return (self.cold_kpa[wheel] + ATMOSPHERE_KPA) * kelvin / _REFERENCE_K - ATMOSPHERE_KPA

    def refill_if_noticed(self, chance: random.Random) -> None:
        """At a filling station: natural loss is made good on all wheels; a leak is not looked for."""
        low = [wheel for wheel in range(4) if self.cold_kpa[wheel] < self.refill_below * self.placard[wheel]]
        if low and not any(self.leak_per_day) and chance.random() < 0.3:
            self.cold_kpa = [placard * chance.uniform(0.99, 1.03) for placard in self.placard]
