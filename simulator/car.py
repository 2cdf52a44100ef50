"""A whole car: its systems composed, stepped, started and parked, and what its signals read."""

from __future__ import annotations

import random
from typing import Final

from simulator.fleet import CarSpec
from simulator.physics.brakes import Brakes
from simulator.physics.engine import FUEL_KJ_PER_G, Engine
from simulator.physics.fuel_trim import FuelTrim
from simulator.physics.low_voltage import LowVoltage
from simulator.physics.misfire import Misfire
from simulator.physics.oil import Oil
from simulator.physics.particulate_filter import ParticulateFilter
from simulator.physics.thermal import CoolingSystem
from simulator.physics.traction_battery import TractionBattery
from simulator.physics.tyres import Tyres
from telemetry_schema.generated import servicelane_v1_pb2 as wire

FUEL_G_PER_L: Final = 745.0


class Car:
    """One car. `step` drives it, `rest` parks it, `start` turns the key; `read` gives its signals."""

    def __init__(self, spec: CarSpec, chance: random.Random, ambient_c: float) -> None:
        known = spec.specification
        self.spec = spec
        self.chance = chance
        self.mass_kg = float(known["mass_kg"]) + 120.0
        self.odometer_km = spec.odometer_km
        self.age_years = max(0.5, 2026.4 - spec.in_service_on.year - spec.in_service_on.month / 12)
        self.electric = spec.drivetrain == "electric"
        self.diesel = spec.drivetrain == "diesel"
        self.spark = spec.drivetrain in ("petrol", "hybrid")
        self.ambient_c = ambient_c
        self.speed_kmh = self.trip_km = self.trip_s = self.idle_s = self.fuel_l = 0.0
        self.fuel_percent = chance.uniform(35, 95)
        self.coolant_sensor_offset_c = 0.0
        self.voltage_setpoint_v = chance.gauss(13.78, 0.10)
        self.accessory_a = 45.0
        self.low_voltage = LowVoltage(max(0.72, 1.0 - 0.045 * (self.age_years % 4.5)), chance.uniform(0.92, 1.08))
        self.tyres = Tyres(known["tyre_placard_front_kpa"], known["tyre_placard_rear_kpa"], chance)
        self.brakes = Brakes(spec.odometer_km)
        self.cooling = CoolingSystem(float(known.get("displacement_l", 1.6)), ambient_c, chance.uniform(0.92, 1.08))
        self.engine = Engine(
            float(known.get("displacement_l", 1.6)), int(known.get("cylinders", 4)), self.mass_kg, diesel=self.diesel
        )
        self.engine.stop()
        self.oil = Oil(chance.uniform(25, 95))
        self.trim = FuelTrim(chance.gauss(-0.8, 1.6))
        self.misfire = Misfire(self.engine.cylinders)
        self.filter = ParticulateFilter(chance.uniform(3, 18), spec.odometer_km * 1.2e-4)
        self.traction = None
        if "battery_capacity_kwh" in known:
            self.traction = TractionBattery(known["battery_capacity_kwh"], self.age_years, chance.randrange(96))

    def rest(self, hours: float, ambient_c: float) -> None:
        """Parked for a while."""
        self.ambient_c = ambient_c
        self.speed_kmh = 0.0
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
            battery_c = self.cooling.coolant_c * 0.35 + self.ambient_c * 0.65
            minimum, current, duration = self.low_voltage.crank(battery_c)
            told.crank_minimum_voltage_v = minimum + self.chance.gauss(0, 0.08)
            told.crank_current_a = current * self.chance.gauss(1, 0.02)
            told.crank_duration_s = max(0.3, duration + self.chance.gauss(0, 0.05))
            told.battery_temperature_c = battery_c + self.chance.gauss(0, 1)
            told.coolant_temperature_c = round(self.cooling.coolant_c)
            told.succeeded = minimum > 6.5
        self.trip_km = self.trip_s = self.idle_s = self.fuel_l = 0.0
        return told

    def step(self, dt: float, speed_kmh: float) -> bool | None:
        """Drives for `dt` seconds (0.1 to 10) and ends at `speed_kmh`. Tells when a regeneration ends, and how."""
        acceleration = (speed_kmh - self.speed_kmh) / 3.6 / dt
        self.speed_kmh = speed_kmh
        km = speed_kmh * dt / 3600.0
        self.odometer_km += km
        self.trip_km += km
        self.trip_s += dt
        self.tyres.drive(dt, speed_kmh)
        regenerating = min(0.0, acceleration) * 0.7 if self.traction else 0.0
        self.brakes.step(dt, self.mass_kg, speed_kmh, acceleration - regenerating, self.ambient_c)
        if self.traction:
            self.traction.step(dt, speed_kmh, acceleration, self.mass_kg, self.ambient_c)
        if self.electric:
            self.low_voltage.charge(dt, 2000.0, self.accessory_a, 25.0)
            return None
        return self._burn(dt, speed_kmh, acceleration)

    def _burn(self, dt: float, speed_kmh: float, acceleration: float) -> bool | None:
        engine = self.engine
        before = engine.revolutions
        engine.step(dt, speed_kmh, acceleration, self.cooling.coolant_c, 0.9)
        heater = 25.0 if self.ambient_c < 12 and self.cooling.coolant_c > 50 else 0.0
        self.cooling.step(dt, engine.fuel_gps * FUEL_KJ_PER_G, speed_kmh, self.ambient_c, heater)
        self.low_voltage.charge(dt, engine.rpm, self.accessory_a, 0.5 * self.cooling.coolant_c + 0.5 * self.ambient_c)
        self.oil.step(engine.revolutions - before, speed_kmh * dt / 3600.0, self.cooling.oil_c)
        litres = engine.fuel_gps * dt / FUEL_G_PER_L
        self.fuel_l += litres
        self.fuel_percent = max(4.0, self.fuel_percent - 100.0 * litres / float(self.spec.specification["fuel_tank_l"]))
        self.idle_s += dt if speed_kmh < 1 else 0.0
        if self.spark:
            self.trim.step(dt, engine.maf_gps, engine.map_kpa, engine.load, self.chance)
            self.misfire.step(dt, engine.rpm, engine.load, self.cooling.coolant_c, self.chance)
        return self.filter.step(dt, engine.fuel_gps, speed_kmh, engine.load) if self.diesel else None

    def stop(self) -> bool | None:
        self.engine.stop()
        self.speed_kmh = 0.0
        return self.filter.stop() if self.diesel else None

    def refuel_if_needed(self) -> None:
        if self.fuel_percent < 18:
            self.fuel_percent = self.chance.uniform(85, 100)
        if self.traction and self.electric and self.traction.soc < 0.35:
            self.traction.charge(self.chance.uniform(0.75, 0.95))

    def coolant_reading_c(self) -> float:
        return self.cooling.coolant_c + self.coolant_sensor_offset_c
