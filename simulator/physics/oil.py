"""Engine oil: what is burnt, and how much life is left (revolutions weighed by oil temperature)."""

from __future__ import annotations

from typing import Final

import numpy as np

from simulator.physics.following import Floats

FULL_MM: Final = 22.0
_REVOLUTIONS: Final = 40e6  # an interval of 15,000 km at 2,000 rpm and 45 km/h
_LIMITS_C: Final = np.array((20.0, 50.0, 70.0, 110.0, 120.0, 127.0))
_WEIGHTS: Final = np.array((4.0, 2.5, 1.5, 1.0, 1.5, 3.0, 8.0))


class Oil:
    """State: level_mm above the minimum mark, life_percent. consumption in litres per 1,000 km.

    An owner has it changed below `change_below_percent` and tops it up below `top_up_below_mm`, unless `neglected`.
    """

    def __init__(self, life_percent: float, change_below_percent: float, top_up_below_mm: float) -> None:
        self.level_mm = FULL_MM
        self.life_percent = life_percent
        self.change_below_percent = change_below_percent
        self.top_up_below_mm = top_up_below_mm
        self.consumption = 0.12
        self.neglected = False

    def drive(self, dt: float, rpm: Floats, speed_kmh: Floats, oil_c: Floats) -> tuple[Floats, Floats]:
        """Level and life, each of shape (n,)."""
        weighed = rpm / 60.0 * dt * _WEIGHTS[np.searchsorted(_LIMITS_C, oil_c, side="right")]
        life = np.maximum(0.0, self.life_percent - 100.0 * np.cumsum(weighed) / _REVOLUTIONS)
        km = np.cumsum(speed_kmh) * dt / 3600.0
        level = np.maximum(-20.0, self.level_mm - km * self.consumption / 1000.0 * 20.0)  # a litre is 20 mm
        self.level_mm, self.life_percent = float(level[-1]), float(life[-1])
        return level, life

    def look_after(self) -> None:
        if self.neglected:
            return
        if self.life_percent < self.change_below_percent:
            self.life_percent, self.level_mm = 100.0, FULL_MM
        elif self.level_mm < self.top_up_below_mm:
            self.level_mm = FULL_MM
