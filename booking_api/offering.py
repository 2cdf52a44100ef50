"""From workshops and claims to candidates: the first free start of each half of each day. Pure.

A list of neighbouring quarter hours would tell an owner nothing; one start per workshop, day and half of the day does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from booking_api import error_texts
from booking_api.errors import NotOfferedError
from booking_api.local_days import GRAIN_MINUTES, epoch_minute, instant
from booking_api.models import Claim, Job, Work, Workshop
from booking_api.ranking import NOON_MINUTES, Candidate, Need
from booking_api.reason_texts import OBSTACLES
from booking_api.scheduling import (
    DAY_MINUTES,
    DaySchedule,
    Window,
    assign,
    day_schedules,
    grains_of,
    obstacle,
    serves,
    start_grains,
    starts,
)

ALTERNATIVES: Final = 3
ALTERNATIVE_DAYS: Final = 14


def need_of(work: Work, job: Job, now_minute: int) -> Need:
    return Need(
        now_minute,
        work.urgency,
        epoch_minute(work.due_at) if work.due_at else None,
        epoch_minute(work.latest_safe_at) if work.latest_safe_at else None,
        job.skills,
    )


def candidates(workshop: Workshop, claims: Iterable[Claim], job: Job, window: Window) -> Iterator[Candidate]:
    """Every free start in a window of the workshop's own, in order of time."""
    duration = grains_of(job.minutes) * GRAIN_MINUTES
    for schedule in _served_days(workshop, claims, job, window):
        load = schedule.load(workshop.resources)
        for grain in start_grains(starts(schedule, job, workshop.resources, window)):
            yield _candidate(workshop, schedule, grain, duration, load)


def _candidate(workshop: Workshop, schedule: DaySchedule, grain: int, duration: int, load: float) -> Candidate:
    day = schedule.day
    start = day.start_minute + grain * GRAIN_MINUTES
    return Candidate(workshop, start, start + duration, day.on, day.wall_minutes[grain], load)


@dataclass(frozen=True, slots=True)
class Visit:
    """A start that is free, with the bay and the technician who would take it."""

    candidate: Candidate
    resource_ids: tuple[int, ...]


def visit_at(
    workshop: Workshop, claims: Iterable[Claim], job: Job, starts_at: datetime, now_minute: int
) -> Visit | None:
    """The visit at this very start; None where others have taken it. Raises NotOfferedError where it never was free."""
    start = epoch_minute(starts_at)
    if starts_at != instant(start) or start % GRAIN_MINUTES:
        raise NotOfferedError(error_texts.OFF_GRAIN, "off_grain")
    window = Window(start, start + 1).within(workshop, now_minute)
    schedule = next(day_schedules(workshop, claims, window), None)
    free = schedule and starts(schedule, job, workshop.resources, window)
    if not schedule or not free or not serves(workshop, job):
        if (code := obstacle(workshop, job, window)) == "fully_booked":
            return None
        raise NotOfferedError(OBSTACLES[code], code)
    grain = next(start_grains(free))
    duration = grains_of(job.minutes) * GRAIN_MINUTES
    candidate = _candidate(workshop, schedule, grain, duration, schedule.load(workshop.resources))
    return Visit(candidate, tuple(one.resource_id for one in assign(schedule, job, workshop.resources, grain)))


def nearest_starts(
    workshop: Workshop, claims: Iterable[Claim], job: Job, starts_at: datetime, now_minute: int
) -> list[datetime]:
    """Up to three free starts within two weeks of the one that was asked for, the nearest first, in local time."""
    wanted = epoch_minute(starts_at)
    window = around(starts_at).within(workshop, now_minute)
    free = sorted(candidates(workshop, claims, job, window), key=lambda one: abs(one.start_minute - wanted))
    zone = ZoneInfo(workshop.time_zone)
    return [instant(one.start_minute).astimezone(zone) for one in free[:ALTERNATIVES]]


def around(starts_at: datetime) -> Window:
    """Where other times are looked for."""
    wanted = epoch_minute(starts_at)
    return Window(wanted - ALTERNATIVE_DAYS * DAY_MINUTES, wanted + ALTERNATIVE_DAYS * DAY_MINUTES)


def offers(
    workshops: Sequence[Workshop], claims: Mapping[str, Sequence[Claim]], job: Job, asked: Window, now_minute: int
) -> tuple[list[Candidate], list[str]]:
    """One candidate per workshop, local day and half of the day, and the obstacles of workshops without any."""
    found: list[Candidate] = []
    obstacles: list[str] = []
    for workshop in workshops:
        window = asked.within(workshop, now_minute)
        firsts = list(_first_of_each_half(workshop, claims.get(workshop.workshop_id, ()), job, window))
        found += firsts
        if not firsts:
            obstacles.append(obstacle(workshop, job, window))
    return found, list(dict.fromkeys(obstacles)) if workshops else ["no_workshop"]


def _first_of_each_half(workshop: Workshop, claims: Iterable[Claim], job: Job, window: Window) -> Iterator[Candidate]:
    duration = grains_of(job.minutes) * GRAIN_MINUTES
    for schedule in _served_days(workshop, claims, job, window):
        mask = starts(schedule, job, workshop.resources, window)
        morning = (1 << sum(wall < NOON_MINUTES for wall in schedule.day.wall_minutes)) - 1
        for half in (mask & morning, mask & ~morning):
            if half:
                load = schedule.load(workshop.resources)
                yield _candidate(workshop, schedule, next(start_grains(half)), duration, load)


def _served_days(workshop: Workshop, claims: Iterable[Claim], job: Job, window: Window) -> Iterator[DaySchedule]:
    if serves(workshop, job):
        yield from day_schedules(workshop, claims, window)
