"""Four tyres: gas law, natural loss, leaks, punctures, and owners who refill when they notice."""

from __future__ import annotations

import random
from typing import Final

import numpy as np

from simulator.physics.following import Floats, follow

ATMOSPHERE_KPA: Final = 101.3
_REFERENCE_K: Final = 293.0
WHEELS: Final = ("front_left", "front_right", "rear_left", "rear_right")


class Tyres:
    """`cold_kpa` is gauge pressure at 20 °C per wheel; `heat_c` what driving added to the air's temperature.

    A fault sets leak_per_day (kPa, by wheel) or puncture_per_minute (kPa, while the wheel turns).
    """

    def __init__(self, front_kpa: float, rear_kpa: float, chance: random.Random) -> None:
        self.placard = np.array([front_kpa, front_kpa, rear_kpa, rear_kpa], dtype=np.float64)
        self.cold_kpa = np.array([placard * chance.uniform(0.96, 1.04) for placard in self.placard])
        base = chance.uniform(0.15, 0.30)  # 1 to 1.5 psi a month
        self.loss_per_day = np.array([base * chance.uniform(0.85, 1.2) for _ in WHEELS])
        self.leak_per_day = np.zeros(4)
        self.puncture_per_minute = np.zeros(4)
        self.refill_below = chance.uniform(0.86, 0.92)
        self.heat_c = 0.0

    def drive(self, dt: float, speed_kmh: Floats) -> tuple[Floats, Floats]:
        """Heat of the air, shape (n,), and cold pressures, shape (4, n)."""
        heat = follow(np.minimum(22.0, 0.2 * speed_kmh), self.heat_c, min(1.0, dt / 900.0))
        lost = np.outer(self.puncture_per_minute, np.cumsum(speed_kmh > 5) * dt / 60.0)
        cold = np.maximum(0.0, self.cold_kpa[:, None] - lost)
        self.heat_c, self.cold_kpa = float(heat[-1]), cold[:, -1].copy()
        return heat, cold

    def rest(self, hours: float) -> None:
        self.heat_c *= 0.5 ** (hours / 0.7)
        leak = self.leak_per_day * np.maximum(0.2, self.cold_kpa / self.placard)
        self.cold_kpa = np.maximum(0.0, self.cold_kpa - (self.loss_per_day + leak) * hours / 24.0)

    def refill_if_noticed(self, chance: random.Random) -> None:
        """At a filling station: natural loss is made good on all wheels; a leak is not looked for."""
        low = (self.cold_kpa < self.refill_below * self.placard).any()
        faulty = self.leak_per_day.any() or self.puncture_per_minute.any()
        if low and not faulty and chance.random() < 0.3:
            self.cold_kpa = np.array([placard * chance.uniform(0.99, 1.03) for placard in self.placard])


def gauge_kpa(cold_kpa: Floats, air_c: Floats) -> Floats:
    """What a gauge reads at the air's temperature: cold pressures (4, n) and temperatures (n,) to (4, n)."""
    return (cold_kpa + ATMOSPHERE_KPA) * (273.0 + air_c) / _REFERENCE_K - ATMOSPHERE_KPA
