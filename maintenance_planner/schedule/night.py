"""The night's scoring, once per night, however often it is asked for and wherever it was interrupted."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog

from database.connection import Pool, connect
from maintenance_planner.schedule import store
from maintenance_planner.settings import ScheduleSettings
from observability.metrics import NIGHT_FINISHED

Score = Callable[[datetime], Awaitable[None]]
"""Scores every car as of this instant, or raises."""

_log = structlog.get_logger(__name__)


class Night(NamedTuple):
    """`on`: the local date on whose early hours it falls."""

    on: date
    as_of_at: datetime


class NightScoringError(RuntimeError):
    """A share of the cars was not scored. The night is begun again at the next look."""


def last_night(now: datetime, zone: ZoneInfo, hour: int) -> Night:
    """The newest night that has begun: today's, or before its hour yesterday's.

    An hour that the clock skips stands for the first instant after; of one that comes twice the first counts.
    """
    today = now.astimezone(zone).date()
    nights = (Night(on, _begins(on, zone, hour)) for on in (today, today - timedelta(days=1)))
    return next(night for night in nights if night.as_of_at <= now)


def _begins(on: date, zone: ZoneInfo, hour: int) -> datetime:
    return datetime.combine(on, time(hour), zone).astimezone(UTC)


async def score_night(pool: Pool, url: str, role: str, now: datetime, settings: ScheduleSettings, score: Score) -> bool:
    """Whether this call has scored the night: False where it was scored before, or somebody is at it.

    Stopped in between, it is not written down as done and is begun again: scoring twice as of one instant leaves what
    scoring once leaves.
    """
    night = last_night(now, settings.zone, settings.night_hour)
    connection = await connect(url, role, autocommit=True)
    try:
        if not await store.try_night_lock(connection) or not await _is_left(pool, night):
            return False
        await score(night.as_of_at)
        finished_at = datetime.now(UTC)
        async with pool.connection() as writing:
            await store.insert_night(writing, night.on, night.as_of_at, finished_at)
    finally:
        await connection.close()
    NIGHT_FINISHED.set(finished_at.timestamp())
    _log.info("night_scored", night_on=night.on.isoformat(), as_of_at=night.as_of_at.isoformat())
    return True


async def _is_left(pool: Pool, night: Night) -> bool:
    async with pool.connection() as connection:
        last = await store.fetch_last_night(connection)
    if last is None:
        return True
    last_on, finished_at = last
    NIGHT_FINISHED.set(finished_at.timestamp())
    return last_on < night.on


def by_processes(shares: int) -> Score:
    """Scores with so many processes of `python -m maintenance_planner score` side by side, as by hand."""

    async def score(as_of_at: datetime) -> None:
        async with asyncio.TaskGroup() as group:
            for share in range(shares):
                group.create_task(_score_share(as_of_at, share, shares))

    return score


async def _score_share(as_of_at: datetime, share: int, shares: int) -> None:
    """Raises NightScoringError. Ended from outside, it ends its process too."""
    words = ["score", "--as-of", as_of_at.isoformat(), "--share", str(share), "--shares", str(shares)]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "maintenance_planner", *words)
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if status != 0:
        raise NightScoringError(f"share {share} of {shares} ended with status {status}; its log says why")
