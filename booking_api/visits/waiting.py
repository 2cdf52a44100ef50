"""Who waits for a time: a slot that becomes free is held for the next one before anybody else can see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from booking_api import error_texts
from booking_api import store as bookings
from booking_api.access import Access, find_vehicle
from booking_api.errors import (
    AlreadyWaitingError,
    BookingApiError,
    NotFoundError,
    UnusableSpanError,
)
from booking_api.events.outbox import tell
from booking_api.models import BookingRequest
from booking_api.service import Terms, claim_visit, find_workshop
from booking_api.slot_search import read_work
from booking_api.visits import store
from database.connection import Connection
from database.errors import ConflictError

OFFER_LASTS: Final = timedelta(minutes=30)
"""Longer than a hold: who is offered a time is not looking at the screen."""

LONGEST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that begins from `from_at` up to, not including, `until_at`."""

    workshop_id: str
    recommendation_ids: tuple[UUID, ...]
    from_at: datetime
    until_at: datetime


async def wait(connection: Connection, access: Access, vin: str, wanted: Wanted) -> store.Row:
    """Raises NotFoundError, UnknownWorkError, UnusableSpanError and AlreadyWaitingError."""
    vehicle = await find_vehicle(connection, access, vin)
    if not max(wanted.from_at, access.now) < wanted.until_at <= access.now + LONGEST:
        raise UnusableSpanError(error_texts.BAD_WAIT)
    await find_workshop(connection, wanted.workshop_id)
    await read_work(connection, vehicle["vehicle_id"], wanted.recommendation_ids)
    owner_id = await bookings.fetch_owner(connection, vehicle["vehicle_id"])
    assert owner_id is not None  # a car that nobody owns has no owner and no driver who could ask
    entry_id = uuid4()
    try:
        async with connection.transaction():
            await store.insert_waiting(connection, entry_id, vehicle["vehicle_id"], owner_id, wanted, access.now)
    except ConflictError as error:
        raise AlreadyWaitingError(error_texts.ALREADY_WAITING) from error
    return (await store.fetch_waiting(connection, vehicle["vehicle_id"], access.now, entry_id))[0]


async def waiting(connection: Connection, access: Access, vin: str) -> Sequence[store.Row]:
    """The latest first. Raises NotFoundError."""
    vehicle = await find_vehicle(connection, access, vin)
    return await store.fetch_waiting(connection, vehicle["vehicle_id"], access.now)


async def leave(connection: Connection, access: Access, vin: str, entry_id: UUID) -> store.Row:
    """The same again changes nothing. An offer that was made is a hold, and cancelled as such. Raises NotFoundError."""
    vehicle = await find_vehicle(connection, access, vin)
    if not await store.fetch_waiting(connection, vehicle["vehicle_id"], access.now, entry_id):
        raise NotFoundError(error_texts.NO_WAITING)
    await store.end_waiting(connection, entry_id, access.now)
    return (await store.fetch_waiting(connection, vehicle["vehicle_id"], access.now, entry_id))[0]


async def offer_freed(connection: Connection, workshop_id: str, starts_at: datetime, now: datetime) -> UUID | None:
    """Holds a start that has just become free for the first who waits for such a one and whose visit fits.

    In the transaction that frees it, under the day's lock, so nobody comes between. Returns the hold's booking.
    """
    for entry in await store.lock_waiting_for(connection, workshop_id, starts_at):
        request = BookingRequest(entry["vin"], workshop_id, starts_at, tuple(entry["recommendation_ids"]))
        try:
            booking = await claim_visit(connection, entry, request, Terms(now, now + OFFER_LASTS))
        except BookingApiError:
            continue  # too long for what became free, or the car is elsewhere: the next one's turn
        await store.offer_to_waiting(connection, entry["entry_id"], booking.booking_id)
        await tell(connection, "offered", booking.booking_id, now)
        return booking.booking_id
    return None
