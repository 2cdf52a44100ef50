"""What is known of a part: by its gauge, by what the car has done, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from maintenance_planner.models import ServiceRecord, Vehicle
from maintenance_planner.wear.components import Component, components
from maintenance_planner.wear.history import WearHistory, day_number, history_of
from maintenance_planner.wear.observed_json import json_of_observations, observations_of_json
from maintenance_planner.wear.observing import FEATURES, Observation, observe, observe_car

T0 = date(2025, 1, 1)
FIRST = day_number(T0)
PARTS = {one.name: one for one in components()}


def history(days: int = 300, **gauges: np.ndarray) -> WearHistory:
    """40 km a day in two trips."""
    told = {
        "km": 40.0, "idle_s": 400.0, "running_s": 4000.0, "fuel_l": 2.8, "trips": 2.0, "cold_starts": 1.0,
        "weighted_revolutions": 100_000.0, "brake_work_kj_kg": 1.2, "ambient_c": 12.0,
    }  # fmt: skip
    days_told = [
        (T0 + timedelta(days=day), {**told, **{name: float(v[day]) for name, v in gauges.items()}})
        for day in range(days)
    ]
    made = history_of(days_told, T0 + timedelta(days=days))
    assert made is not None
    return made


def value(one: Observation, name: str) -> float:
    return one.features[FEATURES.index(name)]


def seen(part: Component, known: WearHistory, *days: int | None) -> Observation:
    one = observe(part, known, *days)
    assert one is not None
    return one


def test_a_gauge_says_how_far_it_is_worn_and_how_fast() -> None:
    pads = 10.0 - 4.0 * np.arange(300) / 300.0
    one = seen(PARTS["brake_pads"], history(brake_pad_min_mm=pads), None)
    assert one.left_share == pytest.approx((6.0 - 3.0) / 8.0, abs=0.01)
    assert value(one, "gauge_readings") == 300
    assert np.isnan([value(one, name) for name in ("duty_share", "item_age_years")]).all()
    slow = seen(PARTS["brake_pads"], history(brake_pad_min_mm=10.0 - 1.0 * np.arange(300) / 300.0), None)
    assert slow.life_days > 2 * one.life_days


def test_a_gauge_at_its_end_is_reckoned_on() -> None:
    left = np.maximum(0.0, 100.0 - np.arange(300) / 2.0)
    one = seen(PARTS["engine_oil"], history(engine_oil_life_percent=left), FIRST)
    assert one.left_share == pytest.approx(-0.5, abs=0.03)
    silent = seen(PARTS["engine_oil"], history(engine_oil_life_percent=np.zeros(300)), None)
    assert silent.left_share == pytest.approx(0.0, abs=0.01)


def test_the_pace_of_a_part_that_was_new_on_a_known_day_is_that_of_its_whole_life() -> None:
    pads = np.where(np.arange(300) > 280, 11.0 - 3.0 * np.arange(300) / 300.0, np.nan)
    known, unknown = (seen(PARTS["brake_pads"], history(brake_pad_min_mm=pads), since) for since in (FIRST, None))
    assert value(known, "gauge_pace") == pytest.approx(0.375 / value(known, "duty_share"), rel=0.02)
    assert value(known, "own_rate") > 1.4 > 1.2 > value(unknown, "own_rate")
    assert np.isnan(value(unknown, "gauge_pace"))


def test_without_a_gauge_its_work_since_the_record_counts() -> None:
    half, whole = (seen(PARTS["air_filter"], history(), FIRST + since) for since in (150, 0))
    assert (1 - half.left_share) == pytest.approx((1 - whole.left_share) / 2, rel=0.02)
    before = seen(PARTS["air_filter"], history(), FIRST - 300)
    assert (1 - before.left_share) == pytest.approx(2 * (1 - whole.left_share), rel=0.02)


def test_nothing_is_said_without_gauge_and_record_nor_of_a_short_history() -> None:
    assert observe(PARTS["air_filter"], history(), None) is None
    assert observe(PARTS["air_filter"], history(20), FIRST) is None
    assert history_of([], T0) is None
    one_point = history_of([(T0, {"km": 3.0})], T0 + timedelta(days=1))
    assert one_point is not None
    assert observe(PARTS["tyres"], one_point, FIRST) is None


def test_a_gauge_that_fell_silent_is_not_believed() -> None:
    pads = np.where(np.arange(300) < 200, 9.0, np.nan)
    assert observe(PARTS["brake_pads"], history(brake_pad_min_mm=pads), None) is None


def test_the_part_before_tells_how_long_this_car_makes_them_last() -> None:
    known = history(900)
    early = seen(PARTS["cabin_filter"], known, FIRST + 800, FIRST + 400)
    late = seen(PARTS["cabin_filter"], known, FIRST + 800, FIRST + 100)
    assert late.life_days > early.life_days
    assert value(late, "previous_duty") > value(early, "previous_duty")


def test_only_the_parts_of_its_drivetrain_and_first_parts_of_a_new_car() -> None:
    car = Vehicle(1, "1M8GDM9AXKP042788", "electric-compact", "electric", T0 - timedelta(days=30))
    found = {one.component for one in observe_car(car, history(), [])}
    assert {"tyres", "brake_discs", "cabin_filter"} <= found
    assert not found & {"engine_oil", "air_filter", "fuel_filter", "particulate_filter_ash"}
    old = Vehicle(1, "1M8GDM9AXKP042788", "electric-compact", "electric", T0 - timedelta(days=900))
    records = [ServiceRecord("tyres", T0 + timedelta(days=100), None)]
    assert {one.component for one in observe_car(old, history(), records)} == {"tyres"}


def test_observations_are_the_same_out_of_the_database() -> None:
    made = [seen(PARTS["tyres"], history(), FIRST), seen(PARTS["air_filter"], history(), FIRST)]
    again = observations_of_json(json_of_observations(made))
    for one, other in zip(made, again, strict=True):
        np.testing.assert_array_equal(one.features, other.features)
        assert (one.component, one.left_share, one.life_days) == (other.component, other.left_share, other.life_days)
    assert observations_of_json({"names": ["another"], "parts": []}) == []
