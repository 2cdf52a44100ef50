"""Road load to engine: speed, load, air and fuel. Standard road-load equation; coefficients are defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.physics.following import Floats
from simulator.physics.thermal import CoolingSystem

AIR_DENSITY: Final = 1.2  # kg/m³
ROLLING: Final = 0.011
DRAG_AREA_M2: Final = 0.68
STOICHIOMETRIC: Final = 14.7
FUEL_KJ_PER_G: Final = 43.0
_EFFICIENCY: Final = 0.33
_GEAR_KMH_PER_1000RPM: Final = np.array((np.inf, 8.0, 14.5, 21.5, 29.0, 37.0, 46.0))
_SHIFT_KMH: Final = np.array((15.0, 28.0, 42.0, 58.0, 78.0))


@dataclass(frozen=True, slots=True)
class EngineRun:
    """One trip of an engine, each of shape (n,). Load is 0 to 1."""

    rpm: Floats
    load: Floats
    map_kpa: Floats
    maf_gps: Floats
    fuel_gps: Floats
    throttle: Floats
    coolant_c: Floats
    oil_c: Floats
    fan: Floats


class Engine:
    """A combustion engine; it warms its cooling system up while it runs."""

    def __init__(self, displacement_l: float, cylinders: int, mass_kg: float, *, diesel: bool) -> None:
        self.displacement_l = displacement_l
        self.cylinders = cylinders
        self.mass_kg = mass_kg
        self.diesel = diesel
        self.idle_rpm = 740.0 if not diesel else 820.0

    def drive(
        self, dt: float, speed_kmh: Floats, acceleration_ms2: Floats, cooling: CoolingSystem, ambient_c: float
    ) -> EngineRun:
        v = speed_kmh / 3.6
        force = self.mass_kg * (acceleration_ms2 + 9.81 * ROLLING) + 0.5 * AIR_DENSITY * DRAG_AREA_M2 * v * v
        power_kw = np.maximum(0.0, force * v / 1000.0) + 0.9
        rpm, fuel_gps, coolant_c = self._warm_up(
            dt, power_kw, _driven_rpm(speed_kmh, acceleration_ms2), speed_kmh, cooling, ambient_c
        )
        oil_c, fan = cooling.oil_and_fan(dt, coolant_c, fuel_gps * FUEL_KJ_PER_G)
        return self._breathe(rpm, fuel_gps, coolant_c, oil_c, fan)

    def _warm_up(
        self, dt: float, power_kw: Floats, driven: Floats, speed_kmh: Floats, cooling: CoolingSystem, ambient_c: float
    ) -> tuple[Floats, Floats, Floats]:
        """Engine speed, fuel and coolant: a cold engine idles faster and rubs more, which warms it."""
        step = cooling.stepper(dt, ambient_c)
        airflow = cooling.airflow(speed_kmh).tolist()
        work_kw = (power_kw / _EFFICIENCY).tolist()
        coolant = cooling.coolant_c
        told = []
        rubbing = self.displacement_l / 0.40
        for place, turning in enumerate(driven.tolist()):
            idle = self.idle_rpm + (60.0 - coolant) * 5.0 if coolant < 60.0 else self.idle_rpm
            rpm = turning if turning > idle else idle
            cold = 1.0 + (70.0 - coolant) / 110.0 if coolant < 70.0 else 1.0
            fuel_kw = work_kw[place] + rubbing * (0.6 + 0.9 * (rpm / 1000.0) ** 1.5) * cold
            coolant = step(coolant, fuel_kw, airflow[place])
            told.append((rpm, fuel_kw, coolant))
        cooling.coolant_c = coolant
        rpms, fuels_kw, coolants = np.array(told).T
        return rpms, fuels_kw / FUEL_KJ_PER_G, coolants

    def _breathe(self, rpm: Floats, fuel_gps: Floats, coolant_c: Floats, oil_c: Floats, fan: Floats) -> EngineRun:
        full_air = self.displacement_l * rpm / 120.0 * AIR_DENSITY * 0.88
        wanted_air = fuel_gps * STOICHIOMETRIC * (1.6 if self.diesel else 1.0)
        maf_gps = np.minimum(wanted_air, full_air * (1.9 if self.diesel else 1.0))
        load = np.minimum(1.0, maf_gps / full_air)
        map_kpa = np.full(len(rpm), 101.0) if self.diesel else 101.0 * (0.06 + 0.94 * load)
        return EngineRun(rpm, load, map_kpa, maf_gps, fuel_gps, 12.0 + 70.0 * load**1.3, coolant_c, oil_c, fan)


def _driven_rpm(speed_kmh: Floats, acceleration_ms2: Floats) -> Floats:
    """What the wheels turn the engine at in the gear that fits; 0 out of gear."""
    eager = np.where(acceleration_ms2 > 0.5, 1.25, 1.0)
    gear = np.where(speed_kmh > 3, 1 + np.searchsorted(_SHIFT_KMH, speed_kmh / eager, side="left"), 0)
    driven: Floats = speed_kmh / _GEAR_KMH_PER_1000RPM[gear] * 1000.0
    return driven
