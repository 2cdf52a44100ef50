"""Cars that live for years: what is drawn, and that the same car lives the same life."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product

import numpy as np
import pytest

from simulator.wear.days import live
from simulator.wear.fleet import draw_fleet, ranges
from simulator.wear.laws import LAWS, has, wear

DAY = 18_000


@pytest.mark.parametrize("group", ["use", "rates", "fails_at", "gauges"])
def test_development_and_evaluation_share_no_value(group: str) -> None:
    for name, given in ranges()[group].items():
        for (low, high), (other_low, other_high) in product(given["development"], given["evaluation"]):
            assert low < high, name
            assert other_low < other_high, name
            assert high < other_low or other_high < low, name


def test_every_law_has_a_rate_and_a_failure() -> None:
    assert set(ranges()["rates"]) == set(ranges()["fails_at"]) == set(LAWS)


def test_the_same_car_lives_the_same_days_and_another_part_draws_other_cars() -> None:
    one, again = draw_fleet("evaluation", 5, 4)[2], draw_fleet("evaluation", 5, 4)[2]
    other = draw_fleet("development", 5, 4)[2]
    assert one == again
    assert one.rates != other.rates
    np.testing.assert_array_equal(live(one, DAY, 400).km, live(again, DAY, 400).km)


def test_a_year_of_driving_is_one_and_wear_only_grows() -> None:
    for car in draw_fleet("development", 1, 4, {"diesel": 1, "electric": 1}):
        days = live(car, DAY, 730)
        assert 1_000 < days.km.sum() / 2 < 120_000
        worn = wear(car, days)
        assert set(worn) == {name for name in LAWS if has(car.drivetrain, name)}
        assert all((added >= 0).all() and added.sum() > 0 for added in worn.values())
        assert (days.fuel_l.sum() > 0) == (car.drivetrain != "electric")


def test_a_life_does_not_hang_on_the_process_that_simulates_it() -> None:
    program = (
        "from simulator.wear.days import live; from simulator.wear.fleet import draw_fleet\n"
        f"print([float(live(car, {DAY}, 20 * 365).km.sum()) for car in draw_fleet('evaluation', 8231, 12)[2:4]])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
