"""Which visits are possible for a car's work, the best first, however many workshops there are in eight queries.

One more where parts are needed, and one more where nothing is free, to say what would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from booking_api import error_texts, store, workshop_store
from booking_api.access import Access, find_vehicle
from booking_api.elsewhere import without_car
from booking_api.errors import UnknownWorkError
from booking_api.jobs import Practice, job_at, needs_of
from booking_api.languages import Text
from booking_api.local_days import epoch_minute, instant
from booking_api.memory import Memory
from booking_api.models import Job, Slot, SlotQuery, Transport, Work, Workshop
from booking_api.offering import first_visits, need_of
from booking_api.positions import haversine_km
from booking_api.ranking import Candidate, rank
from booking_api.reason_texts import OBSTACLES
from booking_api.relaxations import Asked, Relaxation, relaxations
from booking_api.scheduling import DAY_MINUTES, Claims, Window, obstacle
from booking_api.shortlist import shortlist
from booking_api.taken_time import AROUND
from database.connection import Connection

INSPECTION: Final[dict[str, Any]] = {"code": "inspection", "minutes": 60, "skill": None}
"""What is booked when nothing in particular is to be done."""


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    """`reasons` says why there is no slot, or why none is early enough; `relaxations` what would open one."""

    slots: tuple[Slot, ...]
    reasons: tuple[Text, ...]
    relaxations: tuple[Relaxation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Search:
    """What has been read."""

    query: SlotQuery
    vehicle: Mapping[str, Any]
    work: Work
    workshops: Sequence[Workshop]
    practices: Mapping[str, Practice]
    now_minute: int

    @property
    def near(self) -> Sequence[Workshop]:
        place, limit = self.query.wishes.position, self.query.within_km
        if place is None or limit is None:
            return self.workshops
        return [one for one in self.workshops if haversine_km(place, one.position) <= limit]

    @property
    def horizon(self) -> Window:
        days = max((one.horizon_days for one in self.workshops), default=0)
        return Window(self.now_minute, self.now_minute + days * DAY_MINUTES)

    @property
    def window(self) -> Window:
        """What is asked for, no further than the farthest horizon."""
        whole, query = self.horizon, self.query
        asked_from = epoch_minute(query.from_at) if query.from_at else whole.from_minute
        asked_until = epoch_minute(query.until_at) if query.until_at else whole.until_minute
        from_minute = max(whole.from_minute, min(asked_from, whole.until_minute))
        return Window(from_minute, max(from_minute, min(asked_until, whole.until_minute)))

    def job(self, workshop: Workshop, transport: Transport) -> Job:
        """The same work takes another time, other equipment and other waiting for parts at each workshop."""
        practice, place = self.practices.get(workshop.workshop_id, Practice()), self.query.wishes.position
        return job_at(workshop, practice, self.work, self.vehicle, transport, self.now_minute, place)

    def visits(self, claims: Mapping[str, Claims]) -> Callable[[Workshop, Transport, Window], Iterator[Candidate]]:
        """What is free at a workshop for a kind of transport and a window, in order of time."""

        def free(workshop: Workshop, transport: Transport, window: Window) -> Iterator[Candidate]:
            taken, job = claims.get(workshop.workshop_id, ()), self.job(workshop, transport)
            return first_visits(workshop, taken, job, window, self.now_minute)

        return free

    def obstacles(self) -> list[str]:
        """Why there is no visit, each reason once."""
        if not self.near:
            return ["none_within" if self.workshops else "no_workshop"]
        asked, transport = self.window, self.query.transport
        found = (obstacle(one, self.job(one, transport), asked.within(one, self.now_minute)) for one in self.near)
        return list(dict.fromkeys(found))


async def search(connection: Connection, access: Access, query: SlotQuery, memory: Memory | None = None) -> SlotAnswer:
    """`memory`: what this process remembers. Raises NotFoundError and UnknownWorkError."""
    asked = await _read(connection, access, query, memory)
    window, near = asked.window, asked.near
    visits = asked.visits(await _claims(connection, asked.workshops, window, memory))
    need, wishes = need_of(asked.work, asked.now_minute), asked.query.wishes
    found, too_late = shortlist(near, lambda one: visits(one, query.transport, window), need, wishes)
    if not found:
        opened = await _relaxed(connection, asked, memory)
        return SlotAnswer((), tuple(OBSTACLES[code] for code in asked.obstacles()), tuple(opened))
    return SlotAnswer(tuple(rank(found, need, wishes)), (OBSTACLES["after_safe_date"],) if too_late else ())


async def _read(connection: Connection, access: Access, query: SlotQuery, memory: Memory | None) -> _Search:
    vehicle = await find_vehicle(connection, access, query.vin)
    work = await read_work(connection, vehicle["vehicle_id"], query.recommendation_ids)
    places = await workshop_store.fetch_known_places(connection, vehicle["vehicle_id"], access.now)
    workshops = await (memory.workshops.all(connection) if memory else workshop_store.fetch_workshops(connection))
    visits = await store.fetch_car_visits(connection, vehicle["vehicle_id"], access.now, query.moves)
    codes, parts = [str(one["code"]) for one in work.operations], [one.part for one in work.parts]
    practices = await workshop_store.fetch_practices(connection, codes, parts)
    wishes = replace(query.wishes, usual_workshop_id=places.usual_workshop_id, adviser_ids=places.adviser_ids)
    return _Search(
        replace(query, wishes=wishes),
        vehicle,
        work,
        without_car(workshops, visits),
        practices,
        epoch_minute(access.now),
    )


async def _claims(
    connection: Connection, workshops: Sequence[Workshop], window: Window, memory: Memory | None
) -> Mapping[str, Claims]:
    """By workshop; of one that limits its days the claims themselves, which are counted."""
    span = instant(window.from_minute - AROUND), instant(window.until_minute + AROUND)
    if memory is None:
        return await store.fetch_claims(connection, *span)
    remembered = await memory.taken.at(connection, window)
    limited = [one.workshop_id for one in workshops if one.is_limited]
    counted = await store.fetch_claims(connection, *span, limited) if limited else {}
    return {one.workshop_id: remembered for one in workshops} | {name: counted.get(name, ()) for name in limited}


async def _relaxed(connection: Connection, asked: _Search, memory: Memory | None) -> list[Relaxation]:
    if not asked.workshops:
        return []
    whole = asked.horizon
    visits = asked.visits(await _claims(connection, asked.workshops, whole, memory))
    return relaxations(Asked(asked.near, asked.workshops, visits, asked.query.transport, asked.window, whole))


async def read_work(connection: Connection, vehicle_id: int, recommendation_ids: Sequence[UUID]) -> Work:
    """What these recommendations ask for; an operation that two of them share is done once. Raises UnknownWorkError."""
    if not recommendation_ids:
        return Work((INSPECTION,))
    rows = await store.fetch_recommendations(connection, [vehicle_id], recommendation_ids)
    if len(rows) != len(set(recommendation_ids)):
        raise UnknownWorkError(error_texts.UNKNOWN_WORK)
    operations = {one["code"]: one for row in rows for one in row["operations"]}
    details = [row["details"] or {} for row in rows]
    return Work(
        operations=tuple(operations.values()) or (INSPECTION,),
        recommendation_ids=tuple(row["recommendation_id"] for row in rows),
        urgency=max(row["urgency"] for row in rows),
        due_at=_earliest(rows, "due_at"),
        latest_safe_at=_earliest(rows, "latest_safe_at"),
        parts=needs_of(details),
        fails_at=soonest_failure(details),
    )


def _earliest(rows: Sequence[store.Row], name: str) -> datetime | None:
    return min((row[name] for row in rows if row[name] is not None), default=None)


def soonest_failure(details: Sequence[Mapping[str, Any]]) -> tuple[datetime, datetime, datetime] | None:
    """Of the part that is first to fail: the plan's P10, P50 and P90."""
    lives = [one["fails_at"] for one in details if one.get("fails_at")]
    p10, p50, p90 = min((tuple(map(datetime.fromisoformat, one)) for one in lives), default=(None, None, None))
    return (p10, p50, p90) if p10 and p50 and p90 else None
