"""Engine oil: what is burnt, and how much life is left (revolutions weighed by oil temperature)."""

from __future__ import annotations

from typing import Final

_REVOLUTIONS: Final = 40e6  # an interval of 15,000 km at 2,000 rpm and 45 km/h
_WEIGHTS: Final = ((20, 4.0), (50, 2.5), (70, 1.5), (110, 1.0), (120, 1.5), (127, 3.0))


class Oil:
    """State: level_mm above the minimum mark, life_percent. consumption in litres per 1,000 km."""

    def __init__(self, life_percent: float) -> None:
        self.level_mm = 22.0
        self.life_percent = life_percent
        self.consumption = 0.12

    def step(self, revolutions: float, km: float, oil_c: float) -> None:
        weight = next((factor for limit, factor in _WEIGHTS if oil_c < limit), 8.0)
        self.life_percent = max(0.0, self.life_percent - 100.0 * revolutions * weight / _REVOLUTIONS)
        self.level_mm = max(-20.0, self.level_mm - km * self.consumption / 1000.0 * 20.0)  # a litre is 20 mm
