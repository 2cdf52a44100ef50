"""A diesel's particulate filter: soot comes with fuel and idling, a regeneration burns it on a long enough drive."""

from __future__ import annotations

from typing import Final

TRIGGER_G: Final = 21.0
WORKSHOP_G: Final = 40.0
_BURN_G_PER_S: Final = 18.0 / 900.0


class ParticulateFilter:
    """State: soot_g, ash_g, regenerating, inlet_c. soot_factor by a fault. `ended` tells a finished regeneration."""

    def __init__(self, soot_g: float, ash_g: float) -> None:
        self.soot_g = soot_g
        self.ash_g = ash_g
        self.soot_factor = 1.0
        self.regenerating = False
        self.inlet_c = 20.0
        self.distance_km = 0.0
        self.started_ms = 0
        self.soot_before_g = 0.0

    def step(self, dt: float, fuel_gps: float, speed_kmh: float, load: float) -> bool | None:
        """True when a regeneration was completed in this step, False when one was broken off, else None."""
        self.distance_km += speed_kmh * dt / 3600.0
        target = 590.0 if self.regenerating else 120.0 + 330.0 * load
        self.inlet_c += (target - self.inlet_c) * min(1.0, dt / 120.0)
        self.soot_g += fuel_gps * dt * 0.0032 * self.soot_factor * (1.6 if speed_kmh < 20 else 0.6)
        self.soot_g -= min(self.soot_g, max(0.0, self.inlet_c - 350.0) * 2e-7 * dt * self.soot_g)
        if self.regenerating:
            self.soot_g = max(1.5, self.soot_g - _BURN_G_PER_S * dt)
            if self.soot_g <= 3.0:
                return self._end(completed=True)
            if speed_kmh < 5:
                return self._end(completed=False)
        elif self.soot_g > TRIGGER_G and speed_kmh > 50:
            self.regenerating, self.soot_before_g = True, self.soot_g
        return None

    def stop(self) -> bool | None:
        self.inlet_c = 20.0
        return self._end(completed=False) if self.regenerating else None

    def pressure_kpa(self, maf_gps: float) -> float:
        return maf_gps / 60.0 * (1.0 + 0.16 * self.soot_g + 0.05 * self.ash_g)

    def _end(self, *, completed: bool) -> bool:
        self.regenerating = False
        if completed:
            self.distance_km = 0.0
            self.ash_g += 0.02
        return completed
