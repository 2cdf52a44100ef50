"""Drift: seen where the fleet has moved, silent where it has not, and never from too few cars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diagnostics.history import History
from diagnostics.models import drift
from diagnostics.models.drift import Drift
from diagnostics.models.regimes import REGIMES
from diagnostics.models.training import by_regime
from tests.diagnostics.models.fleet import CARS, DAYS, artefact, car, lean


def compared(fleet: Sequence[History]) -> dict[str, Drift]:
    seen = by_regime({one.vin: one.car for one in fleet}, {one.vin: list(one.items()) for one in fleet})
    kept = artefact().about["regimes"]["city"]["references"]
    found = drift.compare(REGIMES["city"], artefact().normals["city"], kept, seen["city"], len(kept))
    return {one.name: one for one in found}


def test_the_same_fleet_half_a_year_later_has_not_moved() -> None:
    found = compared([car(number, first_day=DAYS + 60, days=60) for number in range(CARS)])
    assert {one.verdict for one in found.values()} == {"steady"}


def test_other_cars_of_the_same_model_have_not_moved() -> None:
    found = compared([car(number, seed=9) for number in range(CARS)])
    assert {one.verdict for one in found.values()} == {"steady"}


def test_a_fleet_that_runs_lean_has_moved_in_what_tells_of_it_alone() -> None:
    found = compared([car(number, lean(0.0, 4.0), first_day=DAYS) for number in range(CARS)])
    moved = {name for name, one in found.items() if one.verdict == "moved"}
    assert moved == {"fleet_trim_percent", "fleet_trim_cruise_percent"}
    assert 3.0 < found["fleet_trim_percent"].shift < 5.0


def test_a_fleet_that_is_driven_otherwise_is_told_apart_from_one_that_reads_otherwise() -> None:
    slow = [car(n, lambda _, told: told | {"speed_kmh": told["speed_kmh"] - 8.0}) for n in range(CARS)]
    found = compared(slow)
    assert {name for name, one in found.items() if one.verdict == "moved"} == {"given speed_kmh"}
    assert found["given speed_kmh"].is_condition


def test_four_cars_say_nothing() -> None:
    found = compared([car(number, lean(0.0, 9.0)) for number in range(4)])
    assert {one.verdict for one in found.values()} == {"too few cars"}
    assert compared([]) == {}


def test_the_index_is_nought_for_the_same_shares_and_grows_with_the_distance() -> None:
    tenths = np.full(10, 0.1)
    moved = np.array([0.05, *[0.1] * 8, 0.15])
    assert drift._psi(tenths, tenths) == 0.0
    assert 0.0 < drift._psi(tenths, moved) < drift._psi(tenths, np.array([1.0, *[0.0] * 9]))
