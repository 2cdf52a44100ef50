"""What is kept of a car's judgement between batches changes nothing of what is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from diagnostics.cases import STEP_SECONDS, Case, Touched
from diagnostics.history import Car, EngineStart, Item, Trip
from diagnostics.judgement import Judgement, Judgements
from tests.diagnostics.conftest import T0_S, VIN, starts

CAR = Car(VIN, "petrol", {})
WEAK = [10.4, 10.3, 9.2, 9.1, 9.0, 8.9]


def directly(items: Sequence[Item], car: Car = CAR) -> Judgement:
    judgement = Judgement()
    for item in items:
        judgement.take(item, car)
    return judgement


def said(judgement: Judgement) -> object:
    return judgement.alarms(), judgement.dump()


def growing(items: Sequence[Item], minutes: int) -> list[list[Item]]:
    """The same past, and a trip that goes on."""
    start_s = items[-1].at_s + 60.0
    return [
        [*items, Trip(start_s, start_s + 60.0 * minute, {"coolant_above_117_s": 20.0 * minute, "seconds": 60.0})]
        for minute in range(1, minutes)
    ]


def test_a_trip_that_grows_is_judged_as_if_all_was_judged_anew() -> None:
    kept = Judgements()
    for items in growing(starts(WEAK), 10):
        found = kept.judge(None, items, CAR)
        assert found.alarms()
        assert said(found) == said(directly(items))


def test_alarms_that_ended_before_the_newest_item_are_told_each_time() -> None:
    kept = Judgements()
    for items in growing(starts([*WEAK, *[11.0] * 16]), 4):
        found = kept.judge(None, items, CAR)
        assert [one.ended_s is not None for one in found.alarms() if one.kind == "battery_ageing"] == [True]
        assert said(found) == said(directly(items))


def test_late_data_another_beginning_and_another_car_count() -> None:
    kept = Judgements()
    past = starts(WEAK)
    (items,) = growing(past, 2)
    kept.judge(None, items, CAR)
    late = [EngineStart(T0_S + 60.0, 9.0, 12.6, 25.0), *items]
    assert said(kept.judge(None, late, CAR)) == said(directly(late))
    fewer = items[3:]
    assert said(kept.judge(None, fewer, CAR)) == said(directly(fewer))
    since = directly(past[:3]).dump()
    assert said(kept.judge(since, fewer, CAR)) == said(directly([*past[:3], *fewer]))


def test_no_more_cars_are_kept_than_asked_for() -> None:
    kept = Judgements(most_cars=2)
    (items,) = growing(starts(WEAK), 2)
    for number in range(5):
        kept.judge(None, items, Car(f"VIN {number}", "petrol", {}))
    assert len(kept) == 2


@pytest.mark.parametrize(
    ("newest_s", "over_s", "mark_s"),
    [
        (T0_S + 59.0, None, T0_S - 60.0),
        (T0_S + 179.0, None, T0_S + 60.0),
        (T0_S + 119.0, T0_S + 119.0, T0_S + 180.0),
        (T0_S + 310.0, T0_S + 119.0, T0_S + 300.0),
    ],
)
def test_the_step_in_which_a_trip_was_over_waits_for_no_other(
    newest_s: float, over_s: float | None, mark_s: float
) -> None:
    """The steps of this car begin in the middle of each two minutes."""
    assert T0_S % STEP_SECONDS == 0.0
    assert Case(1, CAR, Touched(newest_s=newest_s, over_s=over_s)).mark_s == mark_s


def test_a_fleet_is_not_due_in_one_moment() -> None:
    cars = [Car(f"VIN {number}", "petrol", {}) for number in range(1200)]
    marks = Counter(Case(1, car, Touched(newest_s=T0_S)).mark_s for car in cars)
    assert sorted(marks) == [T0_S - 10.0 * tens for tens in reversed(range(12))]
    assert max(marks.values()) < 150
