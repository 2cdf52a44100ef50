"""Workshops without a database, and the schedule as anybody would write it, one instant after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from booking_api.local_days import instant
from booking_api.models import Claim, Job, Kind, Position, Resource, Workshop
from booking_api.scheduling import Window

GRAIN: Final = timedelta(minutes=15)
ALWAYS: Final[Mapping[int, tuple[tuple[int, int], ...]]] = dict.fromkeys(range(7), ((0, 1440),))


def make_workshop(
    time_zone: str = "Europe/Berlin",
    hours: Mapping[int, tuple[tuple[int, int], ...]] = ALWAYS,
    resources: Sequence[Resource] = (),
    *,
    workshop_id: str = "workshop-1",
    closed_on: Iterable[date] = (),
    brands: Iterable[str] = (),
    position: Position | None = None,
    notice_minutes: int = 0,
    horizon_days: int = 30,
) -> Workshop:
    return Workshop(
        workshop_id=workshop_id,
        name=workshop_id,
        address="Example Street 1",
        city="Exampletown",
        position=position or Position(52.52, 13.40),
        time_zone=time_zone,
        notice_minutes=notice_minutes,
        horizon_days=horizon_days,
        brands=frozenset(brands),
        hours=hours,
        closed_on=frozenset(closed_on),
        resources=tuple(resources) or (bay(1), technician(2, "electrical")),
    )


def bay(resource_id: int) -> Resource:
    return _resource(resource_id, "bay", ())


def technician(resource_id: int, *skills: str) -> Resource:
    return _resource(resource_id, "technician", skills)


def _resource(resource_id: int, kind: Kind, skills: Iterable[str]) -> Resource:
    return Resource(resource_id, kind, f"{kind}-{resource_id}", frozenset(skills))


def brute_force_starts(workshop: Workshop, claims: Sequence[Claim], job: Job, window: Window) -> list[datetime]:
    """Tries every quarter of an hour, and each of its own for everything that the job needs."""
    lead, trail = (-(-minutes // 15) for minutes in (job.before_minutes, job.after_minutes))
    grains = max(1, -(-job.minutes // 15))
    choices = [_may_serve(workshop, job, kind, name) for kind, name in _wanted(job)]

    def fits(start: datetime, among: Iterable[Resource]) -> bool:
        needed = [start + number * GRAIN for number in range(-lead, grains + trail)]
        same_day = len({at.astimezone(ZoneInfo(workshop.time_zone)).date() for at in needed}) == 1
        return same_day and any(all(_is_free(workshop, one, claims, at) for at in needed) for one in among)

    length = 15 * (lead + grains + trail)
    return [
        at
        for at in _quarters(window)
        if all(fits(at, among) for among in choices) and _takes_more(workshop, claims, at - lead * GRAIN, length)
    ]


def _wanted(job: Job) -> Iterator[tuple[Kind, str]]:
    yield ("van" if job.transport == "mobile" else "bay"), ""
    yield "technician", ""
    yield from (("equipment", name) for name in job.equipment)
    if job.transport == "loaner":
        yield "loaner", ""


def _may_serve(workshop: Workshop, job: Job, kind: Kind, name: str) -> list[Resource]:
    of_kind = [one for one in workshop.resources if one.kind == kind]
    if kind == "technician":
        return [one for one in of_kind if job.skills <= one.skills]
    if kind == "equipment":
        return [one for one in of_kind if name in one.skills]
    return [one for one in of_kind if not one.skills or job.skills <= one.skills]


def _takes_more(workshop: Workshop, claims: Iterable[Claim], at: datetime, minutes: int) -> bool:
    """Counts the day's visits by their technicians, one each."""
    zone = ZoneInfo(workshop.time_zone)
    technicians = {one.resource_id for one in workshop.resources if one.kind == "technician"}
    taken = [
        claim.end_minute - claim.start_minute
        for claim in claims
        if claim.resource_id in technicians
        and instant(claim.start_minute).astimezone(zone).date() == at.astimezone(zone).date()
    ]
    visits = workshop.daily_visits is None or len(taken) < workshop.daily_visits
    return visits and (workshop.daily_minutes is None or sum(taken) + minutes <= workshop.daily_minutes)


def _quarters(window: Window) -> Iterator[datetime]:
    for minute in range(window.from_minute, window.until_minute):
        if minute % 15 == 0:
            yield instant(minute)


def _is_free(workshop: Workshop, one: Resource, claims: Iterable[Claim], at: datetime) -> bool:
    taken = (
        claim.resource_id == one.resource_id
        and at < instant(claim.end_minute)
        and at + GRAIN > instant(claim.start_minute)
        for claim in claims
    )
    away = any(instant(begin) < at + GRAIN and at < instant(end) for begin, end in one.absences)
    return _is_open(workshop, at) and not any(taken) and not away and not _rests(workshop, one, at)


def _rests(workshop: Workshop, one: Resource, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(workshop.time_zone))
    wall = local.hour * 60 + local.minute
    return any(begin < wall + 15 and wall < end for begin, end in one.breaks.get(local.weekday(), ()))


def _is_open(workshop: Workshop, at: datetime) -> bool:
    """Between the instants at which the wall clock first reaches `opens` and, from there, `closes`."""
    zone = ZoneInfo(workshop.time_zone)
    on = at.astimezone(zone).date()
    if on in workshop.closed_on:
        return False
    spans = workshop.hours.get(on.weekday(), ())
    return any(
        _first_reached(on, opens, zone) <= at and at + GRAIN <= _first_reached(on, closes, zone, opens)
        for opens, closes in spans
    )


@cache
def _first_reached(on: date, wall_minutes: int, zone: ZoneInfo, opens: int | None = None) -> datetime:
    """The first minute of the day, at or after its opening, at which the wall clock shows that much or more."""
    midnight = datetime.combine(on, time(), zone).astimezone(UTC)
    end = datetime.combine(on + timedelta(days=1), time(), zone).astimezone(UTC)
    at = midnight if opens is None else _first_reached(on, opens, zone)
    while at < end and _wall(at, zone) < wall_minutes:
        at += timedelta(minutes=1)
    return at


def _wall(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return local.hour * 60 + local.minute
