"""What is learnt from a fleet: the same each time, not spoilt by faulty cars, and refused where there is too little."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import norm

from diagnostics.models.artefact import read
from diagnostics.models.card import card
from diagnostics.models.threshold import TooFewBlocksError, threshold_of
from diagnostics.models.training import TrainingError, train
from tests.diagnostics.models.fleet import CARS, DAYS, MODEL, T0_S, artefact, car, fleet, sound, trips_only


def test_the_same_fleet_gives_the_same_bytes_in_any_order() -> None:
    shuffled = fleet(faulty=2)
    random.Random(5).shuffle(shuffled)
    assert train(MODEL, shuffled).text() == artefact().text()
    assert read(artefact().text()).text() == artefact().text()


def test_another_reading_or_another_time_is_another_artefact() -> None:
    cars = trips_only(fleet(faulty=2))
    changed = train(MODEL, [*cars[:-1], *trips_only([car(CARS - 1, days=DAYS - 1)])])
    later = train(MODEL, cars, since_s=T0_S + 40 * 86_400)
    hashes = {one.about["data_sha256"] for one in (artefact(), changed, later)}
    assert len({artefact().artefact_id, changed.artefact_id, later.artefact_id}) == len(hashes) == 3
    assert later.about["trips"] == CARS * 2 * (DAYS - 40)


def test_a_faulty_car_in_ten_does_not_widen_what_is_normal() -> None:
    alone, mixed = sound().normals["city"], artefact().normals["city"]
    trim = mixed.places.index(2)
    spreads = [np.sqrt(one.covariance[trim, trim]) * one.scale[trim] for one in (alone, mixed)]
    assert spreads[1] < 1.5 * spreads[0]
    assert abs(mixed.centre[trim] * mixed.scale[trim]) < 1.0


def test_what_is_written_down_is_what_was_learnt_from() -> None:
    about = artefact().about
    assert (about["cars"], about["trips"], about["seed"]) == (CARS, CARS * DAYS * 2, 1)
    assert set(artefact().normals) == {"start", "city"}
    assert about["left_out"]["idle"] == "0 cars; 8 are needed"
    since, calibrated, until = (about["period"][name] for name in ("since_s", "calibrated_s", "until_s"))
    assert since < calibrated < until
    words = card(artefact())
    for told in (
        artefact().artefact_id,
        about["data_sha256"],
        "**Not for**",
        "Known weaknesses",
        "fleet_trim_percent (%)",
    ):
        assert told in words


def test_too_few_cars_and_mixed_drivetrains_are_refused_by_name() -> None:
    with pytest.raises(TrainingError, match="city: 7 cars; 8 are needed"):
        train(MODEL, fleet()[:7])
    with pytest.raises(TrainingError, match="0 cars with no drivetrains"):
        train(MODEL, [])
    with pytest.raises(TrainingError, match="no trips"):
        train(MODEL, fleet()[:9], since_s=T0_S + 1000 * 86_400)


def test_the_threshold_is_what_the_rate_asks_for_and_faulty_blocks_hardly_move_it() -> None:
    chance = np.random.default_rng(3)
    blocks, rate = list(chance.normal(1.0, 1.0, 4000)), 0.1
    found = threshold_of(blocks, 4000, rate)
    above = np.mean(chance.normal(1.0, 1.0, 1_000_000) > found.distance)
    assert above == pytest.approx(rate * 30 / 365.25, rel=0.25)
    spoilt = threshold_of([*blocks[:3600], *chance.normal(20.0, 1.0, 400)], 4000, rate)
    assert found.distance < spoilt.distance < 1.35 * found.distance
    with pytest.raises(TooFewBlocksError, match="8 are needed"):
        threshold_of(blocks[:7], 7, rate)


def test_a_rate_that_is_asked_for_twice_as_often_lowers_the_threshold_but_not_without_end() -> None:
    blocks = list(np.random.default_rng(4).normal(0.0, 1.0, 500))
    rare, often, always = (threshold_of(blocks, 500, rate).distance for rate in (0.001, 0.002, 10.0))
    assert rare > often > always == 3.0


def test_a_fleet_of_few_cars_knows_its_own_spread_badly_and_a_new_car_does_not_pay_for_it() -> None:
    """Of many fleets that are drawn anew, the share of further cars above the threshold."""
    chance, rate = np.random.default_rng(5), 0.2
    wanted = rate * 30 / 365.25
    above = {}
    for cars in (20, 500):
        draws = chance.normal(5.0, 1.0, (300, cars))
        limits = np.array([threshold_of(list(one), cars, rate).distance for one in draws])
        above[cars] = float(np.mean(norm.sf(limits - 5.0)))
    assert above[500] == pytest.approx(wanted, rel=0.3)
    assert above[20] < 1.5 * wanted
    plain = [float(np.mean(norm.sf(_of_many_cars(chance.normal(5.0, 1.0, 20), rate) - 5.0))) for _ in range(300)]
    assert np.mean(plain) > 1.5 * wanted


def _of_many_cars(values: np.ndarray[tuple[int], np.dtype[np.float64]], rate: float) -> float:
    """The threshold as if the spread were known."""
    return threshold_of(list(values), 1_000_000, rate).distance
