"""Holding, booking and moving a visit. The caller owns the transaction.

Two guards keep a bay or a technician from being claimed twice. The lock per workshop and local day lets competitors
queue; the exclusion constraint decides even where code forgets the lock. Without the lock, fifty competitors end in
deadlocks of seconds; without the constraint, one forgotten path books twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from booking_api import claims, error_texts, store, workshop_store
from booking_api.access import Access, find_vehicle, write_down
from booking_api.access_policy import own_workshop_only
from booking_api.advisers import receiving
from booking_api.demo_workshops import register_demo_workshops
from booking_api.elsewhere import without_car
from booking_api.errors import NotAllowedError, NotFoundError, SlotTakenError, VehicleBusyError
from booking_api.events.outbox import tell
from booking_api.jobs import Practice, job_at
from booking_api.local_days import epoch_minute, instant, local_date
from booking_api.memory import Memory
from booking_api.models import Booking, BookingRequest, FoundBooking, Job, Transport, Wishes, Work, Workshop
from booking_api.offering import ALTERNATIVE_DAYS, ALTERNATIVES, Visit, around, nearest_starts, need_of, visit_at
from booking_api.ranking import reasons_of
from booking_api.registration import register
from booking_api.scheduling import Claims
from booking_api.slot_search import read_work
from booking_api.taken_time import AROUND
from booking_api.visits.finding import read_again
from booking_api.visits.holds import expire_holds
from booking_api.visits.rules import ensure_may_move
from booking_api.visits.store import holds_are_over
from booking_api.workshop_description import WorkshopDescription
from database.connection import Connection
from database.errors import ContentionError, OverlapError

__all__ = [
    "book",
    "bookings",
    "describe_workshop",
    "find_workshop",
    "hold",
    "lock_workshop",
    "register_demo_workshops",
    "reschedule",
    "workshops",
]


HOLD_LASTS: Final = timedelta(minutes=5)
"""Long enough to read and to say yes."""

ONE_PLACE: Final = "bookings_one_place_at_a_time"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a visit is asked for. `held_until` None: booked at once."""

    now: datetime
    held_until: datetime | None = None
    made_at_desk: bool = False


class _TakenError(Exception):
    """Somebody was faster."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A job that is to be done at this start."""

    workshop: Workshop
    work: Work
    vehicle: Mapping[str, Any]
    transport: Transport
    starts_at: datetime
    now: datetime
    moves: UUID | None = None
    """The visit that is moved."""

    def job(self, practice: Practice) -> Job:
        return job_at(self.workshop, practice, self.work, self.vehicle, self.transport, epoch_minute(self.now))

    @property
    def day(self) -> tuple[str, date]:
        return _day(self.workshop.workshop_id, self.starts_at, self.workshop.time_zone)


async def workshops(connection: Connection) -> list[Workshop]:
    return await workshop_store.fetch_workshops(connection)


async def find_workshop(connection: Connection, workshop_id: str) -> Workshop:
    """Raises NotFoundError."""
    found = await workshop_store.fetch_workshops(connection, [workshop_id])
    if not found:
        raise NotFoundError(error_texts.NO_WORKSHOP)
    return found[0]


async def lock_workshop(connection: Connection, workshop_id: str) -> int | None:
    """Its version, which nobody else changes until the transaction ends; None: it has not been described yet."""
    return await workshop_store.lock_workshop(connection, workshop_id)


async def describe_workshop(connection: Connection, workshop_id: str, described: WorkshopDescription) -> Workshop:
    """Raises NotFoundError where the description is of another workshop than the one that is asked for."""
    if described.workshop_id != workshop_id:
        raise NotFoundError(error_texts.NO_WORKSHOP)
    await register(connection, described)
    return await find_workshop(connection, workshop_id)


async def bookings(
    connection: Connection,
    access: Access,
    before: tuple[datetime, UUID] | None = None,
    maximum: int = 500,
    *,
    vin: str | None = None,
) -> list[FoundBooking]:
    """The latest visit first; of one car where it is named. `before`: start and number of the last one known."""
    found = await store.fetch_bookings(connection, access.reach(), vin=vin, before=before, maximum=maximum)
    allowed = [one for one in found if access.decide(one.facts)]
    await write_down(connection, access, [one.facts for one in allowed])
    return allowed


async def book(
    connection: Connection, access: Access, request: BookingRequest, memory: Memory | None = None
) -> FoundBooking:
    """Raises NotFoundError, NotAllowedError, UnknownWorkError, NotOfferedError, SlotTakenError and VehicleBusyError.

    `memory`: what this process remembers, to say sooner that somebody was faster.
    """
    return await _ordered(connection, access, request, None, memory)


async def hold(
    connection: Connection, access: Access, request: BookingRequest, memory: Memory | None = None
) -> FoundBooking:
    """The same bay and technician, for as long as HOLD_LASTS. Raises what `book` raises."""
    return await _ordered(connection, access, request, access.now + HOLD_LASTS, memory)


async def _ordered(
    connection: Connection,
    access: Access,
    request: BookingRequest,
    held_until: datetime | None,
    memory: Memory | None,
) -> FoundBooking:
    vehicle = await find_vehicle(connection, access, request.vin)
    _ensure_own_workshop(access, vehicle, request.workshop_id)
    terms = Terms(access.now, held_until, made_at_desk=_at_desk(access, vehicle))
    booking = await claim_visit(connection, vehicle, request, terms, memory)
    return FoundBooking(booking, {**vehicle, "change_notice_minutes": 0})


async def reschedule(
    connection: Connection,
    access: Access,
    booking_id: UUID,
    starts_at: datetime,
    workshop_id: str | None,
    version: int | None,
) -> FoundBooking:
    """Moves a booking whose version is still `version` (None: whichever it is), or leaves it as it was and raises.

    Its old claims are released first, so that it may move by less than its own length; all of it is one transaction.
    """
    found = await read_again(connection, access, booking_id)
    booking, vehicle, now = found.booking, found.facts, access.now
    workshop = await find_workshop(connection, workshop_id or booking.workshop_id)
    _ensure_own_workshop(access, vehicle, workshop.workshop_id)
    work = await _known_work(connection, vehicle["vehicle_id"], booking)
    order = _Order(workshop, work, vehicle, booking.transport, starts_at, now, booking_id)
    places = await workshop_store.fetch_known_places(connection, vehicle["vehicle_id"], now)
    old_day = _day(booking.workshop_id, booking.starts_at, booking.time_zone)
    async with _claiming(connection, order, {old_day}):
        await ensure_may_move(connection, access, found, version)
        await write_down(connection, access, [found.facts])
        await claims.release(connection, booking_id)
        visit = await _free_visit(connection, order)
        moved = replace(booking, **_place_and_time(order, visit, places))
        await store.move_booking(connection, moved)
        await claims.take(connection, moved, visit)
        await tell(connection, "moved", booking_id, now)
    return await read_again(connection, access, booking_id)


def _ensure_own_workshop(access: Access, facts: Mapping[str, Any], workshop_id: str) -> None:
    decision = access.decide(facts)
    if decision and own_workshop_only(decision.relation) and workshop_id != access.caller.organisation_id:
        raise NotAllowedError(error_texts.OWN_WORKSHOP)


def _at_desk(access: Access, facts: Mapping[str, Any]) -> bool:
    decision = access.decide(facts)
    return decision is not None and own_workshop_only(decision.relation)


async def claim_visit(
    connection: Connection,
    vehicle: Mapping[str, Any],
    request: BookingRequest,
    terms: Terms,
    memory: Memory | None = None,
) -> Booking:
    """Of a car that was found: its bay, its technician, and the event that says so."""
    work = await read_work(connection, vehicle["vehicle_id"], request.recommendation_ids)
    workshop = await _workshop_now(connection, request.workshop_id, memory)
    order = _Order(workshop, work, vehicle, request.transport, request.starts_at, terms.now)
    await _ensure_not_taken(connection, order, memory)
    owner_id = await store.fetch_owner(connection, vehicle["vehicle_id"])
    places = await workshop_store.fetch_known_places(connection, vehicle["vehicle_id"], terms.now)
    async with _in_turn(connection, order, memory), _claiming(connection, order, memory=memory) as remembered:
        visit = await _free_visit(connection, order, remembered)
        booking = _new_booking(request.vin, order, visit, terms, places)
        await store.insert_booking(
            connection, booking, vehicle["vehicle_id"], owner_id, made_at_desk=terms.made_at_desk
        )
        await claims.take(connection, booking, visit)
        await tell(connection, booking.status, booking.booking_id, terms.now)
    return booking


async def _ensure_not_taken(connection: Connection, order: _Order, memory: Memory | None) -> None:
    """Whoever comes too late need not queue for the lock to hear it. Who passes here may still be told so there."""
    job, taken = order.job(await _practice(connection, order)), await _taken_around(connection, order, 1, memory)
    visit = visit_at(order.workshop, taken, job, order.starts_at, epoch_minute(order.now))
    if visit is None and not await holds_are_over(connection, order.now, order.workshop.workshop_id):
        raise SlotTakenError(await _alternatives(connection, order, job, taken, memory))


@asynccontextmanager
async def _in_turn(connection: Connection, order: _Order, memory: Memory | None) -> AsyncIterator[None]:
    """After those of this process who want something of the same day."""
    if memory is None:
        yield
        return
    async with memory.turns.turn(order.day) as has_waited:
        if has_waited:
            await _ensure_not_taken(connection, order, memory)
        yield


@asynccontextmanager
async def _claiming(
    connection: Connection,
    order: _Order,
    other_days: set[tuple[str, date]] | None = None,
    memory: Memory | None = None,
) -> AsyncIterator[Memory | None]:
    """Everything in the block, or nothing of it and a SlotTakenError; by then the locks are free again.

    Gives the memory for as long as nothing is claimed: None where this transaction has released something already.
    """
    try:
        async with connection.transaction():
            await store.limit_waiting(connection)
            await store.lock_days(connection, {order.day, *(other_days or ())})
            await store.lock_vehicle(connection, order.vehicle["vehicle_id"])
            ended = await expire_holds(connection, order.now, order.workshop.workshop_id)
            yield None if ended else memory
    except (OverlapError, ContentionError, _TakenError) as error:
        if isinstance(error, OverlapError) and error.constraint == ONE_PLACE:
            raise VehicleBusyError(error_texts.VEHICLE_BUSY) from error
        job, taken = order.job(await _practice(connection, order)), await _taken_around(connection, order, 1, memory)
        raise SlotTakenError(await _alternatives(connection, order, job, taken, memory)) from error


async def _workshop_now(connection: Connection, workshop_id: str, memory: Memory | None) -> Workshop:
    known = await memory.workshops.one(connection, workshop_id) if memory else None
    return known or await find_workshop(connection, workshop_id)


async def _free_visit(connection: Connection, order: _Order, memory: Memory | None = None) -> Visit:
    """Asked again under the lock: hours, skills, parts and claims as they are now."""
    workshop_id = order.workshop.workshop_id
    if order.work.parts:
        await workshop_store.lock_stock(connection, workshop_id)
    order = replace(order, workshop=await _workshop_now(connection, workshop_id, memory))
    job, taken = order.job(await _practice(connection, order)), await _taken_around(connection, order, 0, memory)
    visit = visit_at(order.workshop, taken, job, order.starts_at, epoch_minute(order.now))
    if visit is None:
        raise _TakenError
    return visit


async def _alternatives(
    connection: Connection, order: _Order, job: Job, taken: Claims, memory: Memory | None = None
) -> list[datetime]:
    """`taken`: on the days beside, where there are enough mostly."""
    visits = await store.fetch_car_visits(connection, order.vehicle["vehicle_id"], order.now, order.moves)
    (workshop,) = without_car([order.workshop], visits)
    nearest = partial(nearest_starts, workshop, job=job, now_minute=epoch_minute(order.now))
    found = nearest(taken, asked=around(order.starts_at, 1))
    if len(found) < ALTERNATIVES:
        farther = await _taken_around(connection, order, ALTERNATIVE_DAYS, memory)
        found = nearest(farther, asked=around(order.starts_at, ALTERNATIVE_DAYS))
    return found


async def _taken_around(connection: Connection, order: _Order, days: int, memory: Memory | None = None) -> Claims:
    """So many days before and after the start, and what of their local days lies outside of it."""
    window = around(order.starts_at, days)
    if memory is not None and not order.workshop.is_limited:
        return await memory.taken.at(connection, window)
    span = instant(window.from_minute - AROUND), instant(window.until_minute + AROUND)
    resource_ids = [one.resource_id for one in order.workshop.resources]
    return await workshop_store.fetch_claims_of(connection, resource_ids, *span)


async def _practice(connection: Connection, order: _Order) -> Practice:
    workshop_id, codes = order.workshop.workshop_id, [str(one["code"]) for one in order.work.operations]
    parts = [one.part for one in order.work.parts]
    known = await workshop_store.fetch_practices(connection, codes, parts, workshop_id)
    return known.get(workshop_id, Practice())


async def _known_work(connection: Connection, vehicle_id: int, booking: Booking) -> Work:
    """The work as it was booked, with the dates of what is still due."""
    rows = await store.fetch_recommendations(connection, [vehicle_id], booking.recommendation_ids)
    due = await read_work(connection, vehicle_id, [row["recommendation_id"] for row in rows])
    return replace(due, operations=booking.work, recommendation_ids=booking.recommendation_ids)


def _new_booking(vin: str, order: _Order, visit: Visit, terms: Terms, places: Wishes) -> Booking:
    return Booking(
        booking_id=uuid4(),
        vin=vin,
        status="held" if terms.held_until else "booked",
        hold_expires_at=terms.held_until,
        version=1,
        work=tuple(dict(one) for one in order.work.operations),
        recommendation_ids=order.work.recommendation_ids,
        transport=order.transport,
        **_place_and_time(order, visit, places),
    )


def _place_and_time(order: _Order, visit: Visit, places: Wishes) -> dict[str, Any]:
    """`places`: those that the car knows, and who received it there."""
    need, at = need_of(order.work, epoch_minute(order.now)), visit.candidate
    adviser = receiving(at.workshop, at.on, at.wall_minutes, at.start_minute, places.adviser_ids)
    return {
        "workshop_id": order.workshop.workshop_id,
        "workshop_name": order.workshop.name,
        "starts_at": instant(at.start_minute),
        "ends_at": instant(at.end_minute),
        "time_zone": order.workshop.time_zone,
        "reasons": tuple(dict(text) for text in reasons_of(at, need, places)),
        "adviser_id": adviser.resource_id if adviser else None,
        "adviser": adviser.name if adviser else None,
    }


def _day(workshop_id: str, at: datetime, time_zone: str) -> tuple[str, date]:
    return workshop_id, local_date(epoch_minute(at), time_zone)
