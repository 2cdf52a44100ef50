"""Booking, moving and cancelling a visit. The caller owns the transaction.

Two guards keep a bay or a technician from being claimed twice. The lock per workshop and local day lets competitors
queue; the exclusion constraint decides even where code forgets the lock. Without the lock, fifty competitors end in
deadlocks of seconds; without the constraint, one forgotten path books twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from booking_api import error_texts, store, workshop_store
from booking_api.access import Access, find_vehicle, write_down
from booking_api.access_policy import own_workshop_only
from booking_api.demo_workshops import register_demo_workshops
from booking_api.errors import BookingEndedError, NotAllowedError, NotFoundError, SlotTakenError, StaleVersionError
from booking_api.idempotency import once
from booking_api.jobs import Practice, job_at
from booking_api.local_days import epoch_minute, instant, local_date
from booking_api.models import Booking, BookingRequest, FoundBooking, Job, Transport, Wishes, Work, Workshop
from booking_api.offering import Visit, around, nearest_starts, need_of, visit_at
from booking_api.ranking import reasons_of
from booking_api.registration import register
from booking_api.slot_search import read_work
from booking_api.workshop_description import WorkshopDescription
from database.connection import Connection
from database.errors import ContentionError, OverlapError

__all__ = [
    "book",
    "bookings",
    "cancel",
    "describe_workshop",
    "find_booking",
    "find_workshop",
    "register_demo_workshops",
    "reschedule",
    "workshops",
]


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

    def job(self, practice: Practice) -> Job:
        return job_at(self.workshop, practice, self.work, self.vehicle, self.transport, epoch_minute(self.now))

    @property
    def day(self) -> tuple[str, date]:
        return _day(self.workshop.workshop_id, self.starts_at, self.workshop.time_zone)


async def workshops(connection: Connection) -> list[Workshop]:
    return await workshop_store.fetch_workshops(connection)


async def find_workshop(connection: Connection, workshop_id: str) -> Workshop:
    """Raises NotFoundError."""
    found = await workshop_store.fetch_workshops(connection, workshop_id)
    if not found:
        raise NotFoundError(error_texts.NO_WORKSHOP)
    return found[0]


async def describe_workshop(connection: Connection, workshop_id: str, described: WorkshopDescription) -> Workshop:
    """Raises NotFoundError where the description is of another workshop than the one that is asked for."""
    if described.workshop_id != workshop_id:
        raise NotFoundError(error_texts.NO_WORKSHOP)
    await register(connection, described)
    return await find_workshop(connection, workshop_id)


async def bookings(connection: Connection, access: Access) -> list[FoundBooking]:
    """The latest visit first."""
    found = await store.fetch_bookings(connection, access.reach())
    allowed = [one for one in found if access.decide(one.facts)]
    await write_down(connection, access, [one.facts for one in allowed])
    return allowed


async def find_booking(connection: Connection, access: Access, booking_id: UUID) -> FoundBooking:
    """Raises NotFoundError, with the same words whether it exists or not."""
    found = await _find_booking(connection, access, booking_id)
    await write_down(connection, access, [found.facts])
    return found


async def book(connection: Connection, access: Access, request: BookingRequest, key: str | None = None) -> FoundBooking:
    """Raises NotFoundError, NotAllowedError, UnknownWorkError, NotOfferedError, SlotTakenError and those of
    `idempotency.once`.
    """
    vehicle = await find_vehicle(connection, access, request.vin)
    _ensure_own_workshop(access, vehicle, request.workshop_id)
    if key is None:
        return FoundBooking(await _book(connection, vehicle, request, access.now), vehicle)
    subject, now = access.caller.subject, access.now
    booking = await once(connection, subject, key, request, now, lambda: _book(connection, vehicle, request, now))
    return FoundBooking(booking, vehicle)


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
    found = await find_booking(connection, access, booking_id)
    booking, vehicle, now = found.booking, found.facts, access.now
    workshop = await find_workshop(connection, workshop_id or booking.workshop_id)
    _ensure_own_workshop(access, vehicle, workshop.workshop_id)
    work = await _known_work(connection, vehicle["vehicle_id"], booking)
    order = _Order(workshop, work, vehicle, booking.transport, starts_at, now)
    old_day = _day(booking.workshop_id, booking.starts_at, booking.time_zone)
    async with _claiming(connection, order, {old_day}):
        await _ensure_changeable(connection, booking, version, now)
        await release(connection, booking_id)
        visit = await _free_visit(connection, order)
        moved = _with_visit(booking, order, visit)
        await store.move_booking(connection, moved)
        await claim(connection, moved, visit)
    return await _find_booking(connection, access, booking_id)


async def cancel(connection: Connection, access: Access, booking_id: UUID) -> FoundBooking:
    """Frees the bay and the technician. A booking that is cancelled already stays so."""
    booking = (await find_booking(connection, access, booking_id)).booking
    if booking.status == "booked":
        await store.limit_waiting(connection)
        await store.lock_booking(connection, booking_id)
        # It may have moved while this waited.
        booking = (await _find_booking(connection, access, booking_id)).booking
        if booking.status == "booked" and booking.starts_at <= access.now:
            raise BookingEndedError(error_texts.VISIT_HAS_BEGUN)
        await store.cancel_booking(connection, booking_id)
        await release(connection, booking_id)
    return await _find_booking(connection, access, booking_id)


async def _find_booking(connection: Connection, access: Access, booking_id: UUID) -> FoundBooking:
    found = await store.fetch_bookings(connection, access.reach(), booking_id)
    if not found or access.decide(found[0].facts) is None:
        raise NotFoundError(error_texts.NO_BOOKING)
    return found[0]


def _ensure_own_workshop(access: Access, facts: Mapping[str, Any], workshop_id: str) -> None:
    decision = access.decide(facts)
    if decision and own_workshop_only(decision.relation) and workshop_id != access.caller.organisation_id:
        raise NotAllowedError(error_texts.OWN_WORKSHOP)


async def _book(connection: Connection, vehicle: Mapping[str, Any], request: BookingRequest, now: datetime) -> Booking:
    work = await read_work(connection, vehicle["vehicle_id"], request.recommendation_ids)
    workshop = await find_workshop(connection, request.workshop_id)
    order = _Order(workshop, work, vehicle, request.transport, request.starts_at, now)
    owner_id = await store.fetch_owner(connection, vehicle["vehicle_id"])
    async with _claiming(connection, order):
        visit = await _free_visit(connection, order)
        booking = _new_booking(request.vin, order, visit)
        await store.insert_booking(connection, booking, vehicle["vehicle_id"], owner_id)
        await claim(connection, booking, visit)
    return booking


async def claim(connection: Connection, booking: Booking, visit: Visit) -> None:
    """Takes what the visit needs, from its bay to its parts. Raises OverlapError where somebody has some of it."""
    span = instant(visit.from_minute), instant(visit.until_minute)
    await store.insert_claims(connection, booking.booking_id, visit.resource_ids, *span)
    await workshop_store.reserve_parts(connection, booking.booking_id, booking.workshop_id, visit.parts)


async def release(connection: Connection, booking_id: UUID) -> None:
    """Gives all of it back."""
    await store.release_claims(connection, booking_id)
    await workshop_store.release_parts(connection, booking_id)


@asynccontextmanager
async def _claiming(
    connection: Connection, order: _Order, other_days: set[tuple[str, date]] | None = None
) -> AsyncIterator[None]:
    """Everything in the block, or nothing of it and a SlotTakenError; by then the locks are free again."""
    try:
        async with connection.transaction():
            await store.limit_waiting(connection)
            await store.lock_days(connection, {order.day, *(other_days or ())})
            yield
    except (OverlapError, ContentionError, _TakenError) as error:
        raise SlotTakenError(await _alternatives(connection, order)) from error


async def _free_visit(connection: Connection, order: _Order) -> Visit:
    """Asked again under the lock: hours, skills, parts and claims as they are now."""
    workshop_id = order.workshop.workshop_id
    if order.work.parts:
        await workshop_store.lock_stock(connection, workshop_id)
    workshop = await find_workshop(connection, workshop_id)
    job = replace(order, workshop=workshop).job(await _practice(connection, order))
    window = around(order.starts_at)
    claims = await store.fetch_claims(
        connection, instant(window.from_minute), instant(window.until_minute), workshop_id
    )
    visit = visit_at(workshop, claims.get(workshop_id, ()), job, order.starts_at, epoch_minute(order.now))
    if visit is None:
        raise _TakenError
    return visit


async def _alternatives(connection: Connection, order: _Order) -> list[datetime]:
    workshop_id, window = order.workshop.workshop_id, around(order.starts_at)
    claims = await store.fetch_claims(
        connection, instant(window.from_minute), instant(window.until_minute), workshop_id
    )
    taken, job = claims.get(workshop_id, ()), order.job(await _practice(connection, order))
    return nearest_starts(order.workshop, taken, job, order.starts_at, epoch_minute(order.now))


async def _practice(connection: Connection, order: _Order) -> Practice:
    workshop_id, codes = order.workshop.workshop_id, [str(one["code"]) for one in order.work.operations]
    parts = [one.part for one in order.work.parts]
    known = await workshop_store.fetch_practices(connection, codes, parts, workshop_id)
    return known.get(workshop_id, Practice())


async def _ensure_changeable(connection: Connection, booking: Booking, version: int | None, now: datetime) -> None:
    row = await store.lock_booking(connection, booking.booking_id)
    if version not in (None, row["version"]):
        raise StaleVersionError(error_texts.HAS_CHANGED)
    if row["status"] == "cancelled":
        raise BookingEndedError(error_texts.IS_CANCELLED)
    if booking.starts_at <= now:
        raise BookingEndedError(error_texts.VISIT_HAS_BEGUN)


async def _known_work(connection: Connection, vehicle_id: int, booking: Booking) -> Work:
    """The work as it was booked, with the dates of what is still due."""
    rows = await store.fetch_recommendations(connection, vehicle_id, booking.recommendation_ids)
    due = await read_work(connection, vehicle_id, [row["recommendation_id"] for row in rows])
    return replace(due, operations=booking.work, recommendation_ids=booking.recommendation_ids)


def _new_booking(vin: str, order: _Order, visit: Visit) -> Booking:
    return Booking(
        booking_id=uuid4(),
        vin=vin,
        status="booked",
        version=1,
        work=tuple(dict(one) for one in order.work.operations),
        recommendation_ids=order.work.recommendation_ids,
        transport=order.transport,
        **_place_and_time(order, visit),
    )


def _with_visit(booking: Booking, order: _Order, visit: Visit) -> Booking:
    return replace(booking, **_place_and_time(order, visit))


def _place_and_time(order: _Order, visit: Visit) -> dict[str, Any]:
    need = need_of(order.work, epoch_minute(order.now))
    return {
        "workshop_id": order.workshop.workshop_id,
        "workshop_name": order.workshop.name,
        "starts_at": instant(visit.candidate.start_minute),
        "ends_at": instant(visit.candidate.end_minute),
        "time_zone": order.workshop.time_zone,
        "reasons": tuple(dict(text) for text in reasons_of(visit.candidate, need, Wishes())),
    }


def _day(workshop_id: str, at: datetime, time_zone: str) -> tuple[str, date]:
    return workshop_id, local_date(epoch_minute(at), time_zone)
