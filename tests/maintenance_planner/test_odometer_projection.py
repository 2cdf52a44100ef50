"""How fast a car covers distance, whatever its odometer does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance_planner.models import OdometerReading
from maintenance_planner.odometer_projection import KNOWN_DAYS, OdometerProjection, project
from maintenance_planner.odometer_series import settle
from maintenance_planner.seasons import EVEN, seasons_of
from tests.maintenance_planner.conftest import IN_SERVICE_ON, T0, daily

COMMUTER = [sum(60 if day % 7 < 5 else 5 for day in range(number)) + 40_000 for number in range(91)]
PER_DAY = (5 * 60 + 2 * 5) / 7


def projected(readings: list[OdometerReading]) -> OdometerProjection:
    series = settle(readings)
    assert series is not None
    projection = project(series.readings, IN_SERVICE_ON)
    assert projection is not None
    return projection


def test_whole_weeks_count_so_weekends_do_not_mislead() -> None:
    assert projected(daily(COMMUTER)).km_per_day.likely == pytest.approx(PER_DAY, rel=0.05)


def test_the_last_thirty_days_count_when_the_use_changes() -> None:
    readings = daily([10_000 + 10 * day for day in range(60)] + [10_590 + 100 * day for day in range(1, 31)])
    assert projected(readings).km_per_day.likely == pytest.approx(100, rel=0.02)


def test_few_recent_readings_fall_back_on_ninety_days() -> None:
    readings = [*daily(COMMUTER[:70]), OdometerReading(T0 + timedelta(days=89), 40_000 + 89 * PER_DAY)]
    assert projected(readings).km_per_day.likely == pytest.approx(PER_DAY, rel=0.05)


def test_a_rollback_does_not_move_the_speed() -> None:
    rolled_back = [km - 30_000 if day >= 75 else km for day, km in enumerate(COMMUTER)]
    projection = projected(daily(rolled_back))
    assert projection.km_per_day.likely == pytest.approx(PER_DAY, rel=0.1)
    assert projection.odometer_km == pytest.approx(COMMUTER[-1], abs=100)


@pytest.mark.parametrize("broken", [0.0, 999_999.0])
@pytest.mark.parametrize("day", [1, 40, 75, 90])
def test_a_single_broken_reading_moves_neither_speed_nor_odometer(broken: float, day: int) -> None:
    readings = daily([broken if number == day else km for number, km in enumerate(COMMUTER)])
    projection = projected(readings)
    assert projection.km_per_day.likely == pytest.approx(PER_DAY, rel=0.1)
    assert projection.odometer_km == pytest.approx(COMMUTER[89 if day == 90 else 90], abs=100)
    assert projection.odometer_at(readings[-1].recorded_at).likely == pytest.approx(COMMUTER[-1], abs=60)


def test_a_gap_is_driven_through_not_jumped() -> None:
    readings = [reading for day, reading in enumerate(daily(COMMUTER)) if not 20 <= day < 62]
    assert projected(readings).km_per_day.likely == pytest.approx(PER_DAY, rel=0.1)


def test_two_readings_are_enough_and_one_falls_back_on_the_life_of_the_car() -> None:
    assert projected(daily([100, 150])).km_per_day.likely == 50
    days = (T0.date() - IN_SERVICE_ON).days
    assert projected(daily([31_500])).km_per_day.likely == pytest.approx(31_500 / days)
    assert project([], IN_SERVICE_ON) is None


def test_the_interval_spans_what_the_weeks_showed() -> None:
    low, likely, high = projected(daily([sum(40 + day % 30 for day in range(n)) for n in range(91)])).km_per_day
    assert low < likely < high


def test_a_mark_ahead_is_reached_sooner_by_faster_use() -> None:
    readings = daily([sum(40 + day % 30 for day in range(n)) for n in range(91)])
    earliest_at, likely_at, latest_at = projected(readings).reached(readings[-1].odometer_km + 1_000)
    assert earliest_at is not None
    assert likely_at is not None
    assert latest_at is not None
    assert readings[-1].recorded_at < earliest_at < likely_at < latest_at


def test_a_parked_car_reaches_nothing_and_the_far_future_is_not_foretold() -> None:
    assert projected(daily([5_000] * 30)).reached(5_001) == (None, None, None)
    assert projected(daily([5_000 + day for day in range(30)])).reached(50_000).likely_at is None


def test_a_mark_that_was_passed_lies_in_the_known_past() -> None:
    readings = daily([10_000 + 50 * day for day in range(30)])
    newest = readings[-1]
    assert projected(readings).reached(newest.odometer_km - 500).likely_at == newest.recorded_at - timedelta(days=10)
    assert projected(readings).reached(0).likely_at == newest.recorded_at - timedelta(days=KNOWN_DAYS)


readings_of_any_kind = st.lists(st.floats(-1e3, 2e6), min_size=1, max_size=95).map(daily)


@given(readings_of_any_kind, st.floats(0, 2e6), st.floats(0, 1e6))
def test_any_readings_give_an_ordered_answer(readings: list[OdometerReading], mark: float, more: float) -> None:
    projection = projected(readings)
    assert 0 <= projection.km_per_day.low <= projection.km_per_day.likely <= projection.km_per_day.high <= 2_001
    for nearer, further in zip(projection.reached(mark), projection.reached(mark + more), strict=True):
        assert further is None or (nearer is not None and nearer <= further)
    known = [instant for instant in projection.reached(mark) if instant is not None]
    assert known == sorted(known)


def seasonal(days: int, since: datetime) -> list[OdometerReading]:
    """100 km a day from May to October, 20 in the other months."""
    km, readings = 10_000.0, []
    for day in range(days):
        at = since + timedelta(days=day)
        readings.append(OdometerReading(at, km))
        km += 100 if 5 <= at.month <= 10 else 20
    return readings


def test_a_year_shows_the_seasons_and_the_projection_drives_through_them() -> None:
    readings = seasonal(2 * 365, datetime(2024, 5, 1, 8, tzinfo=UTC))  # ends at the end of April
    projection = projected(readings)
    assert projection.seasons.shares[6] > 1.4 > 0.6 > projection.seasons.shares[0]
    summer = projection.odometer_at(readings[-1].recorded_at + timedelta(days=90)).likely - projection.odometer_km
    assert 6_000 < summer < 9_500  # of 9,000; what one winter says is trusted in part
    naive = projection.km_per_day.likely * projection.seasons.mean(readings[-30:]) * 90
    assert naive < 3_000
    reached = projection.reached(projection.odometer_km + summer).likely_at
    assert reached is not None
    assert abs(reached - (readings[-1].recorded_at + timedelta(days=90))) < timedelta(hours=1)


def test_less_than_a_year_or_a_parked_year_has_no_seasons() -> None:
    since = datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert seasons_of(seasonal(300, since)) is EVEN
    assert seasons_of([]) is EVEN
    assert seasons_of([OdometerReading(since + timedelta(days=day), 500.0) for day in range(500)]) is EVEN
