"""A whole car: its systems composed, driven, started and parked."""

from __future__ import annotations

import random
from typing import Final

import numpy as np

from simulator.driven import Driven
from simulator.fleet import CarSpec
from simulator.physics.brakes import Brakes
from simulator.physics.engine import Engine
from simulator.physics.following import Floats
from simulator.physics.fuel_trim import FuelTrim
from simulator.physics.low_voltage import LowVoltage
from simulator.physics.misfire import Misfire
from simulator.physics.oil import Oil
from simulator.physics.particulate_filter import ParticulateFilter
from simulator.physics.thermal import CoolingSystem
from simulator.physics.traction_battery import TractionBattery
from simulator.physics.tyres import Tyres
from simulator.sensor_faults import SensorFault
from telemetry_schema.generated import servicelane_v1_pb2 as wire

FUEL_G_PER_L: Final = 745.0


class Car:
    """One car. `start` turns the key, `drive` takes it through a trip, `stop` ends it, `rest` parks it."""

    def __init__(self, spec: CarSpec, chance: random.Random, ambient_c: float) -> None:
        known = spec.specification
        self.spec = spec
        self.chance = chance
        self.noise = np.random.default_rng(chance.getrandbits(60))
        self.mass_kg = float(known["mass_kg"]) + 120.0
        self.odometer_km = spec.odometer_km
        self.age_years = max(0.5, 2026.4 - spec.in_service_on.year - spec.in_service_on.month / 12)
        self.electric = spec.drivetrain == "electric"
        self.diesel = spec.drivetrain == "diesel"
        self.spark = spec.drivetrain in ("petrol", "hybrid")
        self.ambient_c = ambient_c
        self.fuel_percent = chance.uniform(35, 95)
        self.fuel_l = 0.0
        self.coolant_sensor_offset_c = 0.0
        self.sensor_fault: SensorFault | None = None
        self.voltage_setpoint_v = chance.gauss(13.78, 0.10)
        self.accessory_a = 45.0
        self.low_voltage = LowVoltage(max(0.72, 1.0 - 0.045 * (self.age_years % 4.5)), chance.uniform(0.92, 1.08))
        self.tyres = Tyres(known["tyre_placard_front_kpa"], known["tyre_placard_rear_kpa"], chance)
        self.brakes = Brakes(spec.odometer_km, chance.uniform(4.2, 5.2))
        self.cooling = CoolingSystem(float(known.get("displacement_l", 1.6)), ambient_c, chance.uniform(0.92, 1.08))
        self.engine = Engine(
            float(known.get("displacement_l", 1.6)), int(known.get("cylinders", 4)), self.mass_kg, diesel=self.diesel
        )
        self.oil = Oil(chance.uniform(30, 95), chance.uniform(18, 28), chance.uniform(8, 12))
        self.trim = FuelTrim(chance.gauss(-0.8, 1.6))
        self.misfire = Misfire(self.engine.cylinders)
        self.filter = ParticulateFilter(chance.uniform(3, 18), spec.odometer_km * 1.2e-4)
        self.traction = None
        if "battery_capacity_kwh" in known:
            self.traction = TractionBattery(known["battery_capacity_kwh"], self.age_years, chance.randrange(96))

    def rest(self, hours: float, ambient_c: float) -> None:
        """Parked for a while."""
        self.ambient_c = ambient_c
        self.low_voltage.rest(hours)
        self.tyres.rest(hours)
        self.cooling.rest(hours, ambient_c)

    def start(self, parked_hours: float) -> wire.EngineStart:
        """Turns the key. An electric car has no starter, but its 12 V battery has a rest voltage too."""
        rest_v = self.low_voltage.open_circuit_v() + self.chance.gauss(0, 0.03)
        told = wire.EngineStart(rest_voltage_v=rest_v, parked_hours=parked_hours, succeeded=True)
        told.ambient_temperature_c = self.ambient_c + self.chance.gauss(0, 0.5)
        self.low_voltage.setpoint_v = self.voltage_setpoint_v + self.chance.gauss(0, 0.15)
        self.accessory_a = self.chance.uniform(25, 75) + (25 if self.ambient_c < 3 else 0)
        if not self.electric:
            battery_c = self.battery_c()
            minimum, current, duration = self.low_voltage.crank(battery_c)
            told.crank_minimum_voltage_v = minimum + self.chance.gauss(0, 0.08)
            told.crank_current_a = current * self.chance.gauss(1, 0.02)
            told.crank_duration_s = max(0.3, duration + self.chance.gauss(0, 0.05))
            told.battery_temperature_c = battery_c + self.chance.gauss(0, 1)
            told.coolant_temperature_c = round(self.cooling.coolant_c)
            told.succeeded = minimum > 6.5
        return told

    def battery_c(self) -> float:
        return self.cooling.coolant_c * 0.35 + self.ambient_c * 0.65

    def drive(self, dt: float, speed_kmh: Floats) -> Driven:
        """A trip from a stand: speeds each `dt` seconds (0.1 to 10), shape (n,)."""
        acceleration = np.diff(speed_kmh, prepend=0.0) / 3.6 / dt
        odometer_km = self.odometer_km + np.cumsum(speed_kmh) * dt / 3600.0
        self.odometer_km = float(odometer_km[-1])
        heat_c, cold_kpa = self.tyres.drive(dt, speed_kmh)
        recovered = np.minimum(0.0, acceleration) * 0.7 if self.traction else 0.0
        between_kmh = speed_kmh - acceleration * 3.6 * dt / 2  # a stop within one step takes energy too
        disc_c, pad_mm = self.brakes.drive(dt, self.mass_kg, between_kmh, acceleration - recovered, self.ambient_c)
        nothing = np.zeros(len(speed_kmh))
        driven = Driven(self.ambient_c, speed_kmh, odometer_km, heat_c, cold_kpa, pad_mm, nothing, disc_c)
        if self.traction:
            driven.traction = self.traction.drive(dt, speed_kmh, acceleration, self.mass_kg, self.ambient_c)
        if self.electric:
            driven.system_v = self.low_voltage.drive(dt, nothing + 2000.0, self.accessory_a, nothing + 25.0)
        else:
            self._burn(dt, acceleration, driven)
        return driven

    def _burn(self, dt: float, acceleration: Floats, driven: Driven) -> None:
        run = self.engine.drive(dt, driven.speed_kmh, acceleration, self.cooling, self.ambient_c)
        underhood_c = 0.5 * run.coolant_c + 0.5 * self.ambient_c
        driven.engine = run
        driven.system_v = self.low_voltage.drive(dt, run.rpm, self.accessory_a, underhood_c)
        driven.oil_level_mm, driven.oil_life_percent = self.oil.drive(dt, run.rpm, driven.speed_kmh, run.oil_c)
        litres = np.cumsum(run.fuel_gps) * dt / FUEL_G_PER_L
        tank_l = float(self.spec.specification["fuel_tank_l"])
        driven.fuel_percent = np.maximum(4.0, self.fuel_percent - 100.0 * litres / tank_l)
        self.fuel_l, self.fuel_percent = float(litres[-1]), float(driven.fuel_percent[-1])
        if self.spark:
            driven.short_trim, driven.long_trim = self.trim.drive(dt, run.maf_gps, run.map_kpa, run.load, self.noise)
            driven.misfires = self.misfire.drive(dt, run.rpm, run.load, run.coolant_c, self.noise)
        if self.diesel:
            driven.filter, driven.regenerations = self.filter.drive(dt, run.fuel_gps, driven.speed_kmh, run.load)

    def parked(self) -> Driven:
        """A parked car as one instant."""
        one = np.ones(1)
        return Driven(
            ambient_c=self.ambient_c,
            speed_kmh=0.0 * one,
            odometer_km=self.odometer_km * one,
            tyre_heat_c=self.tyres.heat_c * one,
            cold_kpa=self.tyres.cold_kpa[:, None],
            pad_mm=self.brakes.pad_mm[:, None],
            system_v=self.low_voltage.open_circuit_v() * one,
            disc_c=self.brakes.disc_c * one,
        )

    def look_after(self) -> None:
        """What an owner does after a trip: fuel, tyres, oil and pads, as far as they notice."""
        if self.fuel_percent < 18:
            self.fuel_percent = self.chance.uniform(85, 100)
        if self.traction and self.electric and self.traction.soc < 0.35:
            self.traction.charge(self.chance.uniform(0.75, 0.95))
        self.tyres.refill_if_noticed(self.chance)
        self.oil.look_after()
        self.brakes.change_if_worn()
