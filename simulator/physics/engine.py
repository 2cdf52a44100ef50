"""Road load to engine: speed, load, air and fuel. Standard road-load equation; coefficients are defaults."""

from __future__ import annotations

from typing import Final

AIR_DENSITY: Final = 1.2  # kg/m³
ROLLING: Final = 0.011
DRAG_AREA_M2: Final = 0.68
STOICHIOMETRIC: Final = 14.7
FUEL_KJ_PER_G: Final = 43.0
_EFFICIENCY: Final = 0.33
_GEAR_KMH_PER_1000RPM: Final = (8.0, 14.5, 21.5, 29.0, 37.0, 46.0)


class Engine:
    """A combustion engine. After `step`: rpm, load (0..1), map_kpa, maf_gps, fuel_gps, power_kw."""

    def __init__(self, displacement_l: float, cylinders: int, mass_kg: float, *, diesel: bool) -> None:
        self.displacement_l = displacement_l
        self.cylinders = cylinders
        self.mass_kg = mass_kg
        self.diesel = diesel
        self.idle_rpm = 740.0 if not diesel else 820.0
        self.rpm = self.load = self.map_kpa = self.maf_gps = self.fuel_gps = self.power_kw = self.throttle = 0.0
        self.gear = 0
        self.revolutions = 0.0

    def step(self, dt: float, speed_kmh: float, acceleration_ms2: float, coolant_c: float, accessory_kw: float) -> None:
        v = speed_kmh / 3.6
        force = self.mass_kg * (acceleration_ms2 + 9.81 * ROLLING) + 0.5 * AIR_DENSITY * DRAG_AREA_M2 * v * v
        self.power_kw = max(0.0, force * v / 1000.0) + accessory_kw
        fast_idle = max(0.0, 60.0 - coolant_c) * 5.0
        self._choose_gear(speed_kmh, acceleration_ms2)
        driven = speed_kmh / _GEAR_KMH_PER_1000RPM[self.gear - 1] * 1000.0 if self.gear else 0.0
        self.rpm = max(self.idle_rpm + fast_idle, driven)
        self._breathe(coolant_c)
        self.revolutions += self.rpm / 60.0 * dt

    def stop(self) -> None:
        self.rpm = self.load = self.maf_gps = self.fuel_gps = self.power_kw = self.throttle = 0.0
        self.map_kpa = 101.0
        self.gear = 0

    def _choose_gear(self, speed_kmh: float, acceleration_ms2: float) -> None:
        eager = 1.25 if acceleration_ms2 > 0.5 else 1.0
        self.gear = 0
        if speed_kmh > 3:
            self.gear = 1 + sum(speed_kmh > limit * eager for limit in (15, 28, 42, 58, 78))

    def _breathe(self, coolant_c: float) -> None:
        friction_kw = (
            self.displacement_l * (0.6 + 0.9 * (self.rpm / 1000.0) ** 1.5) * (1.0 + max(0.0, 70.0 - coolant_c) / 110)
        )
        self.fuel_gps = (self.power_kw / _EFFICIENCY + friction_kw / 0.40) / FUEL_KJ_PER_G
        full_air = self.displacement_l * self.rpm / 120.0 * AIR_DENSITY * 0.88
        wanted_air = self.fuel_gps * STOICHIOMETRIC * (1.6 if self.diesel else 1.0)
        self.maf_gps = min(wanted_air, full_air * (1.9 if self.diesel else 1.0))
        self.load = min(1.0, self.maf_gps / full_air)
        self.map_kpa = 101.0 if self.diesel else 101.0 * (0.06 + 0.94 * self.load)
        self.throttle = 12.0 + 70.0 * self.load**1.3
