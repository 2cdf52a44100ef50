"""Brake pads wear with the energy they take (Archard); brakes also warm up."""

from __future__ import annotations

import math
from typing import Final

_NEW_MM: Final = 11.0
_MM_PER_KJ: Final = 9.0 / (60_000 * 300.0)  # 9 mm last 60,000 km at 300 kJ/km (default)


class Brakes:
    """State: pad_mm per wheel (front left, front right, rear left, rear right), disc_c. wear_factor by a fault."""

    def __init__(self, driven_km: float) -> None:
        left = max(4.5, _NEW_MM - 9.0 * (driven_km % 55_000) / 60_000)
        self.pad_mm = [left, left, left + 1.0, left + 1.0]
        self.wear_factor = 1.0
        self.disc_c = 20.0

    def step(self, dt: float, mass_kg: float, speed_kmh: float, acceleration_ms2: float, ambient_c: float) -> None:
        taken_kw = max(0.0, -acceleration_ms2 - 0.25) * mass_kg * speed_kmh / 3.6 / 1000.0
        self.disc_c += taken_kw * dt * 0.03
        self.disc_c = ambient_c + (self.disc_c - ambient_c) * math.exp(-dt / 300.0)
        hot = 1.0 + 3.0 / (1.0 + math.exp(-(self.disc_c - 300.0) / 40.0))
        worn = _MM_PER_KJ * taken_kw * dt * hot * self.wear_factor
        for wheel, share in enumerate((1.0, 1.0, 0.45, 0.45)):
            self.pad_mm[wheel] = max(0.0, self.pad_mm[wheel] - worn * share)
