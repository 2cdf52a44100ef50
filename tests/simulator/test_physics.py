"""Healthy cars behave as measured ones do (handbook, section 2)."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from simulator.car import Car
from simulator.drive import simulate_car
from simulator.fleet import CarSpec, build_fleet
from simulator.physics.tyres import gauge_kpa
from simulator.profiles import speed_trace
from simulator.scenario import Scenario
from telemetry_schema.catalogue import signal, signals_by_id

END_MS = 1_780_272_000_000
COMPACT = {"mass_kg": 1350, "displacement_l": 1.8, "cylinders": 4, "fuel_tank_l": 50}
TYRES = {"tyre_placard_front_kpa": 230, "tyre_placard_rear_kpa": 230}


def car(air_c: float, seed: int) -> tuple[Car, random.Random]:
    spec = CarSpec(
        "X", "petrol-compact", "S", "C", 2024, "petrol", date(2024, 1, 1), 20_000, "commuter", COMPACT | TYRES
    )
    chance = random.Random(seed)
    return Car(spec, chance, air_c), chance


def seconds_to_80_c(air_c: float, seed: int) -> float:
    """From 12 °C above the air, as the recorded car began its trips on average."""
    one, chance = car(air_c, seed)
    one.cooling.coolant_c = air_c + 12
    one.start(10)
    driven = one.drive(2, np.array(speed_trace("regional", 45, 2, chance)))
    assert driven.engine is not None
    warm = driven.engine.coolant_c >= 80
    assert warm.any(), "the engine never got warm"
    return (int(np.argmax(warm)) + 1) * 2.0


@pytest.mark.parametrize(("air_c", "measured_s"), [(20, 564), (17, 669), (1.5, 794), (-3.5, 817)])
def test_engines_warm_up_as_the_recorded_car_does(air_c: float, measured_s: float) -> None:
    simulated_s = float(np.median([seconds_to_80_c(air_c, seed) for seed in range(15)]))
    assert simulated_s == pytest.approx(measured_s, rel=0.2)


@pytest.fixture(scope="module")
def driven() -> dict[str, npt.NDArray[np.float64]]:
    """Every signal of ten days of twelve healthy petrol cars, warm and running, and some of them at idle."""
    scenario = Scenario("quantiles", 12, 10, diesel_share=0, electric_share=0)
    kept: dict[str, list[npt.NDArray[np.float64]]] = {}
    for spec in build_fleet(scenario, 3):
        for burst in simulate_car(spec, scenario, 3, END_MS):
            values = {signals_by_id()[number].name: column.values for number, column in burst.columns.items()}
            if "engine_speed_rpm" not in values:
                continue
            warm = (values["coolant_temperature_c"] >= 80) & (values["engine_speed_rpm"] > 500)
            idle = warm & (values["vehicle_speed_kmh"] < 1)
            for name in ("system_voltage_v", "coolant_temperature_c", "long_term_fuel_trim_1_percent"):
                kept.setdefault(name, []).append(values[name][warm])
            for name in ("engine_speed_rpm", "intake_manifold_pressure_kpa"):
                kept.setdefault(f"idle {name}", []).append(values[name][idle])
    return {name: np.concatenate(parts) for name, parts in kept.items()}


@pytest.mark.parametrize(
    ("name", "percentile", "low", "high"),
    [
        ("system_voltage_v", 50, 13.6, 13.9),
        ("system_voltage_v", 5, 13.3, 13.6),
        ("system_voltage_v", 95, 13.9, 14.3),
        ("coolant_temperature_c", 50, 85, 91),
        ("coolant_temperature_c", 99, 90, 97),
        ("long_term_fuel_trim_1_percent", 1, -5.5, 0),
        ("long_term_fuel_trim_1_percent", 99, 0, 4.7),
        ("idle engine_speed_rpm", 50, 643, 897),
        ("idle intake_manifold_pressure_kpa", 50, 24, 41),
    ],
)
def test_healthy_values_lie_where_measured_ones_lie(
    driven: dict[str, npt.NDArray[np.float64]], name: str, percentile: float, low: float, high: float
) -> None:
    assert low <= float(np.percentile(driven[name], percentile)) <= high


def test_a_cold_night_takes_the_battery_down_and_a_drive_brings_it_back() -> None:
    one, chance = car(-5, 1)
    one.rest(14 * 24, -5)
    parked = one.low_voltage.soc
    one.start(14 * 24)
    one.drive(2, np.array(speed_trace("regional", 45, 2, chance)))
    assert parked < 0.85
    assert one.low_voltage.soc > parked + 0.05


def test_tyres_follow_the_gas_law() -> None:
    one, _ = car(20, 1)
    warm, cold = gauge_kpa(one.tyres.cold_kpa[:1], np.array([20.0, 0.0]))
    assert (cold + 101.3) / (warm + 101.3) == pytest.approx(273 / 293)


@pytest.mark.parametrize("drivetrain", ["petrol", "diesel", "hybrid", "electric"])
def test_every_value_lies_within_the_catalogue(drivetrain: str) -> None:
    shares = {"diesel": (1.0, 0.0), "electric": (0.0, 1.0)}.get(drivetrain, (0.0, 0.0))
    scenario = Scenario("range", 6, 3, diesel_share=shares[0], electric_share=shares[1])
    specs = [spec for spec in build_fleet(scenario, 2) if spec.drivetrain == drivetrain]
    assert specs
    for burst in simulate_car(specs[0], scenario, 2, END_MS):
        for number, column in burst.columns.items():
            one = signals_by_id()[number]
            assert one.low is None or (column.values >= one.low).all(), one.name
            assert one.high is None or (column.values <= one.high).all(), one.name


def test_what_only_an_electric_car_has_no_petrol_car_says() -> None:
    scenario = Scenario("kinds", 8, 6, electric_share=0, diesel_share=0)
    petrol = next(spec for spec in build_fleet(scenario, 1) if spec.drivetrain == "petrol")
    said = {number for burst in simulate_car(petrol, scenario, 1, END_MS) for number in burst.columns}
    assert signal("engine_speed_rpm").id in said
    assert signal("traction_state_of_charge_percent").id not in said
