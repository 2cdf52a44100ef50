"""Coolant and oil: heat from fuel, thermostat, radiator. Fitted to measured warm-up times (see the tests)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from simulator.physics.following import Floats, follow

COOLANT_SHARE: Final = 0.28  # of the fuel's heat
CAPACITY_KJ_PER_K: Final = 70.0  # for a 2-litre engine
ENGINE_LOSS_W_PER_K: Final = 20.0
HEATER_W_PER_K: Final = 25.0
OPENS_C: Final = 82.0
OPEN_C: Final = 95.0
_OPENS_OVER_C: Final = OPEN_C - OPENS_C
_FAN_C: Final = 97.0
_HOTTEST_C: Final = 140.0


class CoolingSystem:
    """State: coolant_c, oil_c, level_percent (expansion tank).

    A fault sets stuck_open and most_open (least and most opening of the thermostat, 0..1), radiator (what is left of
    its effect) or level.
    """

    def __init__(self, displacement_l: float, ambient_c: float, scatter: float) -> None:
        self._size = 0.6 + 0.2 * displacement_l  # a larger engine is heavier and has a larger radiator
        self.capacity = CAPACITY_KJ_PER_K * self._size * scatter
        self.coolant_c = self.oil_c = ambient_c
        self.level_percent = 78.0
        self.stuck_open = 0.0
        self.most_open = 1.0
        self.radiator = 1.0

    def airflow(self, speed_kmh: Floats) -> Floats:
        """W/K of an open radiator without its fan."""
        flow: Floats = 20.0 + 380.0 * np.minimum(1.0, speed_kmh / 130.0) ** 0.8
        return flow

    def stepper(self, dt: float, ambient_c: float) -> Callable[[float, float, float], float]:
        """(coolant °C, fuel kW, airflow W/K) to the coolant after `dt` seconds."""
        heated = ENGINE_LOSS_W_PER_K + (HEATER_W_PER_K if ambient_c < 12 else 0.0)
        through = self._size * self.radiator * min(1.0, max(0.0, self.level_percent - 5.0) / 30.0)
        least, most, capacity = self.stuck_open, self.most_open, self.capacity

        def step(coolant: float, fuel_kw: float, airflow: float) -> float:
            losses = heated if coolant > 50 else ENGINE_LOSS_W_PER_K
            if coolant > OPENS_C:
                opening = (coolant - OPENS_C) / _OPENS_OVER_C
                opening = most if opening > most else opening
                fan = _fan(coolant) if coolant > _FAN_C else 0.0
                losses += (least if opening < least else opening) * (airflow + 250.0 * fan) * through
            elif least:
                losses += least * airflow * through
            kw_per_k = losses / 1000.0
            settled = ambient_c + COOLANT_SHARE * fuel_kw / kw_per_k
            now = settled + (coolant - settled) * math.exp(-dt * kw_per_k / capacity)
            return now if now < _HOTTEST_C else _HOTTEST_C

        return step

    def oil_and_fan(self, dt: float, coolant_c: Floats, fuel_kw: Floats) -> tuple[Floats, Floats]:
        oil_c = follow(coolant_c + np.minimum(30.0, fuel_kw * 0.18), self.oil_c, 1 - math.exp(-dt / 420.0))
        self.oil_c = float(oil_c[-1])
        return oil_c, np.clip((coolant_c - _FAN_C) / 6.0, 0.0, 1.0)

    def rest(self, hours: float, ambient_c: float) -> None:
        """Parked: an engine block cools with a time constant of about two hours."""
        left = math.exp(-hours / 2.0)
        self.coolant_c = ambient_c + (self.coolant_c - ambient_c) * left
        self.oil_c = ambient_c + (self.oil_c - ambient_c) * left


def _fan(coolant_c: float) -> float:
    return min(1.0, max(0.0, (coolant_c - _FAN_C) / 6.0))
