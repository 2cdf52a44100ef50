"""A diesel's particulate filter: soot comes with fuel and idling, a regeneration burns it once the engine is warm.

Injection after combustion keeps the filter at 550 °C in town and 590 °C on the open road, so it burns in both, in town
for longer. One that was due stays due: where the engine stops it goes on with the next trip. A control unit that knows
of a fault of injection or recirculation does not begin one: fuel after combustion would only thin the oil.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from simulator.physics.following import Floats

TRIGGER_G: Final = 21.0
WORKSHOP_G: Final = 40.0
_BURN_G_PER_S: Final = 18.0 / 900.0
_TOWN_KMH: Final = 50.0
_IN_TOWN: Final = 0.7  # of that rate, at 550 °C [default, calibrate]
_WARM_S: Final = 300.0  # so long an engine has to run before [default, calibrate]
_LONGEST_S: Final = 1500.0  # a control unit gives a regeneration up after 25 minutes
_COOLS_S: Final = 240.0  # so long it goes on while the car stands: the engine idles faster [default, calibrate]


class EndedRegeneration(NamedTuple):
    """`place` in the trip, soot before and after, distance since the last completed one, and how long it burnt."""

    place: int
    completed: bool
    soot_before_g: float
    soot_g: float
    distance_km: float
    burning_s: float


class ParticulateFilter:
    """State: soot_g, ash_g, due, regenerating, inlet_c, distance_km. A fault sets soot_factor, burn_factor, barred."""

    def __init__(self, soot_g: float, ash_g: float) -> None:
        self.soot_g = soot_g
        self.ash_g = ash_g
        self.soot_factor = 1.0
        self.burn_factor = 1.0
        self.barred = False
        self.due = False
        self.regenerating = False
        self.inlet_c = 20.0
        self.distance_km = 0.0
        self.soot_before_g = 0.0
        self.burning_s = 0.0
        self._running_s = 0.0
        self._standing_s = 0.0

    def drive(
        self, dt: float, fuel_gps: Floats, speed_kmh: Floats, load: Floats
    ) -> tuple[Floats, list[EndedRegeneration]]:
        """Rows soot_g, inlet_c, distance_km, shape (3, n), and the regenerations that ended."""
        told: list[tuple[float, float, float]] = []
        ended: list[EndedRegeneration] = []
        made = (fuel_gps * dt * 0.0032 * self.soot_factor * np.where(speed_kmh < 20, 1.6, 0.6)).tolist()
        burning = (350.0 + np.where(speed_kmh > _TOWN_KMH, 240.0, 200.0) * self.burn_factor).tolist()
        warm = (120.0 + 330.0 * load).tolist()
        for place, speed in enumerate(speed_kmh.tolist()):
            self.distance_km += speed * dt / 3600.0
            towards_c = burning[place] if self.regenerating else warm[place]
            self.inlet_c += (towards_c - self.inlet_c) * min(1.0, dt / 120.0)
            self.soot_g += made[place]
            self.soot_g -= min(self.soot_g, max(0.0, self.inlet_c - 350.0) * 2e-7 * dt * self.soot_g)
            completed = self._burn(dt, speed)
            told.append((self.soot_g, self.inlet_c, self.distance_km))
            if completed is not None:
                ended.append(self._ended(place, completed=completed))
        return np.array(told).T, ended

    def _burn(self, dt: float, speed_kmh: float) -> bool | None:
        self._running_s += dt
        self.due = self.due or self.soot_g > TRIGGER_G
        if self.regenerating:
            self.burning_s += dt
            rate = _BURN_G_PER_S if speed_kmh > _TOWN_KMH else _IN_TOWN * _BURN_G_PER_S
            self.soot_g = max(1.5, self.soot_g - rate * self.burn_factor * dt)
            if self.soot_g <= 3.0:
                return True
            self._standing_s = self._standing_s + dt if speed_kmh < 5 else 0.0
            if self._standing_s > _COOLS_S or self.burning_s > _LONGEST_S:
                return False
        elif self.due and not self.barred and self._running_s > _WARM_S and speed_kmh > 5:
            self.regenerating, self.soot_before_g = True, self.soot_g
            self.burning_s = self._standing_s = 0.0
        return None

    def stop(self) -> EndedRegeneration | None:
        """The engine stops; the regeneration that this breaks off."""
        self.inlet_c = 20.0
        broken = self._ended(-1, completed=False) if self.regenerating else None
        self._running_s = 0.0
        return broken

    def pressure_kpa(self, maf_gps: Floats, soot_g: Floats) -> Floats:
        return maf_gps / 60.0 * (1.0 + 0.16 * soot_g + 0.05 * self.ash_g)

    def _ended(self, place: int, *, completed: bool) -> EndedRegeneration:
        told = EndedRegeneration(place, completed, self.soot_before_g, self.soot_g, self.distance_km, self.burning_s)
        self.regenerating = False
        self._running_s = 0.0  # another attempt of the same trip waits as long
        if completed:
            self.due = False
            self.distance_km = 0.0
            self.ash_g += 0.02
        return told
