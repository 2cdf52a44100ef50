"""Some weeks of a town under one policy: owners come, are offered visits, choose; missing parts bring them back."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from booking_api.local_days import GRAIN_MINUTES, local_date, local_day
from booking_api.models import Job, PartLine, Workshop
from booking_api.positions import haversine_km
from booking_api.ranking import Candidate
from booking_api.scheduling import DAY_MINUTES, DaySchedule, Window, assign, day_schedules, span_grains
from servicelane.evaluation.booking_demand import FIRST_ON, Town, Visitor
from servicelane.evaluation.booking_policies import HORIZON_DAYS, Ask, Calendar, Named, earliest, window_of

PER_KM: Final = -0.05
PER_DAY: Final = -0.35
OUTSIDE: Final = -5.0
"""What an owner makes of an offer: of its distance, of each day off the preferred one, and of going elsewhere."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of a visitor; `start_minute` None: went elsewhere. `done_…`: of the repeat visit where one was."""

    visitor: Visitor
    start_minute: int | None
    done_minute: int | None
    km: float
    days_off: int
    repeated: bool
    workshop: Workshop | None = None
    done_on: date | None = None

    @property
    def late(self) -> bool:
        """A critical job that was not done by its latest safe date, or not at all."""
        safe = self.visitor.safe_minute
        return safe is not None and (self.done_minute is None or self.done_minute > safe)

    @property
    def failed_before(self) -> bool:
        fails = self.visitor.fails_minute
        return fails is not None and (self.done_minute is None or fails < self.done_minute)


@dataclass(slots=True)
class Simulation:
    """`always_first`: everybody takes the first offer, for the comparison with the bound."""

    town: Town
    policy: Named
    weeks: int
    always_first: bool = False
    calendars: list[Calendar] = field(init=False)
    visits: list[Visit] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        begin = local_day(FIRST_ON, self.town.workshops[0].time_zone).start_minute
        window = Window(begin, begin + (7 * self.weeks + 35) * DAY_MINUTES)
        self.calendars = [
            Calendar(one, {day.day.on: _open(day) for day in day_schedules(one, (), window) if day.open_mask})
            for one in self.town.workshops
        ]

    def run(self) -> list[Visit]:
        """In the order of time; who has to come back asks again when the first visit ends in vain."""
        events = [(one.arrival_minute, number, one, None) for number, one in enumerate(self.town.visitors)]
        heapq.heapify(events)
        while events:
            now, number, visitor, first = heapq.heappop(events)
            chosen = self._choose(visitor, now) if first is None else self._again(visitor, now, first)
            if chosen is None:
                self.visits.append(_visit(visitor, first, None))
                continue
            ready = self._ready_minute(visitor, chosen)
            self._take(visitor, chosen)
            if first is None and chosen.start_minute < ready:
                heapq.heappush(events, (chosen.start_minute, number, visitor, chosen))  # type: ignore[misc]
            else:
                self.visits.append(_visit(visitor, first or chosen, chosen))
        return self.visits

    def utilisation(self, from_on: date, until_on: date) -> float:
        """The share of the technicians' time that is taken on these days."""
        loads = [
            day.load(one.workshop.resources)
            for one in self.calendars
            for on, day in one.days.items()
            if from_on <= on < until_on
        ]
        return sum(loads) / len(loads)

    def _choose(self, visitor: Visitor, now: int) -> Candidate | None:
        offers = self.policy.offer(self._coming(now), self._ask(visitor, now, self.policy.parts_aware))
        if self.always_first:
            return offers[0] if offers else None
        values = [_value(visitor, one) + noise for one, noise in zip(offers, visitor.noise, strict=False)]
        best = max(range(len(values)), key=values.__getitem__, default=None)
        return None if best is None or values[best] < OUTSIDE + visitor.noise[-1] else offers[best]

    def _again(self, visitor: Visitor, now: int, first: Candidate) -> Candidate | None:
        """At the same workshop, the first time at which the parts are there."""
        same = [one for one in self._coming(now) if one.workshop is first.workshop]
        return next(iter(earliest(same, self._ask(visitor, now, parts_aware=True))), None)

    def _coming(self, now: int) -> list[Calendar]:
        """The days from today on that a policy may offer."""
        today = local_date(now, self.town.workshops[0].time_zone)
        last = today + timedelta(days=HORIZON_DAYS + 1)
        return [
            Calendar(one.workshop, {on: day for on, day in one.days.items() if today <= on <= last}, one.known)
            for one in self.calendars
        ]

    def _ask(self, visitor: Visitor, now: int, parts_aware: bool) -> Ask:
        jobs = {
            one.workshop_id: _job(visitor, self._ready(visitor, number) if parts_aware else 0)
            for number, one in enumerate(self.town.workshops)
        }
        return Ask(visitor, jobs, window_of(now, self.town.workshops[0]))

    def _ready(self, visitor: Visitor, number: int) -> int:
        """Parts are ordered when the visit is asked for and come with the morning of a day."""
        if visitor.lead_days[number] == 0:
            return 0
        zone = self.town.workshops[number].time_zone
        on = local_date(visitor.arrival_minute, zone) + timedelta(days=visitor.lead_days[number])
        return local_day(on, zone).start_minute

    def _ready_minute(self, visitor: Visitor, chosen: Candidate) -> int:
        return self._ready(visitor, self.town.workshops.index(chosen.workshop))

    def _take(self, visitor: Visitor, chosen: Candidate) -> None:
        calendar = next(one for one in self.calendars if one.workshop is chosen.workshop)
        schedule, job = calendar.days[chosen.on], _job(visitor, 0)
        grain = (chosen.start_minute - schedule.day.start_minute) // GRAIN_MINUTES
        mask = ((1 << span_grains(job)[1]) - 1) << grain
        free: dict[int, int] = schedule.free  # type: ignore[assignment]
        for one in assign(schedule, job, chosen.workshop.resources, grain):
            free[one.resource_id] &= ~mask
        calendar.known.pop(chosen.on, None)


def _open(day: DaySchedule) -> DaySchedule:
    return DaySchedule(day.day, day.open_mask, dict(day.free))


def _job(visitor: Visitor, ready_minute: int) -> Job:
    lines = (PartLine("part", 1, "order", ready_minute),) if ready_minute else ()
    return Job(visitor.minutes, visitor.skills, "", ready_minute=ready_minute, parts=lines)


def _value(visitor: Visitor, offer: Candidate) -> float:
    km = haversine_km(visitor.position, offer.workshop.position)
    return PER_KM * km + PER_DAY * abs((offer.on - visitor.preferred_on).days)


def _visit(visitor: Visitor, first: Candidate | None, last: Candidate | None) -> Visit:
    if first is None:
        return Visit(visitor, None, None, 0.0, 0, False)
    return Visit(
        visitor,
        first.start_minute,
        last.start_minute if last else None,
        haversine_km(visitor.position, first.workshop.position) * (1 if last is first else 2),
        abs((first.on - visitor.preferred_on).days),
        last is not first,
        first.workshop,
        last.on if last else None,
    )


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one run: shares from 0 to 1, means over those who came."""

    critical_late: float
    failed_before: float
    days_off: float
    km: float
    days_to_visit_p50: float
    days_to_visit_p90: float
    repeated: float
    went_elsewhere: float
    utilisation: float


def measures(visits: Iterable[Visit], from_minute: int, utilisation: float) -> Measures:
    """Of those who asked after the warm-up."""
    counted = [one for one in visits if one.visitor.arrival_minute >= from_minute]
    came = [one for one in counted if one.start_minute is not None]
    critical = [one for one in counted if one.visitor.sort == "critical"]
    waits = sorted((one.start_minute - one.visitor.arrival_minute) / DAY_MINUTES for one in came if one.start_minute)
    return Measures(
        critical_late=_mean([one.late for one in critical]),
        failed_before=_mean([one.failed_before for one in critical]),
        days_off=_mean([one.days_off for one in came]),
        km=_mean([one.km for one in came]),
        days_to_visit_p50=_quantile(waits, 0.5),
        days_to_visit_p90=_quantile(waits, 0.9),
        repeated=_mean([one.repeated for one in came]),
        went_elsewhere=1 - len(came) / len(counted) if counted else 0.0,
        utilisation=utilisation,
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
