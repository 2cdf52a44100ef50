"""From workshops and claims to candidates: the first free start of each half of each day. Pure.

A list of neighbouring quarter hours would tell an owner nothing; one start per workshop, day and half of the day does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from heapq import nsmallest
from typing import Final
from zoneinfo import ZoneInfo

from booking_api import error_texts
from booking_api.errors import NotOfferedError
from booking_api.local_days import GRAIN_MINUTES, epoch_minute, instant
from booking_api.models import Job, PartLine, Resource, Work, Workshop
from booking_api.ranking import NOON_MINUTES, Candidate, Need
from booking_api.reason_texts import OBSTACLES
from booking_api.risk import life_of
from booking_api.scheduling import (
    DAY_MINUTES,
    Claims,
    DaySchedule,
    Window,
    assign,
    day_schedules,
    grains_of,
    needed,
    obstacle,
    scarce_technicians,
    serves,
    span_grains,
    start_grains,
    starts,
    starts_apart,
)

ALTERNATIVES: Final = 3
ALTERNATIVE_DAYS: Final = 14


def need_of(work: Work, now_minute: int) -> Need:
    return Need(
        now_minute,
        work.urgency,
        epoch_minute(work.due_at) if work.due_at else None,
        epoch_minute(work.latest_safe_at) if work.latest_safe_at else None,
        work.skills,
        life_of(work.fails_at, work.latest_safe_at, now_minute),
    )


def free_starts(workshop: Workshop, claims: Claims, job: Job, window: Window) -> Iterator[int]:
    """Every free start in a window of the workshop's own, as a minute since 1970, in order of time."""
    window = window.ready(job)
    for schedule in _served_days(workshop, claims, job, window):
        first = schedule.day.start_minute
        for grain in start_grains(starts(schedule, job, workshop.resources, window)):
            yield first + grain * GRAIN_MINUTES


def _candidate(
    workshop: Workshop, schedule: DaySchedule, job: Job, grain: int, load: float, *, scarce: bool = False
) -> Candidate:
    day = schedule.day
    start = day.start_minute + grain * GRAIN_MINUTES
    end = start + grains_of(job.minutes) * GRAIN_MINUTES
    ordered = any(one.source == "order" for one in job.parts)
    ready_minute = job.ready_minute if ordered else 0
    return Candidate(workshop, start, end, day.on, day.wall_minutes[grain], load, scarce, ready_minute)


@dataclass(frozen=True, slots=True)
class Visit:
    """A start that is free, with what would be claimed for it from `from_minute` to `until_minute`, with buffers."""

    candidate: Candidate
    resource_ids: tuple[int, ...]
    from_minute: int
    until_minute: int
    parts: tuple[PartLine, ...] = ()


def visit_at(workshop: Workshop, claims: Claims, job: Job, starts_at: datetime, now_minute: int) -> Visit | None:
    """The visit at this very start; None where others have taken it. Raises NotOfferedError where it never was free."""
    start = epoch_minute(starts_at)
    if starts_at != instant(start) or start % GRAIN_MINUTES:
        raise NotOfferedError(error_texts.OFF_GRAIN, "off_grain")
    window = Window(start, start + 1).within(workshop, now_minute)
    ready = window.ready(job)
    schedule = next(day_schedules(workshop, claims, ready), None)
    free = schedule and starts(schedule, job, workshop.resources, ready)
    if not schedule or not free or not serves(workshop, job) or not job.possible:
        if (code := obstacle(workshop, job, window)) == "fully_booked":
            return None
        raise NotOfferedError(OBSTACLES[code], code)
    grain = next(start_grains(free))
    candidate = _candidate(workshop, schedule, job, grain, schedule.load(workshop.resources))
    resource_ids = tuple(one.resource_id for one in assign(schedule, job, workshop.resources, grain))
    lead, grains = span_grains(job)
    begin = start - lead * GRAIN_MINUTES
    return Visit(candidate, resource_ids, begin, begin + grains * GRAIN_MINUTES, job.parts)


def nearest_starts(workshop: Workshop, claims: Claims, job: Job, asked: Window, now_minute: int) -> list[datetime]:
    """Up to three free starts in this window, those nearest to its middle first, in local time."""
    wanted = (asked.from_minute + asked.until_minute) // 2
    found = free_starts(workshop, claims, job, asked.within(workshop, now_minute))
    nearest = nsmallest(ALTERNATIVES, found, key=lambda start: abs(start - wanted))
    zone = ZoneInfo(workshop.time_zone)
    return [instant(start).astimezone(zone) for start in nearest]


def around(starts_at: datetime, days: int) -> Window:
    """So many days before and after."""
    wanted = epoch_minute(starts_at)
    return Window(wanted - days * DAY_MINUTES, wanted + days * DAY_MINUTES)


def first_visits(workshop: Workshop, claims: Claims, job: Job, asked: Window, now_minute: int) -> Iterator[Candidate]:
    """The first free visit of each half of each day, in order of time, with the first that takes nobody scarce."""
    window, lanes = asked.within(workshop, now_minute).ready(job), lanes_of(workshop, job)
    for schedule in _served_days(workshop, claims, job, window):
        yield from halves(workshop, schedule, job, window, lanes)


@dataclass(frozen=True, slots=True)
class Lanes:
    """What a job needs of a workshop's resources, and the technicians who are scarce and not needed for it."""

    needed: Sequence[Sequence[Resource]]
    scarce: frozenset[int]


def lanes_of(workshop: Workshop, job: Job) -> Lanes:
    """A technician is not scarce for a job whose skills nobody else has."""
    lists, scarce = needed(workshop.resources, job), scarce_technicians(workshop.resources)
    others = [one for one in lists[1] if one.resource_id not in scarce]
    return Lanes(lists, scarce if others else frozenset())


def halves(workshop: Workshop, schedule: DaySchedule, job: Job, window: Window, lanes: Lanes) -> Iterator[Candidate]:
    """The first start of the morning and of the afternoon, and the first that takes nobody who is scarce."""
    mask, plain = starts_apart(schedule, job, lanes.needed, lanes.scarce, window)
    if mask:
        yield from firsts(workshop, schedule, job, mask, plain)


def firsts(workshop: Workshop, schedule: DaySchedule, job: Job, mask: int, plain: int) -> Iterator[Candidate]:
    """The same, of the starts that `starts_apart` has found."""
    load, morning = schedule.load(workshop.resources), _morning(schedule.day.wall_minutes)
    for half in (morning, ~morning):
        first, easy = (next(start_grains(some & half), None) for some in (mask, plain))
        if first is not None and first != easy:
            yield _candidate(workshop, schedule, job, first, load, scarce=True)
        if easy is not None:
            yield _candidate(workshop, schedule, job, easy, load)


@lru_cache(maxsize=512)
def _morning(wall_minutes: tuple[int, ...]) -> int:
    return (1 << sum(wall < NOON_MINUTES for wall in wall_minutes)) - 1


def _served_days(workshop: Workshop, claims: Claims, job: Job, window: Window) -> Iterator[DaySchedule]:
    if serves(workshop, job) and job.possible:
        yield from day_schedules(workshop, claims, window)
