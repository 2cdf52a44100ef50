"""When a workshop can take a job: integer bitmasks, one bit per grain of a local day, 1 = free. Pure.

The start mask is made for each resource first and only then joined over the bays and over the technicians: joining
free time first would let a job hop from one bay to the next half way through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final, Literal

from booking_api.local_days import GRAIN_MINUTES, LocalDay, local_days
from booking_api.models import Claim, Job, Resource, Workshop

DAY_MINUTES: Final = 24 * 60

Obstacle = Literal[
    "brand_not_served", "no_bay", "no_technician_with_skill", "window", "closed", "too_long", "fully_booked"
]
"""Why a workshop has no start. `window`: notice, horizon and what was asked for leave no time at all."""


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


@dataclass(frozen=True, slots=True)
class DaySchedule:
    """The masks of one workshop on one local day."""

    day: LocalDay
    open_mask: int
    free: Mapping[int, int]
    """By resource: open and not claimed."""

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
    spans = (day.span(opens, closes) for opens, closes in workshop.hours.get(day.on.weekday(), ()))
    return reduce(or_, (_ones(after - first) << first for first, after in spans), 0)


def day_schedules(workshop: Workshop, claims: Iterable[Claim], window: Window) -> Iterator[DaySchedule]:
    """The days of the window, each with its masks."""
    days = list(local_days(workshop.time_zone, window.from_minute, window.until_minute))
    if not days:
        return
    anchor = days[0].start_minute
    taken = _taken(claims, anchor)
    for day in days:
        opened, offset = open_mask(workshop, day), (day.start_minute - anchor) // GRAIN_MINUTES
        free = {one.resource_id: opened & ~(taken.get(one.resource_id, 0) >> offset) for one in workshop.resources}
        yield DaySchedule(day, opened, free)


def _taken(claims: Iterable[Claim], anchor: int) -> Mapping[int, int]:
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
    while done < grains:
        step = min(done, grains - done)
        free &= free >> step
        done += step
    return free


def starts(schedule: DaySchedule, job: Job, resources: Sequence[Resource], window: Window) -> int:
    """The mask of starts at which one bay and one qualified technician are free for the whole job."""
    grains = grains_of(job.minutes)
    both = -1
    for kind in ("bay", "technician"):
        fit = (start_mask(schedule.free[one.resource_id], grains) for one in eligible(resources, kind, job))
        both &= reduce(or_, fit, 0)
    return both & _within(schedule.day, window)


def serves(workshop: Workshop, job: Job) -> bool:
    return not workshop.brands or job.make in workshop.brands


def eligible(resources: Iterable[Resource], kind: str, job: Job) -> list[Resource]:
    """The bays, or the technicians who have every skill; the fewest skills first, which keeps the others free."""
    fit = (one for one in resources if one.kind == kind and (kind == "bay" or job.skills <= one.skills))
    return sorted(fit, key=lambda one: (len(one.skills), one.resource_id))


def assign(schedule: DaySchedule, job: Job, resources: Sequence[Resource], grain: int) -> tuple[Resource, Resource]:
    """The bay and the technician for a start that `starts` has named."""
    needed = _ones(grains_of(job.minutes)) << grain
    bay, technician = (
        next(one for one in eligible(resources, kind, job) if schedule.free[one.resource_id] & needed == needed)
        for kind in ("bay", "technician")
    )
    return bay, technician


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
    for kind, code in (("bay", "no_bay"), ("technician", "no_technician_with_skill")):
        if not eligible(workshop.resources, kind, job):
            return code  # type: ignore[return-value]
    if window.from_minute >= window.until_minute:
        return "window"
    unclaimed = list(day_schedules(workshop, (), window))
    if not any(one.open_mask & _within(one.day, window) for one in unclaimed):
        return "closed"
    fits = any(starts(one, job, workshop.resources, window) for one in unclaimed)
    return "fully_booked" if fits else "too_long"


def _within(day: LocalDay, window: Window) -> int:
    """The starts of this day that lie in the window."""
    first = max(0, -((day.start_minute - window.from_minute) // GRAIN_MINUTES))
    after = min(day.grains, -((day.start_minute - window.until_minute) // GRAIN_MINUTES))
    return _ones(after - first) << first


def _ones(count: int) -> int:
    return (1 << max(0, count)) - 1
