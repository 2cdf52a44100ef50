"""Samples to trips, and what a trip says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.history import Car
from diagnostics.parked import p20_kpa
from diagnostics.samples import PRESSURE, TEMPERATURE, Samples
from diagnostics.stretches import seconds, stretch
from diagnostics.trends import theil_sen
from diagnostics.trips import TRIP_GAP_SECONDS, describe, runs_of

MINUTES = 40


def drive(**columns: float | np.ndarray) -> Samples:
    """Forty minutes at steady speed, one sample in ten seconds."""
    at_s = 1_767_225_600.0 + 10.0 * np.arange(MINUTES * 6)
    steady = {
        "vehicle_speed_kmh": 80.0,
        "engine_speed_rpm": 2200.0,
        "ambient_temperature_c": 15.0,
        "system_voltage_v": 14.0,
        "fuel_rate_lph": 6.0,
    }
    return Samples(
        at_s, {name: np.broadcast_to(value, at_s.shape).astype(float) for name, value in (steady | columns).items()}
    )


def warming(to_c: float) -> np.ndarray:
    return np.minimum(to_c, 15.0 + 0.11 * 10.0 * np.arange(MINUTES * 6))


@given(st.lists(st.floats(1, 3000), min_size=1, max_size=60))
def test_every_sample_belongs_to_one_trip_and_gaps_part_them(gaps_s: list[float]) -> None:
    at_s = np.cumsum(gaps_s)
    runs = runs_of(at_s)
    assert [place for start, stop in runs for place in range(start, stop)] == list(range(len(at_s)))
    assert len(runs) == 1 + sum(gap > TRIP_GAP_SECONDS for gap in gaps_s[1:])


def test_a_healthy_engine_is_above_the_slow_model() -> None:
    trip = describe(drive(coolant_temperature_c=warming(90.0)), Car("VIN", "petrol", {"displacement_l": 1.6}))
    assert trip.features["coolant_residual_c"] > 0
    assert trip.features["coolant_sag_c"] == 0


def test_an_engine_that_stays_cold_is_below_it() -> None:
    trip = describe(drive(coolant_temperature_c=warming(58.0)), Car("VIN", "petrol", {"displacement_l": 1.6}))
    assert trip.features["coolant_residual_c"] < -8


PETROL = Car("VIN", "petrol", {"displacement_l": 1.6})


@pytest.mark.parametrize("missing", ["fuel_rate_lph", "ambient_temperature_c", "coolant_temperature_c"])
def test_the_model_needs_fuel_air_and_a_start(missing: str) -> None:
    samples = drive(**{"coolant_temperature_c": warming(90.0), missing: np.nan})
    assert "coolant_residual_c" not in describe(samples, PETROL).features


def test_air_mass_that_moves_stands_in_for_fuel_but_not_in_a_diesel() -> None:
    air_gps = 20.0 + np.arange(MINUTES * 6) % 2
    samples = drive(coolant_temperature_c=warming(90.0), fuel_rate_lph=np.nan, mass_air_flow_gps=air_gps)
    assert "coolant_residual_c" in describe(samples, PETROL).features
    assert "coolant_residual_c" not in describe(samples, Car("VIN", "diesel", {"displacement_l": 1.6})).features
    stuck = drive(coolant_temperature_c=warming(90.0), fuel_rate_lph=np.nan, mass_air_flow_gps=20.0)
    assert "coolant_residual_c" not in describe(stuck, PETROL).features


def heated(opening: float, fuel_lph: float = 6.0, kmh: float = 80.0) -> np.ndarray:
    """Coolant of an engine of 80 kJ/K in air of 15 °C, with so much of its radiator in the circuit."""
    kw, loss = fuel_lph * 745.0 / 3600.0 * 0.3 * 43.0, 0.02 + opening * (0.02 + 0.38 * (kmh / 130.0) ** 0.8)
    settled_c, at_s = 15.0 + kw / loss, 10.0 * np.arange(MINUTES * 6)
    return np.minimum(90.0, settled_c + (15.0 - settled_c) * np.exp(-at_s * loss / 80.0))


@pytest.mark.parametrize("opening", [0.0, 0.3, 0.6])
def test_what_a_warm_up_takes_for_each_degree_tells_how_far_the_thermostat_is_open(opening: float) -> None:
    features = describe(drive(coolant_temperature_c=heated(opening)), PETROL).features
    missing_kj_per_k = features["warm_up_kj_per_k"] - 80.0
    assert missing_kj_per_k == pytest.approx(opening * features["warm_up_wind_kj_per_k"], abs=2.5)


@pytest.mark.parametrize(
    "untold",
    [
        {"fuel_rate_lph": np.where(np.arange(MINUTES * 6) % 6, 6.0, np.nan)},
        {"ambient_temperature_c": -40.0},
        {"coolant_temperature_c": warming(90.0) + 45.0},
    ],
    ids=["too little fuel known", "outside sensor unplugged", "warm from the start"],
)
def test_a_warm_up_that_is_not_known_tells_nothing(untold: dict[str, float | np.ndarray]) -> None:
    samples = drive(**{"coolant_temperature_c": heated(0.0), **untold})
    assert "warm_up_kj_per_k" not in describe(samples, PETROL).features


def test_charging_is_judged_warm_and_at_speed_and_corrected_for_the_air() -> None:
    cold_start = np.where(np.arange(MINUTES * 6) < 30, 14.6, 13.8)
    trip = describe(drive(system_voltage_v=cold_start, ambient_temperature_c=-5.0), Car("VIN", "petrol", {}))
    assert trip.features["charging_v"] == pytest.approx(13.8 - 0.009 * 20)
    assert "charging_v" not in describe(drive(engine_speed_rpm=800.0), Car("VIN", "petrol", {})).features


def test_features_that_a_car_cannot_give_are_missing() -> None:
    told = describe(drive(), Car("VIN", "electric", {})).features.keys()
    assert {"charging_v", "charging_low_s", "charging_high_s"} <= told
    assert not [name for name in told if name.startswith(("coolant", "trim", "misfire", "oil", "dpf", "cell", "p20"))]


def test_a_stretch_ends_where_samples_are_missing() -> None:
    at_s = np.array([0.0, 10, 20, 30, 100, 110, 120])
    assert longest_s(at_s, np.ones(7, dtype=bool)) == 40
    assert longest_s(at_s, np.array([1, 1, 0, 1, 1, 1, 1], dtype=bool)) == 30
    assert longest_s(at_s, np.zeros(7, dtype=bool)) == 0


def longest_s(at_s: np.ndarray, holds: np.ndarray) -> float:
    followed = stretch(holds, np.ones(len(holds), dtype=bool), at_s)
    return float(seconds([followed.step(None, at_s.tolist(), holds.tolist())])[0])


def test_pressure_at_20_degrees_follows_the_gas_law() -> None:
    assert p20_kpa(np.array([230.0]), np.zeros(1))[0] == pytest.approx((230 + 101.3) * 293 / 273 - 101.3)


@given(st.floats(-5, 5), st.integers(12, 30))
def test_a_wild_point_does_not_move_the_line(slope: float, points: int) -> None:
    days = np.arange(points, dtype=float)
    values = 240 + slope * days
    values[points // 2] += 500
    assert theil_sen(days * 86_400, values).per_day == pytest.approx(slope, abs=1e-6)


def flattening(rear_left_kpa: np.ndarray) -> dict[str, float]:
    """What a trip tells where that tyre does so and all others hold."""
    wheels = {name: np.array([240.0]) for name in PRESSURE.values()} | {PRESSURE["rear_left"]: rear_left_kpa}
    warm = dict.fromkeys(TEMPERATURE.values(), 20.0)
    return dict(describe(drive(**wheels, **warm), Car("VIN", "petrol", {})).features)


def test_a_tyre_that_ends_flat_has_lost_its_pressure_and_a_sensor_that_falls_silent_has_not() -> None:
    places = np.arange(MINUTES * 6)
    falling = np.maximum(0.0, 240.0 - 2.0 * np.maximum(0, places - 60))  # 12 kPa a minute, down to nothing
    assert flattening(falling)["p20_loss_rear_left"] > 100.0
    silent = np.where(places < 100, 240.0, 0.0)
    silent[100] = 120.0  # the mean of ten seconds in which it happens
    assert "p20_loss_rear_left" not in flattening(silent)
