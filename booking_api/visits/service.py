"""The steps of a visit: confirmed, cancelled, checked in, repaired, ready. The caller owns the transaction.

Each step holds the booking's row, asks the table of transitions, changes status and claims, and tells of it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking_api import error_texts
from booking_api.access import Access
from booking_api.errors import BookingEndedError
from booking_api.models import FoundBooking
from booking_api.service import reschedule
from booking_api.visits import store
from booking_api.visits.changing import change
from booking_api.visits.finding import read_again
from booking_api.visits.holds import expire_holds
from booking_api.visits.rules import ensure_in_time, ensure_may, ensure_not_expired, lock_for, lock_visit
from booking_api.visits.transitions import Step
from booking_api.visits.waiting import offer_freed
from database.connection import Connection


async def confirm(connection: Connection, access: Access, booking_id: UUID) -> FoundBooking:
    """Makes a hold a booking: the same claims, no second ones. A booking that was confirmed already stays so.

    Raises NotFoundError, HoldExpiredError and StepNotAllowedError.
    """
    _, row = await lock_visit(connection, access, booking_id)
    if row["status"] != "booked":
        ensure_not_expired(row, access.now)
        ensure_may(access, row["status"], "confirm")
        await change(connection, booking_id, "confirm", row["status"], access.now)
    return await read_again(connection, access, booking_id)


async def cancel(connection: Connection, access: Access, booking_id: UUID) -> FoundBooking:
    """Frees the bay and the technician. A booking that is cancelled already stays so.

    Raises NotFoundError, BookingEndedError, TooLateToChangeError and StepNotAllowedError.
    """
    found, row = await lock_visit(connection, access, booking_id)
    if row["status"] == "cancelled":
        return found
    ensure_may(access, row["status"], "cancel")
    if row["status"] == "booked":
        ensure_in_time(access, found, row["starts_at"])
    await change(connection, booking_id, "cancel", row["status"], access.now)
    await offer_freed(connection, row["workshop_id"], row["starts_at"], access.now)
    return await read_again(connection, access, booking_id)


async def take_step(
    connection: Connection, access: Access, booking_id: UUID, step: Step, version: int | None
) -> FoundBooking:
    """A step of the workshop that needs no more than its name.

    Raises NotFoundError, StaleVersionError and StepNotAllowedError; BookingEndedError for a car that is missed early.
    """
    row = await lock_for(connection, access, booking_id, step, version)
    if step == "miss" and row["starts_at"] > access.now:
        raise BookingEndedError(error_texts.NOT_YET_MISSED)
    await change(connection, booking_id, step, row["status"], access.now)
    return await read_again(connection, access, booking_id)


async def move(
    connection: Connection,
    access: Access,
    booking_id: UUID,
    starts_at: datetime,
    workshop_id: str | None,
    version: int | None,
) -> FoundBooking:
    """As `service.reschedule`; the time that it leaves is offered to the next who waits."""
    left = await store.fetch_place(connection, booking_id)
    found = await reschedule(connection, access, booking_id, starts_at, workshop_id, version)
    if left is not None:
        await offer_freed(connection, left["workshop_id"], left["starts_at"], access.now)
    return found


async def end_holds(connection: Connection, now: datetime) -> list[UUID]:
    """Ends those that are over, and offers their times to who waits for them."""
    ended = await expire_holds(connection, now)
    for booking_id in ended:
        place = await store.fetch_place(connection, booking_id)
        if place is not None and place["starts_at"] > now:
            await offer_freed(connection, place["workshop_id"], place["starts_at"], now)
    return ended
