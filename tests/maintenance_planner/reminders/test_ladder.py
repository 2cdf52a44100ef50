"""When an owner is reminded: once per rung, louder as it gets graver, bundled by car."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from maintenance_planner.reminders.ladder import BETWEEN, CHANNELS, LADDER, Open, channels_of, steps

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def open_one(urgency: int, safe_in: timedelta | None, *climbed: str, number: int = 1) -> Open:
    return Open(UUID(int=number), urgency, None if safe_in is None else NOW + safe_in, frozenset(climbed))


def rungs(*of_car: Open, last: datetime | None = None) -> list[tuple[str, ...]]:
    return [step.rungs for step in steps(of_car, NOW, last)]


def test_every_urgency_has_a_ladder_that_begins_at_once_and_gets_no_quieter() -> None:
    assert set(LADDER) == {1, 2, 3, 4}
    for ladder in LADDER.values():
        assert ladder[0].before is None
        leads = [rung.before for rung in ladder[1:] if rung.before is not None]
        assert len(leads) == len(ladder) - 1
        assert leads == sorted(leads, reverse=True)
        assert all(low.channels <= high.channels for low, high in pairwise(ladder))


def test_each_rung_is_climbed_when_its_time_has_come_and_once() -> None:
    assert rungs(open_one(2, 30 * DAY)) == [("2/opened",)]
    assert rungs(open_one(2, 30 * DAY, "2/opened")) == []
    assert rungs(open_one(2, 14 * DAY, "2/opened")) == [("2/14d",)]
    assert rungs(open_one(2, 3 * DAY, "2/opened", "2/14d")) == [("2/3d",)]
    assert rungs(open_one(2, -DAY, "2/opened", "2/14d", "2/3d")) == []


def test_what_was_missed_is_told_once_and_as_loud_as_it_is_now() -> None:
    (step,) = steps([open_one(2, 2 * DAY)], NOW, None)
    assert step.rungs == ("2/opened", "2/14d", "2/3d")
    assert step.channels == set(CHANNELS)


def test_a_date_that_moves_away_takes_no_rung_back() -> None:
    assert rungs(open_one(2, 30 * DAY, "2/opened", "2/14d")) == []
    assert rungs(open_one(2, 10 * DAY, "2/opened", "2/14d")) == []


def test_what_became_graver_is_told_anew_and_what_became_milder_again_is_not() -> None:
    assert rungs(open_one(3, 30 * DAY, "2/opened")) == [("3/opened",)]
    assert rungs(open_one(2, 30 * DAY, "2/opened", "3/opened")) == []


def test_without_a_date_it_is_said_once() -> None:
    assert rungs(open_one(3, None)) == [("3/opened",)]
    assert rungs(open_one(3, None, "3/opened")) == []


def test_news_that_can_wait_waits_for_a_week_or_for_what_cannot() -> None:
    news, stop = open_one(1, None), open_one(4, DAY, number=2)
    assert rungs(news, last=NOW - BETWEEN + DAY) == []
    assert rungs(news, last=NOW - BETWEEN) == [("1/opened",)]
    assert rungs(news, stop, last=NOW - DAY) == [("1/opened",), ("4/opened",)]
    assert rungs(open_one(2, 3 * DAY, "2/opened", "2/14d"), last=NOW - DAY) == [("2/3d",)]


def test_a_message_leaves_by_what_its_loudest_step_asks_and_its_owner_wants() -> None:
    quiet, loud = (steps([one], NOW, None) for one in (open_one(1, None), open_one(3, None)))
    assert channels_of(quiet, CHANNELS) == ["in_app"]
    assert channels_of([*quiet, *loud], ["webhook", "in_app"]) == ["in_app", "webhook"]
    assert channels_of(loud, []) == []
