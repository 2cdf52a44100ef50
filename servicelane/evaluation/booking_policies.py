"""What is offered to an owner, by one policy or another: up to three free visits, in the order they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Final

from booking_api.models import Job, Wishes, Workshop
from booking_api.offering import Lanes, firsts, halves, lanes_of
from booking_api.positions import haversine_km
from booking_api.ranking import DEFAULT_WEIGHTS, Candidate, Need, Weights, distances_km, expected_cost
from booking_api.scheduling import DAY_MINUTES, DaySchedule, Window, starts_apart
from booking_api.shortlist import shortlist
from servicelane.evaluation.booking_demand import Visitor

OFFERS: Final = 3
HORIZON_DAYS: Final = 16
_NOTHING: Final[Mapping[int, float]] = dict.fromkeys((1, 2, 3, 4), 0.0)


@dataclass(frozen=True, slots=True)
class Calendar:
    """One workshop's days, in order; what is booked is taken from their masks.

    `known` keeps, by day, the starts of jobs that were looked for since the day was last booked.
    """

    workshop: Workshop
    days: Mapping[date, DaySchedule]
    known: dict[date, dict[tuple[int, frozenset[str]], tuple[int, int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a policy is told: the visitor's wishes and need, not what they will choose or when the part fails."""

    visitor: Visitor
    jobs: Mapping[str, Job]
    window: Window

    @property
    def need(self) -> Need:
        one = self.visitor
        return Need(self.window.from_minute, one.urgency, one.due_minute, one.safe_minute, one.skills, one.life)

    @property
    def wishes(self) -> Wishes:
        return Wishes(position=self.visitor.position, preferred_on=self.visitor.preferred_on)


Policy = Callable[[list[Calendar], Ask], list[Candidate]]


@dataclass(frozen=True, slots=True)
class Named:
    """`parts_aware`: whether the policy knows when a workshop has the parts."""

    name: str
    offer: Policy
    parts_aware: bool = True
    words: str = field(default="", compare=False)


def nearest(calendars: list[Calendar], ask: Ask) -> list[Candidate]:
    by_distance = sorted(calendars, key=lambda one: haversine_km(ask.visitor.position, one.workshop.position))
    return list(islice((found for one in by_distance for found in _free([one], ask)), OFFERS))


def earliest(calendars: list[Calendar], ask: Ask) -> list[Candidate]:
    """Day after day, until enough are free."""
    found: list[Candidate] = []
    for on in calendars[0].days:
        found += _free_on(on, calendars, ask, _lanes(calendars, ask))
        if len(found) >= OFFERS:
            break
    return sorted(found, key=lambda one: (one.start_minute, one.workshop.workshop_id))[:OFFERS]


def ours(weights: Weights = DEFAULT_WEIGHTS, *, hard_limit: bool = True) -> Policy:
    """The ranking of `booking_api`, with these weights."""

    def offer(calendars: list[Calendar], ask: Ask) -> list[Candidate]:
        need = ask.need if hard_limit else replace(ask.need, latest_safe_minute=None)
        by_workshop = {one.workshop.workshop_id: one for one in calendars}
        workshops = [one.workshop for one in calendars]
        found, _ = shortlist(
            workshops, lambda one: _free([by_workshop[one.workshop_id]], ask), need, ask.wishes, weights
        )
        distances = distances_km(workshops, ask.wishes)
        return sorted(
            found, key=lambda one: (expected_cost(one, need, ask.wishes, distances, weights), one.start_minute)
        )[:OFFERS]

    return offer


def _free(calendars: Iterable[Calendar], ask: Ask) -> Iterator[Candidate]:
    known = list(calendars)
    lanes = _lanes(known, ask)
    for on in known[0].days:
        yield from _free_on(on, known, ask, lanes)


def _lanes(calendars: Iterable[Calendar], ask: Ask) -> dict[str, Lanes]:
    return {one.workshop.workshop_id: lanes_of(one.workshop, ask.jobs[one.workshop.workshop_id]) for one in calendars}


def _free_on(on: date, calendars: Iterable[Calendar], ask: Ask, lanes: Mapping[str, Lanes]) -> Iterator[Candidate]:
    """With the code that searches for the API."""
    for one in calendars:
        workshop_id, day = one.workshop.workshop_id, one.days[on]
        if ask.window.from_minute < day.day.end_minute and day.day.start_minute < ask.window.until_minute:
            job = ask.jobs[workshop_id]
            window = ask.window.ready(job)
            if window.from_minute <= day.day.start_minute and day.day.end_minute <= window.until_minute:
                mask, plain = _whole_day(one, on, job, lanes[workshop_id])
                yield from firsts(one.workshop, day, job, mask, plain) if mask else ()
            else:
                yield from halves(one.workshop, day, job, window, lanes[workshop_id])


def _whole_day(calendar: Calendar, on: date, job: Job, lanes: Lanes) -> tuple[int, int]:
    known, day = calendar.known.setdefault(on, {}), calendar.days[on]
    key = job.minutes, job.skills
    if key not in known:
        whole = Window(day.day.start_minute, day.day.end_minute)
        known[key] = starts_apart(day, job, lanes.needed, lanes.scarce, whole)
    return known[key]


def window_of(now_minute: int, workshop: Workshop) -> Window:
    return Window(now_minute + workshop.notice_minutes, now_minute + HORIZON_DAYS * DAY_MINUTES)


POLICIES: Final[tuple[Named, ...]] = (
    Named("nearest", nearest, False, "the first free times of the nearest workshop"),
    Named("earliest", earliest, False, "the first free times anywhere"),
    Named("earliest + parts", earliest, True, "the same, not before the parts are there"),
    Named("ours", ours(), True, "the ranking of `booking_api`"),
)
ABLATIONS: Final[tuple[Named, ...]] = (
    Named(
        "ours without urgency",
        ours(replace(DEFAULT_WEIGHTS, failure=_NOTHING, wait_per_day=_NOTHING), hard_limit=False),
        True,
        "no risk, no cost of waiting, no limit",
    ),
    Named(
        "ours without protection", ours(replace(DEFAULT_WEIGHTS, scarce=0.0)), True, "nobody is kept for urgent cars"
    ),
    Named("ours without preference", ours(replace(DEFAULT_WEIGHTS, day_off_preferred=0.0)), True, "any day is as good"),
    Named("ours without parts", ours(), False, "as if every part were there"),
)
