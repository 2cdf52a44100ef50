"""What one car may send: enough for any car that drives, an end for one that floods, and no memory of quiet ones."""

from __future__ import annotations

import pytest

from ingest.budgets import SHORTEST_PAUSE_SECONDS, Allowance, VehicleBudgets
from ingest.settings import IngestSettings
from tests.ingest.conftest import VIN

OTHER_VIN = "5YJ3E1EA7KF317000"
NO_LIMIT = Allowance(0, 0)


def admitted(budgets: VehicleBudgets, count: int, now: float, *, size: int = 100, vin: str = VIN) -> int:
    return sum(budgets.wait_seconds(vin, size, now) == 0 for _ in range(count))


def test_a_burst_is_taken_at_once_and_the_rate_for_ever() -> None:
    budgets = VehicleBudgets(Allowance(10, 50), NO_LIMIT, NO_LIMIT)
    assert admitted(budgets, 100, 1000.0) in (50, 51)  # the last one may overdraw the bucket
    assert sum(admitted(budgets, 100, 1000.0 + second) for second in range(1, 11)) in range(99, 102)
    assert admitted(budgets, 100, 2000.0) in (50, 51)


def test_the_pause_is_how_long_the_bucket_is_overdrawn_and_never_shorter_than_a_second() -> None:
    budgets = VehicleBudgets(NO_LIMIT, Allowance(1000, 1000), NO_LIMIT)
    assert budgets.wait_seconds(VIN, 6000, 0.0) == 0
    assert budgets.wait_seconds(VIN, 1, 0.0) == pytest.approx(5.0)
    assert budgets.wait_seconds(VIN, 1, 4.9) == SHORTEST_PAUSE_SECONDS
    assert budgets.wait_seconds(VIN, 1, 5.0) == 0


def test_values_count_once_they_are_known() -> None:
    budgets = VehicleBudgets(NO_LIMIT, NO_LIMIT, Allowance(1000, 2000))
    assert budgets.wait_seconds(VIN, 1, 0.0) == 0
    budgets.charge_values(VIN, 5000, 0.0)
    assert budgets.wait_seconds(VIN, 1, 0.0) == pytest.approx(3.0)
    assert budgets.wait_seconds(VIN, 1, 3.0) == 0


def test_what_is_deferred_costs_nothing() -> None:
    budgets = VehicleBudgets(Allowance(1, 1), NO_LIMIT, NO_LIMIT)
    assert admitted(budgets, 10_000, 0.0) == 2
    assert admitted(budgets, 10_000, 0.5) == 0
    assert admitted(budgets, 1, 1.0) == 1


def test_one_car_s_flood_takes_nothing_from_another() -> None:
    budgets = VehicleBudgets(Allowance(10, 10), NO_LIMIT, NO_LIMIT)
    admitted(budgets, 1000, 0.0)
    assert admitted(budgets, 10, 0.0, vin=OTHER_VIN) == 10


def test_without_limits_everything_is_admitted() -> None:
    budgets = VehicleBudgets(NO_LIMIT, NO_LIMIT, NO_LIMIT)
    budgets.charge_values(VIN, 10**9, 0.0)
    assert admitted(budgets, 10_000, 0.0, size=10**6) == 10_000


def test_cars_that_are_quiet_are_forgotten_and_those_in_debt_are_not() -> None:
    budgets = VehicleBudgets(Allowance(1, 1), NO_LIMIT, NO_LIMIT)
    admitted(budgets, 3, 0.0)
    budgets.wait_seconds(VIN, 0, 0.0)
    for number in range(100_000):
        now = number / 1000
        budgets.wait_seconds(f"CAR{number:014d}", 0, now)
        admitted(budgets, 1, now)
    assert len(budgets) < 5_000  # a thousand cars have sent within the last second
    assert budgets.wait_seconds(VIN, 0, 99.999) > 0


def test_the_defaults_let_a_commuter_s_month_through_at_once_and_a_lorry_s_within_half_an_hour() -> None:
    def seconds_for(batches: int) -> float:
        """60 frames of 30 signals each, 8 kB, sent by a head unit that does as it is told."""
        budgets, now = IngestSettings().vehicle_budgets(), 0.0
        for _ in range(batches):
            while wait := budgets.wait_seconds(VIN, 8_000, now):
                now += wait
            budgets.charge_values(VIN, 60 * 30, now)
        return now

    assert seconds_for(30 * 60) == 0
    assert seconds_for(30 * 24 * 60) < 1800
