"""When a workshop can take a job: integer bitmasks, one bit per grain of a local day, 1 = free. Pure.

The start mask is made for each resource first and only then joined over the bays and over the technicians: joining
free time first would let a job hop from one bay to the next half way through.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import Final, Literal

from booking_api.local_days import GRAIN_MINUTES, LocalDay, local_day, local_days
from booking_api.models import Claim, Job, Resource, Workshop

DAY_MINUTES: Final = 24 * 60

Obstacle = Literal[
    "brand_not_served",
    "not_this_way",
    "no_bay",
    "no_van",
    "no_technician_with_skill",
    "no_equipment",
    "no_loaner",
    "window",
    "parts_not_ready",
    "closed",
    "away",
    "too_long",
    "day_limit",
    "fully_booked",
]
"""Why a workshop has no start. `window`: notice, horizon and what was asked for leave no time at all. `away`: whoever
or whatever the work needs is on leave; `day_limit`: the workshop takes no more visits on such days."""

_LACKS: Final[Mapping[str, Obstacle]] = {
    "bay": "no_bay",
    "van": "no_van",
    "technician": "no_technician_with_skill",
    "equipment": "no_equipment",
    "loaner": "no_loaner",
}


@dataclass(frozen=True, slots=True)
class Window:
    """Starts may lie from `from_minute` up to, not including, `until_minute`."""

    from_minute: int
    until_minute: int

    def within(self, workshop: Workshop, now_minute: int) -> Window:
        """What the workshop's notice and horizon leave of it."""
        return Window(
            max(self.from_minute, now_minute + workshop.notice_minutes),
            min(self.until_minute, now_minute + workshop.horizon_days * DAY_MINUTES),
        )

    def ready(self, job: Job) -> Window:
        """What is left of it once the parts are there."""
        return Window(max(self.from_minute, job.ready_minute), self.until_minute)


@dataclass(frozen=True, slots=True)
class Taken:
    """By resource, the grains that are claimed, counted from `anchor_minute`. Without a count of visits."""

    anchor_minute: int
    masks: Mapping[int, int]


Claims = Iterable[Claim] | Taken


@dataclass(frozen=True, slots=True)
class DaySchedule:
    """The masks of one workshop on one local day."""

    day: LocalDay
    open_mask: int
    free: Mapping[int, int]
    """By resource: open, not claimed, no break and no absence."""
    visits_left: int | None = None
    minutes_left: int | None = None

    def load(self, resources: Iterable[Resource]) -> float:
        """The share of the technicians' open time that is claimed, 0 to 1."""
        technicians = [one.resource_id for one in resources if one.kind == "technician"]
        total = self.open_mask.bit_count() * len(technicians)
        return 1 - sum(self.free[one].bit_count() for one in technicians) / total if total else 0.0


def grains_of(minutes: int) -> int:
    """The grains a job takes: at least one, a begun one counts whole."""
    return max(1, -(-minutes // GRAIN_MINUTES))


def open_mask(workshop: Workshop, day: LocalDay) -> int:
    if day.on in workshop.closed_on:
        return 0
    return _spans_mask(day.on, workshop.time_zone, workshop.hours.get(day.on.weekday(), ()))


@lru_cache(maxsize=65536)
def _spans_mask(on: date, time_zone: str, spans: tuple[tuple[int, int], ...]) -> int:
    """The grains of that day that lie in these spans of the wall clock."""
    day = local_day(on, time_zone)
    inside = (day.span(opens, closes) for opens, closes in spans)
    return reduce(or_, (_ones(after - first) << first for first, after in inside), 0)


def _break_mask(one: Resource, day: LocalDay, time_zone: str) -> int:
    """A grain that a break touches is one of the break, though it began before."""
    if not one.breaks:
        return 0
    spans = one.breaks.get(day.on.weekday(), ())
    widened = tuple(
        (begin // GRAIN_MINUTES * GRAIN_MINUTES, -(-end // GRAIN_MINUTES) * GRAIN_MINUTES) for begin, end in spans
    )
    return _spans_mask(day.on, time_zone, widened) if widened else 0


def day_schedules(workshop: Workshop, claims: Claims, window: Window) -> Iterator[DaySchedule]:
    """The days of the window, each with its masks."""
    days = list(local_days(workshop.time_zone, window.from_minute, window.until_minute))
    if not days:
        return
    anchor, known = days[0].start_minute, [] if isinstance(claims, Taken) else list(claims)
    taken = _taken_by_all(workshop, claims if isinstance(claims, Taken) else known, anchor)
    for day in days:
        opened, offset = open_mask(workshop, day), (day.start_minute - anchor) // GRAIN_MINUTES
        free = {
            one.resource_id: opened & ~(taken[one.resource_id] >> offset) & ~_break_mask(one, day, workshop.time_zone)
            for one in workshop.resources
        }
        yield DaySchedule(day, opened, free, *_left(workshop, known, day))


def _taken_by_all(workshop: Workshop, claims: Claims, anchor: int) -> Mapping[int, int]:
    """Claims and absences of every resource, from the anchor on."""
    absent = taken_masks(_absent(workshop), anchor)
    if isinstance(claims, Taken):
        assert not workshop.is_limited, "limits need the claims themselves"
        masks, shift = claims.masks, (anchor - claims.anchor_minute) // GRAIN_MINUTES
    else:
        masks, shift = taken_masks(claims, anchor), 0
    numbers = (one.resource_id for one in workshop.resources)
    return {number: (masks.get(number, 0) >> shift) | absent.get(number, 0) for number in numbers}


def _absent(workshop: Workshop) -> Iterator[Claim]:
    return (Claim(one.resource_id, *span) for one in workshop.resources for span in one.absences)


def _left(workshop: Workshop, claims: Sequence[Claim], day: LocalDay) -> tuple[int | None, int | None]:
    """The visits and the minutes that the workshop still takes on this day: each visit has one technician."""
    if not workshop.is_limited:
        return None, None
    technicians = {one.resource_id for one in workshop.resources if one.kind == "technician"}
    begun = [
        claim.end_minute - claim.start_minute
        for claim in claims
        if claim.resource_id in technicians and day.start_minute <= claim.start_minute < day.end_minute
    ]
    visits, minutes = workshop.daily_visits, workshop.daily_minutes
    return visits and max(0, visits - len(begun)), minutes and max(0, minutes - sum(begun))


def taken_masks(claims: Iterable[Claim], anchor: int) -> Mapping[int, int]:
    """By resource, one mask over all days from `anchor` on; a grain that is touched is taken."""
    masks: defaultdict[int, int] = defaultdict(int)
    for resource_id, start, end in claims:
        after = -((anchor - end) // GRAIN_MINUTES)
        if after > 0:
            first = (start - anchor) // GRAIN_MINUTES if start > anchor else 0
            masks[resource_id] |= (1 << after) - (1 << first)
    return masks


def start_mask(free: int, grains: int) -> int:
    """1 where `grains` free grains follow each other from this one on."""
    done = 1
    while 2 * done <= grains:
        free &= free >> done
        done *= 2
    return free & (free >> (grains - done)) if done < grains else free


def starts(schedule: DaySchedule, job: Job, resources: Sequence[Resource], window: Window) -> int:
    """The mask of starts at which all that the job needs is free, from the buffer before it to the one after."""
    return starts_among(schedule, job, needed(resources, job), window)


def starts_among(schedule: DaySchedule, job: Job, lists: Sequence[Sequence[Resource]], window: Window) -> int:
    """The same, with what `needed` says; `lists` is the same for every day."""
    return starts_apart(schedule, job, lists, frozenset(), window)[0]


def starts_apart(
    schedule: DaySchedule, job: Job, lists: Sequence[Sequence[Resource]], scarce: frozenset[int], window: Window
) -> tuple[int, int]:
    """All starts, and those that take none of the `scarce` technicians (the second of the lists)."""
    if not schedule.open_mask or not _within_limits(schedule, job):
        return 0, 0
    lead, grains = span_grains(job)
    both, plain, free = -1, -1, schedule.free
    for fit in lists:
        whole = easy = 0
        for one in fit:
            mask = start_mask(free[one.resource_id], grains)
            whole |= mask
            if one.resource_id not in scarce:
                easy |= mask
        both, plain = both & whole, plain & easy
        if not both:
            return 0, 0
    within = _within(schedule.day, window)
    return (both << lead) & within, (plain << lead) & within


def span_grains(job: Job) -> tuple[int, int]:
    """The grains of the buffer before the visit, and those of all that is claimed."""
    lead, trail = (-(-minutes // GRAIN_MINUTES) for minutes in (job.before_minutes, job.after_minutes))
    return lead, lead + grains_of(job.minutes) + trail


def _within_limits(schedule: DaySchedule, job: Job) -> bool:
    visits, minutes = schedule.visits_left, schedule.minutes_left
    return (visits is None or visits > 0) and (minutes is None or span_grains(job)[1] * GRAIN_MINUTES <= minutes)


def needed(resources: Sequence[Resource], job: Job) -> list[list[Resource]]:
    """For each thing that the job needs, what may serve: place, technician, each piece of equipment, a loaner."""
    place = "van" if job.transport == "mobile" else "bay"
    lists = [eligible(resources, place, job), eligible(resources, "technician", job)]
    lists += [
        [one for one in resources if one.kind == "equipment" and name in one.skills] for name in sorted(job.equipment)
    ]
    return [*lists, eligible(resources, "loaner", job)] if job.transport == "loaner" else lists


def serves(workshop: Workshop, job: Job) -> bool:
    return not workshop.brands or job.make in workshop.brands


def eligible(resources: Iterable[Resource], kind: str, job: Job) -> list[Resource]:
    """Those who may; the technicians with the fewest skills first, which keeps the others free."""
    fit = (one for one in resources if one.kind == kind and _may(one, job))
    return sorted(fit, key=lambda one: (len(one.skills), one.resource_id))


def _may(one: Resource, job: Job) -> bool:
    if one.kind == "technician":
        return job.skills <= one.skills
    return one.kind not in ("bay", "van") or not one.skills or job.skills <= one.skills


def assign(schedule: DaySchedule, job: Job, resources: Sequence[Resource], grain: int) -> tuple[Resource, ...]:
    """The place, the technician and what else the job needs, for a start that `starts` has named."""
    lead, grains = span_grains(job)
    mask = _ones(grains) << (grain - lead)
    chosen = (
        next(one for one in fit if schedule.free[one.resource_id] & mask == mask) for fit in needed(resources, job)
    )
    return tuple({one.resource_id: one for one in chosen}.values())


def scarce_technicians(resources: Iterable[Resource]) -> frozenset[int]:
    """Those with a skill that only one technician of the workshop has, where there are others."""
    people = [one for one in resources if one.kind == "technician"]
    counts = Counter(skill for one in people for skill in one.skills)
    rare = {skill for skill, count in counts.items() if count == 1}
    scarce = frozenset(one.resource_id for one in people if one.skills & rare)
    return scarce if len(scarce) < len(people) else _most_skilled(people)


def _most_skilled(people: Sequence[Resource]) -> frozenset[int]:
    """Where each alone has some skill, whoever has the most; nobody where there is but one."""
    best = max(people, key=lambda one: (len(one.skills), -one.resource_id), default=None)
    return frozenset({best.resource_id}) if best and len(people) > 1 else frozenset()


def start_grains(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def obstacle(workshop: Workshop, job: Job, window: Window) -> Obstacle:
    """The first thing that stands in the way of a job for which no start was found in this (own) window."""
    if not serves(workshop, job):
        return "brand_not_served"
    if not job.possible:
        return "not_this_way"
    if lacking := _lacking(workshop, job):
        return lacking
    if window.from_minute >= window.until_minute:
        return "window"
    if (ready := window.ready(job)).from_minute >= ready.until_minute:
        return "parts_not_ready"
    return _obstacle_in(workshop, job, ready)


def _lacking(workshop: Workshop, job: Job) -> Obstacle | None:
    """What the workshop does not have at all."""
    kinds = (
        "van" if job.transport == "mobile" else "bay",
        "technician",
        *("equipment" for _ in job.equipment),
        "loaner",
    )
    lists = needed(workshop.resources, job)
    return next((_LACKS[kind] for kind, fit in zip(kinds, lists, strict=False) if not fit), None)


def _obstacle_in(workshop: Workshop, job: Job, window: Window) -> Obstacle:
    """By asking again without claims, then without absences, then without limits."""
    unclaimed = list(day_schedules(workshop, (), window))
    if not any(one.open_mask & _within(one.day, window) for one in unclaimed):
        return "closed"
    if any(starts(one, job, workshop.resources, window) for one in unclaimed):
        return "fully_booked"
    if _fits(_unlimited(workshop), job, window):
        return "day_limit"
    return "away" if _fits(_everybody_there(_unlimited(workshop)), job, window) else "too_long"


def _fits(workshop: Workshop, job: Job, window: Window) -> bool:
    return any(starts(one, job, workshop.resources, window) for one in day_schedules(workshop, (), window))


def _unlimited(workshop: Workshop) -> Workshop:
    return replace(workshop, daily_visits=None, daily_minutes=None)


def _everybody_there(workshop: Workshop) -> Workshop:
    return replace(workshop, resources=tuple(replace(one, absences=()) for one in workshop.resources))


def _within(day: LocalDay, window: Window) -> int:
    """The starts of this day that lie in the window."""
    first = max(0, -((day.start_minute - window.from_minute) // GRAIN_MINUTES))
    after = min(day.grains, -((day.start_minute - window.until_minute) // GRAIN_MINUTES))
    return _ones(after - first) << first


def _ones(count: int) -> int:
    return (1 << max(0, count)) - 1
