"""A workshop's days on the wall clock, cut into grains of elapsed time. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

GRAIN_MINUTES: Final = 15
"""Every offset in use today is a multiple of it, so each local midnight falls on a grain."""


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day of 96 grains; 92 or 100 where the clock changes by an hour, 94 or 98 on Lord Howe Island.

    `wall_minutes` holds for each grain what the wall clock shows at its start, in minutes after midnight.
    """

    on: date
    start_minute: int
    wall_minutes: tuple[int, ...]

    @property
    def grains(self) -> int:
        return len(self.wall_minutes)

    @property
    def end_minute(self) -> int:
        return self.start_minute + self.grains * GRAIN_MINUTES

    def span(self, opens: int, closes: int) -> tuple[int, int]:
        """The first grain of these opening hours and the one after the last.

        A wall-clock time that the day skips opens with the next that exists; one that comes twice means the first.
        """
        first = next((i for i, wall in enumerate(self.wall_minutes) if wall >= opens), self.grains)
        after = (i for i in range(first, self.grains) if self.wall_minutes[i] + GRAIN_MINUTES > closes)
        return first, next(after, self.grains)


@lru_cache(maxsize=8192)
def local_day(on: date, time_zone: str) -> LocalDay:
    zone = ZoneInfo(time_zone)
    start, end = (epoch_minute(datetime.combine(day, time(), zone)) for day in (on, on + timedelta(days=1)))
    walls = (instant(minute).astimezone(zone) for minute in range(start, end, GRAIN_MINUTES))
    return LocalDay(on, start, tuple(wall.hour * 60 + wall.minute for wall in walls))


def local_days(time_zone: str, from_minute: int, until_minute: int) -> Iterator[LocalDay]:
    """The days that touch this stretch of time, in order."""
    on = local_date(from_minute, time_zone)
    while (day := local_day(on, time_zone)).start_minute < until_minute:
        yield day
        on += timedelta(days=1)


def local_date(minute: int, time_zone: str) -> date:
    return instant(minute).astimezone(ZoneInfo(time_zone)).date()


def epoch_minute(at: datetime) -> int:
    """Whole minutes since 1970 in UTC; seconds are cut off."""
    return int(at.timestamp() // 60)


def instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
