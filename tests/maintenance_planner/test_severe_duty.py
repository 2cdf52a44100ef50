"""Any one of four habits makes the duty severe; how a car is driven is counted from its trips."""

from __future__ import annotations

import pytest

from maintenance_planner.models import Trip
from maintenance_planner.severe_duty import FEWEST_TRIPS, severe_duty
from maintenance_planner.usage import NOT_SEEN, usage_of

NORMAL = Trip(20, 1_500, 100, 12)
COLD_SHORT = Trip(4, 400, 20, -3)


@pytest.mark.parametrize(
    ("trips", "words"),
    [
        ([NORMAL] * 30, []),
        ([COLD_SHORT] * 15 + [NORMAL] * 15, []),
        ([COLD_SHORT] * 16 + [NORMAL] * 14, ["53% of the trips were shorter than 8 km below 0 °C"]),
        ([Trip(4, 400, 20, 3)] * 30, []),
        ([Trip(4, 400, 20, None)] * 30, []),
        ([Trip(20, 1_400, 601, 12)] * 30, ["30% of the running time was idling"]),
        ([Trip(5, 900, 100, 12)] * 30, ["the mean speed was 18 km/h"]),
        ([COLD_SHORT] * (FEWEST_TRIPS - 1), []),
        ([Trip(0, 0, 0, 5)] * 30, []),
        ([], []),
    ],
)
def test_a_habit_is_severe_beyond_its_threshold(trips: list[Trip], words: list[str]) -> None:
    assert [text["en"] for text in severe_duty(usage_of(trips)).values()] == words


def test_the_words_are_told_in_chinese_too() -> None:
    assert [text["zh"] for text in severe_duty(usage_of([Trip(5, 900, 100, 12)] * 30)).values()] == [
        "平均车速为 18 公里/小时"
    ]


def test_towing_is_severe_beyond_a_tenth_of_the_days() -> None:
    assert severe_duty(usage_of([NORMAL] * 30, towing_share=0.1)) == {}
    assert list(severe_duty(usage_of([NORMAL] * 30, towing_share=0.2))) == ["towing"]


def test_usage_counts_what_the_trips_say() -> None:
    trips = [Trip(4, 500, 100, -3, True, 0.4, 12_000), Trip(16, 1_000, 200, 12, False, 1.0, None)]
    usage = usage_of(trips)
    assert (usage.trips, usage.distance_km, usage.running_s) == (2, 20, 1_800)
    assert (usage.cold_start_share, usage.short_share, usage.cold_short_share) == (0.5, 0.5, 0.5)
    assert usage.idle_share == pytest.approx(1 / 6)
    assert usage.mean_kmh == pytest.approx(40)
    assert usage.fuel_l_per_100km == pytest.approx(7)
    assert usage.revolutions_per_km == pytest.approx(3_000)


def test_no_trip_and_an_empty_trip_give_no_numbers_but_no_error() -> None:
    assert usage_of([]) == NOT_SEEN
    assert (usage_of([Trip(0, 0, 0, None)]).mean_kmh, usage_of([Trip(0, 0, 0, None)]).fuel_l_per_100km) == (0.0, None)
