"""A diesel's particulate filter: soot comes with fuel and idling, a regeneration burns it on a long enough drive."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from simulator.physics.following import Floats

TRIGGER_G: Final = 21.0
WORKSHOP_G: Final = 40.0
_BURN_G_PER_S: Final = 18.0 / 900.0
_LONGEST_S: Final = 1500.0  # a control unit gives a regeneration up after 25 minutes
_COOLS_S: Final = 120.0  # so long it goes on while the car stands (default)


class EndedRegeneration(NamedTuple):
    """`place` in the trip, soot that was left, distance since the last completed one, and how long it burnt."""

    place: int
    completed: bool
    soot_g: float
    distance_km: float
    burning_s: float


class ParticulateFilter:
    """State: soot_g, ash_g, regenerating, inlet_c, distance_km. A fault sets soot_factor or burn_factor."""

    def __init__(self, soot_g: float, ash_g: float) -> None:
        self.soot_g = soot_g
        self.ash_g = ash_g
        self.soot_factor = 1.0
        self.burn_factor = 1.0
        self.regenerating = False
        self.inlet_c = 20.0
        self.distance_km = 0.0
        self.soot_before_g = 0.0
        self.burning_s = 0.0
        self._standing_s = 0.0

    def drive(
        self, dt: float, fuel_gps: Floats, speed_kmh: Floats, load: Floats
    ) -> tuple[Floats, list[EndedRegeneration]]:
        """Rows soot_g, inlet_c, distance_km, shape (3, n), and the regenerations that ended."""
        told = np.empty((3, len(fuel_gps)))
        ended: list[EndedRegeneration] = []
        made = (fuel_gps * dt * 0.0032 * self.soot_factor * np.where(speed_kmh < 20, 1.6, 0.6)).tolist()
        burning_c = 350.0 + 240.0 * self.burn_factor  # 590 °C, less where it does not get hot enough
        warm = (120.0 + 330.0 * load).tolist()
        for place, speed in enumerate(speed_kmh.tolist()):
            self.distance_km += speed * dt / 3600.0
            self.inlet_c += ((burning_c if self.regenerating else warm[place]) - self.inlet_c) * min(1.0, dt / 120.0)
            self.soot_g += made[place]
            self.soot_g -= min(self.soot_g, max(0.0, self.inlet_c - 350.0) * 2e-7 * dt * self.soot_g)
            completed = self._burn(dt, speed)
            told[:, place] = self.soot_g, self.inlet_c, self.distance_km
            if completed is not None:
                ended.append(EndedRegeneration(place, completed, self.soot_g, self.distance_km, self.burning_s))
                self.end(completed=completed)
        return told, ended

    def _burn(self, dt: float, speed_kmh: float) -> bool | None:
        if self.regenerating:
            self.burning_s += dt
            self.soot_g = max(1.5, self.soot_g - _BURN_G_PER_S * self.burn_factor * dt)
            if self.soot_g <= 3.0:
                return True
            self._standing_s = self._standing_s + dt if speed_kmh < 5 else 0.0
            if self._standing_s > _COOLS_S or self.burning_s > _LONGEST_S:
                return False
        elif self.soot_g > TRIGGER_G and speed_kmh > 50:
            self.regenerating, self.soot_before_g = True, self.soot_g
            self.burning_s = self._standing_s = 0.0
        return None

    def stop(self) -> bool:
        """The engine stops; True when that breaks a regeneration off."""
        self.inlet_c = 20.0
        broken, self.regenerating = self.regenerating, False
        return broken

    def pressure_kpa(self, maf_gps: Floats, soot_g: Floats) -> Floats:
        return maf_gps / 60.0 * (1.0 + 0.16 * soot_g + 0.05 * self.ash_g)

    def end(self, *, completed: bool) -> None:
        self.regenerating = False
        if completed:
            self.distance_km = 0.0
            self.ash_g += 0.02
