"""From workshops and claims to candidates: the first free start of each half of each day. Pure.

A list of neighbouring quarter hours would tell an owner nothing; one start per workshop, day and half of the day does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from booking_api.local_days import GRAIN_MINUTES, epoch_minute
from booking_api.models import Claim, Job, Work, Workshop
from booking_api.ranking import Candidate, Need
from booking_api.scheduling import DaySchedule, Window, day_schedules, grains_of, obstacle, start_grains, starts


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
    if workshop.brands and job.make not in workshop.brands:
        return
    duration = grains_of(job.minutes) * GRAIN_MINUTES
    for schedule in day_schedules(workshop, claims, window):
        load = schedule.load(workshop.resources)
        for grain in start_grains(starts(schedule, job, workshop.resources, window)):
            yield _candidate(workshop, schedule, grain, duration, load)


def _candidate(workshop: Workshop, schedule: DaySchedule, grain: int, duration: int, load: float) -> Candidate:
    day = schedule.day
    start = day.start_minute + grain * GRAIN_MINUTES
    return Candidate(workshop, start, start + duration, day.on, day.wall_minutes[grain], load)


def offers(
    workshops: Sequence[Workshop], claims: Mapping[str, Sequence[Claim]], job: Job, asked: Window, now_minute: int
) -> tuple[list[Candidate], list[str]]:
    """One candidate per workshop, local day and half of the day, and the obstacles of workshops without any."""
    found: list[Candidate] = []
    obstacles: list[str] = []
    for workshop in workshops:
        window = asked.within(workshop, now_minute)
        firsts = _first_of_each_half(candidates(workshop, claims.get(workshop.workshop_id, ()), job, window))
        found += firsts
        if not firsts:
            obstacles.append(obstacle(workshop, job, window))
    return found, list(dict.fromkeys(obstacles)) if workshops else ["no_workshop"]


def _first_of_each_half(ordered: Iterable[Candidate]) -> list[Candidate]:
    firsts: dict[tuple[date, str], Candidate] = {}
    for one in ordered:
        firsts.setdefault((one.on, one.day_part), one)
    return list(firsts.values())
