"""Each thing that happens to an odometer is recognised, bridged, and told in words."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance_planner.models import OdometerReading, ServiceRecord
from maintenance_planner.odometer_series import KM_PER_MILE, OdometerSeries, settle
from maintenance_planner.odometer_texts import break_text
from maintenance_planner.record_readings import distance_of_record, series_of
from tests.maintenance_planner.conftest import T0, daily

TRUE = [60_000 + 50 * day for day in range(60)]


def settled(kilometres: list[float]) -> OdometerSeries:
    series = settle(daily(kilometres))
    assert series is not None
    return series


def only_break(series: OdometerSeries) -> tuple[str, str]:
    (found,) = series.breaks
    assert break_text(found)["en"].startswith(str(found.at.date()))
    assert "里程表显示" in break_text(found)["zh"]
    return found.kind, found.detail


def test_a_clean_series_is_left_as_it_is() -> None:
    series = settled(TRUE)
    assert series.breaks == ()
    assert [reading.odometer_km for reading in series.readings] == TRUE


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([50 * day for day in range(30)], ("replaced", "starts_anew")),
        ([31_000 + 50 * day for day in range(30)], ("set_back", "shows_less")),
        ([140_000 + 50 * day for day in range(30)], ("replaced", "shows_more")),
        ([km / KM_PER_MILE for km in TRUE[30:]], ("unit", "to_miles")),
    ],
)
def test_a_lasting_break_is_named_and_the_distance_goes_on(after: list[float], expected: tuple[str, str]) -> None:
    series = settled([*TRUE[:30], *after])
    assert only_break(series) == expected
    assert [one.odometer_km for one in series.readings] == pytest.approx(TRUE, abs=1)
    assert series.shown_for(series.readings[-1].odometer_km) == pytest.approx(after[-1])
    assert series.distance_of(after[-1], T0 + timedelta(days=59)) == pytest.approx(TRUE[-1], abs=1)
    assert series.distance_of(TRUE[3], T0 + timedelta(days=3)) == TRUE[3]


def test_miles_all_along_become_kilometres_once_the_unit_is_known() -> None:
    series = settled([km / KM_PER_MILE for km in TRUE[:30]] + TRUE[30:])
    assert only_break(series) == ("unit", "to_km")
    assert [one.odometer_km for one in series.readings] == pytest.approx(TRUE, abs=1)


def test_a_unit_that_changes_there_and_back_is_followed() -> None:
    series = settled(TRUE[:20] + [km / KM_PER_MILE for km in TRUE[20:40]] + TRUE[40:])
    assert [one.kind for one in series.breaks] == ["unit", "unit"]
    assert [one.odometer_km for one in series.readings] == pytest.approx(TRUE, abs=1)


@pytest.mark.parametrize(
    ("shown", "detail"),
    [
        (615_000, "digit_more"),
        (6_150, "digit_less"),
        (61_500 / KM_PER_MILE, "miles"),
        (61_500 * KM_PER_MILE, "as_km"),
        (16_500, "digits_swapped"),
        (67_500, "digit_wrong"),
        (0, "blank"),
        (7, "unknown"),
        (-3, "blank"),
    ],
)
def test_a_single_wrong_reading_is_explained_and_left_out(shown: float, detail: str) -> None:
    series = settled([*TRUE[:30], shown, *TRUE[31:]])
    assert only_break(series) == ("wrong_reading", detail)
    assert [one.odometer_km for one in series.readings] == TRUE[:30] + TRUE[31:]


def test_the_newest_reading_waits_for_its_confirmation() -> None:
    assert only_break(settled([*TRUE, 12]))[0] == "unconfirmed"
    assert only_break(settled([*TRUE, 12, 62]))[0] == "replaced"


def test_a_wrong_first_reading_is_left_out() -> None:
    series = settled([600_000, *TRUE[1:]])
    assert only_break(series) == ("wrong_reading", "digit_more")
    assert series.readings[0].odometer_km == TRUE[1]


def test_a_record_in_miles_or_with_a_slip_is_counted_where_the_car_was() -> None:
    readings = daily(TRUE)
    day = (T0 + timedelta(days=20)).date()
    for written, detail in ((61_000 / KM_PER_MILE, "miles"), (610_000, "digit_more"), (16_000, "digits_swapped")):
        record = ServiceRecord("engine_oil", day, written)
        series = series_of(readings, [record])
        assert series is not None
        assert only_break(series) == ("wrong_reading", detail)
        assert distance_of_record(series, record) == pytest.approx(61_000, abs=50)


def test_a_record_fits_near_the_cars_reading_and_before_its_first() -> None:
    earlier = ServiceRecord("engine_oil", date(2024, 5, 4), 30_000)
    rounded = ServiceRecord("brake_fluid", (T0 + timedelta(days=20)).date(), 61_200)
    without = ServiceRecord("coolant", (T0 + timedelta(days=20)).date(), None)
    series = series_of(daily(TRUE), [earlier, rounded, without])
    assert series is not None
    assert series.breaks == ()
    assert [round(distance_of_record(series, one)) for one in (earlier, rounded, without)] == [30_000, 61_200, 61_008]


def test_records_stand_in_where_the_car_told_nothing() -> None:
    records = [ServiceRecord("a", date(2024, 1, 1), 30_000), ServiceRecord("a", date(2025, 1, 1), 45_000)]
    series = series_of([], records)
    assert series is not None
    assert [one.odometer_km for one in series.readings] == [30_000, 45_000]
    assert series_of([], []) is None


@given(st.lists(st.floats(-1e3, 3e6), min_size=1, max_size=40))
def test_any_readings_give_distances_that_do_not_fall(kilometres: list[float]) -> None:
    series = settled(kilometres)
    distances = [one.odometer_km for one in series.readings]
    assert distances
    assert all(later >= earlier - 4 for earlier, later in itertools.pairwise(distances))
    assert all(break_text(one)["en"] for one in series.breaks)
    assert series.distance_at(T0) >= min(distances)


@given(st.floats(0, 2e6))
def test_one_reading_is_a_series(km: float) -> None:
    assert settle([OdometerReading(T0, km)]) is not None
    assert settle([]) is None
