"""Which visit comes first, and what is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from booking_api.local_days import epoch_minute
from booking_api.models import Position, Wishes
from booking_api.ranking import MAXIMUM_SLOTS, Candidate, Need, haversine_km, rank, score_parts
from tests.booking_api.schedules import make_workshop

NOW = epoch_minute(datetime(2026, 3, 23, 7, tzinfo=UTC))
DAY = 1440
BERLIN, HAMBURG = Position(52.5200, 13.4050), Position(53.5511, 9.9937)
NEAR, FAR = make_workshop(workshop_id="near", position=BERLIN), make_workshop(workshop_id="far", position=HAMBURG)


def candidate(days: float, workshop: object = NEAR, *, wall_minutes: int = 540, load: float = 0.5) -> Candidate:
    assert isinstance(workshop, type(NEAR))
    start = NOW + round(days * DAY)
    on = date.fromordinal(date(2026, 3, 23).toordinal() + int(days))
    return Candidate(workshop, start, start + 60, on, wall_minutes, load)


def first(candidates: list[Candidate], need: Need, wishes: Wishes | None = None) -> int:
    return epoch_minute(rank(candidates, need, wishes or Wishes())[0].starts_at) - NOW


def test_berlin_and_hamburg_lie_255_kilometres_apart() -> None:
    assert haversine_km(BERLIN, HAMBURG) == pytest.approx(255.3, abs=1)
    assert haversine_km(Position(0, 180), Position(0, -180)) == pytest.approx(0, abs=1e-6)


def test_the_day_it_is_due_beats_too_early_and_too_early_beats_too_late() -> None:
    need = Need(NOW, urgency=1, due_minute=NOW + 10 * DAY)
    early, due, late = candidate(4), candidate(10), candidate(16)
    costs = [score_parts(one, need, Wishes())["timing"] for one in (due, early, late)]
    assert costs == sorted(costs, reverse=True)
    assert first([late, early, due], need) == 10 * DAY


def test_the_more_urgent_the_dearer_is_each_day_of_waiting() -> None:
    costs = [score_parts(candidate(5), Need(NOW, urgency), Wishes())["timing"] for urgency in (1, 2, 3, 4)]
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == 4


def test_the_nearer_workshop_comes_first_and_is_called_closest() -> None:
    slots = rank([candidate(1, FAR), candidate(2, NEAR)], Need(NOW), Wishes(position=BERLIN))
    assert [(one.workshop.workshop_id, one.labels) for one in slots] == [
        ("near", ("recommended", "closest")),
        ("far", ("soonest",)),
    ]
    assert {"en": "0.0 km away", "zh": "距离 0.0 公里"} in slots[0].reasons


def test_preferred_days_and_halves_of_the_day_count() -> None:
    assert first([candidate(1), candidate(3)], Need(NOW), Wishes(weekdays=frozenset({3}))) == 3 * DAY
    afternoon = candidate(3, wall_minutes=840)
    slots = rank([candidate(1), afternoon], Need(NOW), Wishes(day_part="afternoon"))
    assert {"en": "at the time of day you prefer", "zh": "在您偏好的时段"} in slots[0].reasons


def test_a_quiet_day_beats_a_full_one() -> None:
    assert first([candidate(1, load=0.9), candidate(1.1, load=0.1)], Need(NOW)) == round(1.1 * DAY)


def test_ten_are_shown_and_the_soonest_is_always_among_them() -> None:
    need = Need(NOW, urgency=1, due_minute=NOW + 28 * DAY)
    slots = rank([candidate(days) for days in range(1, 30)], need, Wishes())
    assert len(slots) == MAXIMUM_SLOTS
    assert [one.labels for one in slots if "soonest" in one.labels] == [("soonest",)]
    assert epoch_minute(slots[-1].starts_at) == NOW + DAY
    assert [one.score for one in slots] == sorted((one.score for one in slots), reverse=True)


def test_the_parts_add_up_to_the_score_and_every_reason_is_in_both_languages() -> None:
    need = Need(NOW, due_minute=NOW + 3 * DAY, skills=frozenset({"brakes"}))
    for slot in rank([candidate(1), candidate(3, FAR)], need, Wishes(BERLIN, frozenset({1}), "morning")):
        assert slot.score == pytest.approx(sum(slot.parts.values()), abs=1e-9)
        assert slot.reasons
        assert all(set(text) == {"en", "zh"} and "{" not in "".join(text.values()) for text in slot.reasons)


def test_nothing_ranked_is_nothing() -> None:
    assert rank([], Need(NOW), Wishes()) == []
