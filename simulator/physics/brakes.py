"""Brake pads wear with the energy they take (Archard); brakes also warm up."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from simulator.physics.following import Floats, follow

NEW_MM: Final = 11.0
_MM_PER_KM: Final = 9.0 / 60_000  # of a mean driver (default)
_MM_PER_KJ: Final = _MM_PER_KM / 300.0  # who brakes 300 kJ/km away
_SHARES: Final = np.array((1.0, 1.0, 0.45, 0.45))


class Brakes:
    """State: pad_mm per wheel (front left, front right, rear left, rear right), disc_c.

    A fault sets drag per wheel: a caliper that sticks rubs wherever the car drives, even one that brakes with its
    motor; 1 is as much as a mean driver's braking takes. An owner has pads changed below `change_below_mm`, unless
    `neglected`.
    """

    def __init__(self, driven_km: float, change_below_mm: float) -> None:
        left = max(change_below_mm + 0.5, NEW_MM - 9.0 * (driven_km % 55_000) / 60_000)
        self.pad_mm = np.array([left, left, left + 1.0, left + 1.0])
        self.drag = np.zeros(4)
        self.change_below_mm = change_below_mm
        self.neglected = False
        self.disc_c = 20.0

    def drive(
        self, dt: float, mass_kg: float, speed_kmh: Floats, acceleration_ms2: Floats, ambient_c: float
    ) -> tuple[Floats, Floats]:
        """Disc temperature, shape (n,), and pads, shape (4, n)."""
        taken_kw = np.maximum(0.0, -acceleration_ms2 - 0.25) * mass_kg * speed_kmh / 3.6 / 1000.0
        left = math.exp(-dt / 300.0)
        disc_c = ambient_c + follow(taken_kw * dt * 0.03 * left / (1 - left), self.disc_c - ambient_c, 1 - left)
        hot = 1.0 + 3.0 / (1.0 + np.exp(-(disc_c - 300.0) / 40.0))
        worn = np.cumsum(_MM_PER_KJ * taken_kw * dt * hot)
        dragged = np.cumsum(speed_kmh) * dt / 3600.0 * _MM_PER_KM
        pads = np.maximum(0.0, self.pad_mm[:, None] - np.outer(_SHARES, worn) - np.outer(self.drag, dragged))
        self.disc_c, self.pad_mm = float(disc_c[-1]), pads[:, -1].copy()
        return disc_c, pads

    def change_if_worn(self) -> None:
        """A workshop changes the pads of an axle."""
        for axle in (slice(0, 2), slice(2, 4)):
            if not self.neglected and self.pad_mm[axle].min() < self.change_below_mm:
                self.pad_mm[axle] = NEW_MM
