"""What is due by distance or time, whichever comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance_planner.interval_texts import interval_reason
from maintenance_planner.models import DueState, FirstSight, IntervalStatus, Operation, ServiceRecord, Texts
from maintenance_planner.odometer_projection import Estimate, OdometerProjection
from maintenance_planner.plans import PlanItem
from maintenance_planner.service_intervals import CarUse, add_months, interval_status, months_between

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
NEW_ON = date(2026, 1, 1)
OPERATION = Operation(code="change_engine_oil", minutes=40, skill="engine")
OIL = PlanItem("engine_oil", Texts(en="Oil", zh="机油"), (OPERATION,), 0.5, "handbook", km=15_000, months=12)
BRAKES = PlanItem("brake_fluid", Texts(en="Brake fluid", zh="制动液"), (), 1.0, "handbook", months=24, first_months=36)
SEVERE = {"slow": Texts(en="the mean speed was 12 km/h", zh="平均车速为 12 公里/小时")}


def car(
    odometer_km: float,
    *,
    in_service_on: date = NEW_ON,
    first_km: float = 0,
    first_at: datetime = datetime(2026, 1, 2, tzinfo=UTC),
    per_day: float = 50,
    severe: dict[str, Texts] | None = None,
) -> CarUse:
    projection = OdometerProjection(NOW, odometer_km, Estimate(per_day * 0.8, per_day, per_day * 1.2))
    return CarUse(in_service_on, FirstSight(first_at, first_km), projection, severe or {})


@pytest.mark.parametrize(
    ("odometer_km", "performed_on", "state"),
    [
        (110_000, date(2026, 1, 1), DueState.PLANNED),
        (113_500, date(2026, 1, 1), DueState.PLANNED),
        (113_501, date(2026, 1, 1), DueState.DUE_SOON),
        (114_701, date(2026, 1, 1), DueState.DUE),
        (115_000, date(2026, 1, 1), DueState.DUE),
        (115_001, date(2026, 1, 1), DueState.OVERDUE),
        (101_000, date(2025, 6, 3), DueState.PLANNED),
        (101_000, date(2025, 6, 2), DueState.DUE_SOON),
        (101_000, date(2025, 5, 10), DueState.DUE),
        (101_000, date(2025, 5, 4), DueState.DUE),
        (101_000, date(2025, 5, 3), DueState.OVERDUE),
    ],
)
def test_the_state_follows_what_comes_first(odometer_km: float, performed_on: date, state: DueState) -> None:
    record = ServiceRecord("engine_oil", performed_on, 100_000)
    assert interval_status(OIL, car(odometer_km), record, NOW).state is state


def test_due_at_is_the_earlier_of_time_and_distance() -> None:
    record = ServiceRecord("engine_oil", date(2026, 1, 1), 0)
    by_distance = interval_status(OIL, car(10_000), record, NOW)
    assert by_distance.due_at == NOW + timedelta(days=100)
    assert by_distance.due_earliest_at is not None
    assert by_distance.due_latest_at is not None
    assert by_distance.due_earliest_at < by_distance.due_at < by_distance.due_latest_at
    assert interval_status(OIL, car(1_000), record, NOW).due_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert interval_status(OIL, car(1_000, per_day=0), record, NOW).due_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_new_car_counts_from_its_first_day_and_assumes_nothing() -> None:
    status = interval_status(OIL, car(4_000), None, NOW)
    assert (status.remaining_km, status.due_on, status.assumed) == (11_000, date(2027, 1, 1), False)
    first = interval_status(BRAKES, car(4_000), None, NOW)
    assert (first.due_on, first.remaining_km, first.due_odometer_km) == (date(2029, 1, 1), None, None)


def test_an_old_car_is_taken_to_have_been_serviced_on_schedule() -> None:
    old = car(64_000, in_service_on=date(2019, 3, 31), first_km=61_000, first_at=NOW - timedelta(days=60))
    oil = interval_status(OIL, old, None, NOW)
    assert (oil.last_odometer_km, oil.last_on, oil.assumed) == (60_000, date(2025, 3, 31), True)
    assert (oil.remaining_km, oil.state) == (11_000, DueState.OVERDUE)  # the day came after the car was first seen
    brakes = interval_status(BRAKES, old, None, NOW)
    assert (brakes.last_on, brakes.due_on) == (date(2024, 3, 31), date(2026, 3, 31))
    text = interval_reason(oil)
    assert "No service record is known" in text["en"]
    assert "at 60,000 km and by 2025-03-31" in text["en"]
    assert "没有保养记录" in text["zh"]


@given(st.integers(0, 12_000), st.floats(0, 900_000))
def test_no_car_is_overdue_at_first_sight(age_days: int, km: float) -> None:
    seen = car(km, in_service_on=NOW.date() - timedelta(days=age_days), first_km=km, first_at=NOW)
    for item in (OIL, BRAKES):
        assert interval_status(item, seen, None, NOW).state is not DueState.OVERDUE


def test_severe_duty_shortens_what_has_a_severe_interval() -> None:
    record = ServiceRecord("engine_oil", date(2026, 1, 1), 0)
    oil = interval_status(OIL, car(4_000, severe=SEVERE), record, NOW)
    assert (oil.due_odometer_km, oil.due_on) == (7_500, date(2026, 7, 1))
    assert "severe duty: the mean speed was 12 km/h" in interval_reason(oil)["en"]
    brakes = interval_status(BRAKES, car(4_000, severe=SEVERE), None, NOW)
    assert (brakes.due_on, brakes.shortened_by) == (date(2029, 1, 1), ())


def test_an_unknown_odometer_leaves_the_time() -> None:
    unknown = CarUse(NEW_ON, FirstSight(NOW, None), None)
    status = interval_status(OIL, unknown, None, NOW)
    assert (status.remaining_km, status.due_odometer_km, status.due_on) == (None, None, date(2027, 1, 1))


def test_overdue_is_said_in_words() -> None:
    status = interval_status(OIL, car(16_200), ServiceRecord("engine_oil", date(2025, 5, 1), 0), NOW)
    assert interval_reason(status)["en"] == (
        "Oil: due at 15,000 km or on 2026-05-01, whichever comes first; 1,200 km over, 3 days over."
    )
    assert interval_reason(status)["zh"] == (
        "机油：应在 15,000 公里 或 2026-05-01 时进行（以先到者为准）；已超出 1,200 公里，已超出 3 天。"
    )


ORDER = list(DueState)


def due_at(status: IntervalStatus) -> datetime:
    return status.due_at or datetime.max.replace(tzinfo=UTC)


@given(st.floats(0, 400_000), st.floats(0, 50_000), st.floats(0, 500), st.booleans())
def test_more_kilometres_are_never_due_later(km: float, more: float, per_day: float, recorded: bool) -> None:
    record = ServiceRecord("engine_oil", date(2026, 1, 1), 10_000) if recorded else None
    one = interval_status(OIL, car(km, per_day=per_day), record, NOW)
    other = interval_status(OIL, car(km + more, per_day=per_day), record, NOW)
    assert due_at(other) <= due_at(one)
    assert ORDER.index(other.state) >= ORDER.index(one.state)


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_months_are_counted_and_added_alike(day: date, months: int) -> None:
    later = add_months(day, months)
    assert months_between(day, later) in (months, months - 1)  # one less where the later month is shorter
    assert months_between(day, later + timedelta(days=4)) >= months
