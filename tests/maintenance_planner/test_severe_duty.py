"""Any one of three habits makes the duty severe."""

from __future__ import annotations

import pytest

from maintenance_planner.models import Trip
from maintenance_planner.severe_duty import FEWEST_TRIPS, severe_duty

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
    assert [text["en"] for text in severe_duty(trips)] == words


def test_the_words_are_told_in_chinese_too() -> None:
    assert [text["zh"] for text in severe_duty([Trip(5, 900, 100, 12)] * 30)] == ["平均车速为 18 公里/小时"]
