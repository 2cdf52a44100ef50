"""The night is scored once: at its local hour, after any interruption, and by one of several."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from database.connection import Pool
from maintenance_planner.schedule.night import NightScoringError, Score, by_processes, last_night, score_night
from maintenance_planner.settings import ScheduleSettings

ROLE = "servicelane_maintenance_planner"
SETTINGS = ScheduleSettings(night_hour=2, time_zone="Asia/Shanghai")
MORNING = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
BEGAN = datetime(2026, 5, 3, 18, 0, tzinfo=UTC)  # 02:00 there


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hour", "as_of"),
    [
        ("2026-05-04T02:00", "UTC", 2, "2026-05-04T02:00"),
        ("2026-05-04T01:59", "UTC", 2, "2026-05-03T02:00"),
        ("2026-05-04T01:00", "Asia/Shanghai", 2, "2026-05-03T18:00"),
        ("2026-03-29T06:00", "Europe/Berlin", 2, "2026-03-29T01:00"),  # 02:00 is skipped: 03:00 there
        ("2026-10-25T06:00", "Europe/Berlin", 2, "2026-10-25T00:00"),  # 02:00 comes twice: the first
    ],
)
def test_a_night_begins_at_its_hour_of_the_local_clock(now: str, zone: str, hour: int, as_of: str) -> None:
    assert last_night(at(now), ZoneInfo(zone), hour).as_of_at == at(as_of)


async def score(pool: Pool, url: str, by: Score, now: datetime = MORNING) -> bool:
    return await score_night(pool, url, ROLE, now, SETTINGS, by)


async def test_it_is_scored_once_and_the_next_one_again(planner_pool: Pool, database_url: str) -> None:
    asked: list[datetime] = []

    async def note(as_of_at: datetime) -> None:
        asked.append(as_of_at)

    assert await score(planner_pool, database_url, note)
    assert not await score(planner_pool, database_url, note)
    assert await score(planner_pool, database_url, note, datetime(2026, 5, 4, 18, 0, tzinfo=UTC))
    assert asked == [BEGAN, datetime(2026, 5, 4, 18, 0, tzinfo=UTC)]


async def test_one_that_was_interrupted_is_begun_again_as_of_the_same_instant(
    planner_pool: Pool, database_url: str
) -> None:
    asked: list[datetime] = []

    async def interrupted(as_of_at: datetime) -> None:
        asked.append(as_of_at)
        if len(asked) == 1:
            raise NightScoringError("the process was ended")

    with pytest.raises(NightScoringError):
        await score(planner_pool, database_url, interrupted)
    assert await score(planner_pool, database_url, interrupted)
    assert asked == [BEGAN, BEGAN]


async def test_while_one_scores_another_does_not(planner_pool: Pool, database_url: str) -> None:
    begun, end = asyncio.Event(), asyncio.Event()

    async def slowly(as_of_at: datetime) -> None:
        begun.set()
        await end.wait()

    async def never(as_of_at: datetime) -> None:
        raise AssertionError("scored by two at once")

    first = asyncio.create_task(score(planner_pool, database_url, slowly))
    await begun.wait()
    assert not await score(planner_pool, database_url, never)
    end.set()
    assert await first


async def test_a_share_that_fails_fails_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nowhere")
    with pytest.raises(ExceptionGroup) as raised:
        await by_processes(1)(BEGAN)
    assert raised.group_contains(NightScoringError, match="share 0 of 1")
