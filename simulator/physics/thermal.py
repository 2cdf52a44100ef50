"""Coolant and oil: heat from fuel, thermostat, radiator. Fitted to measured warm-up times (see the tests)."""

from __future__ import annotations

import math
from typing import Final

COOLANT_SHARE: Final = 0.28  # of the fuel's heat
CAPACITY_KJ_PER_K: Final = 70.0  # for a 2-litre engine
ENGINE_LOSS_W_PER_K: Final = 20.0
OPENS_C: Final = 82.0
OPEN_C: Final = 95.0


class CoolingSystem:
    """State: coolant_c, oil_c, level_percent (expansion tank)."""

    def __init__(self, displacement_l: float, ambient_c: float, scatter: float) -> None:
        self._size = 0.6 + 0.2 * displacement_l  # a larger engine is heavier and has a larger radiator
        self.capacity = CAPACITY_KJ_PER_K * self._size * scatter
        self.coolant_c = self.oil_c = ambient_c
        self.level_percent = 78.0
        self.stuck_open = 0.0  # least opening of the thermostat, 0..1
        self.radiator = 1.0  # what is left of the radiator's effect
        self.fan = 0.0

    def step(self, dt: float, fuel_kw: float, speed_kmh: float, ambient_c: float, heater_w_per_k: float) -> None:
        self.fan = min(1.0, max(0.0, (self.coolant_c - 97.0) / 6.0))
        opening = max(self.stuck_open, min(1.0, max(0.0, (self.coolant_c - OPENS_C) / (OPEN_C - OPENS_C))))
        airflow = 20.0 + 380.0 * min(1.0, speed_kmh / 130.0) ** 0.8 + 250.0 * self.fan
        losses = (ENGINE_LOSS_W_PER_K + heater_w_per_k + opening * airflow * self._size * self.radiator) / 1000.0
        settled = ambient_c + COOLANT_SHARE * fuel_kw / losses
        self.coolant_c = settled + (self.coolant_c - settled) * math.exp(-dt * losses / self.capacity)
        self.coolant_c = min(self.coolant_c, 140.0)
        oil_target = self.coolant_c + min(30.0, fuel_kw * 0.18)
        self.oil_c += (oil_target - self.oil_c) * (1 - math.exp(-dt / 420.0))

    def rest(self, hours: float, ambient_c: float) -> None:
        """Parked: an engine block cools with a time constant of about two hours."""
        left = math.exp(-hours / 2.0)
        self.coolant_c = ambient_c + (self.coolant_c - ambient_c) * left
        self.oil_c = ambient_c + (self.oil_c - ambient_c) * left
        self.fan = 0.0
