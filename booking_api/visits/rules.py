"""Whether a step may be taken with a visit, asked under its lock."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking_api import error_texts, store
from booking_api.access import Access, write_down
from booking_api.errors import (
    BookingEndedError,
    HoldExpiredError,
    StaleVersionError,
    StepNotAllowedError,
    TooLateToChangeError,
)
from booking_api.local_days import epoch_minute, local_date
from booking_api.models import FoundBooking, Status
from booking_api.visits import store as visits
from booking_api.visits.finding import read_again
from booking_api.visits.transitions import Step, actor_of, may, next_steps
from database.connection import Connection

_LOOKS: Final = 3


async def lock_for(
    connection: Connection, access: Access, booking_id: UUID, step: Step, version: int | None
) -> store.Row:
    """The row, held until the transaction ends. `version` None: whichever it is.

    Raises NotFoundError, StaleVersionError and StepNotAllowedError.
    """
    found, row = await lock_visit(connection, access, booking_id)
    if version not in (None, found.booking.version):
        raise StaleVersionError(error_texts.HAS_CHANGED)
    ensure_may(access, found.booking.status, step)
    return row


async def lock_visit(connection: Connection, access: Access, booking_id: UUID) -> tuple[FoundBooking, store.Row]:
    """A visit as it is under its lock, which nobody else changes until the transaction ends. Raises NotFoundError.

    Nothing is written before the lock is had, the access log included: a transaction is numbered with its first
    writing, events come in the order of these numbers, and those of one visit shall come as they happened.
    """
    await read_again(connection, access, booking_id)
    row = await lock_with_day(connection, booking_id)
    found = await read_again(connection, access, booking_id)
    await write_down(connection, access, [found.facts])
    return found, row


class _MovedError(Exception):
    """Between the look and the lock."""


async def lock_with_day(connection: Connection, booking_id: UUID) -> store.Row:
    """The row, and before it the day on which it frees something: the order in which everybody locks.

    Raises StaleVersionError where the visit moves away again and again.
    """
    await store.limit_waiting(connection)
    for _ in range(_LOOKS):
        place = await visits.fetch_place(connection, booking_id)
        assert place is not None  # it was found, and bookings are never deleted
        on = local_date(epoch_minute(place["starts_at"]), place["time_zone"])
        with suppress(_MovedError):
            async with connection.transaction():
                await store.lock_days(connection, {(place["workshop_id"], on)})
                row = await store.lock_booking(connection, booking_id)
                if (row["workshop_id"], row["starts_at"]) != (place["workshop_id"], place["starts_at"]):
                    raise _MovedError
                return row
    raise StaleVersionError(error_texts.HAS_CHANGED)


def ensure_may(access: Access, status: Status, step: Step) -> None:
    """Raises StepNotAllowedError with the steps that this caller may take."""
    actor = actor_of(access.caller.role)
    if not may(status, step, actor):
        raise StepNotAllowedError(status, next_steps(status, actor))


def ensure_not_expired(row: store.Row, now: datetime) -> None:
    """Whether or not somebody has written it down yet. Raises HoldExpiredError."""
    if row["status"] == "expired" or (row["status"] == "held" and row["hold_expires_at"] <= now):
        raise HoldExpiredError(error_texts.HOLD_EXPIRED)


async def ensure_may_move(connection: Connection, access: Access, found: FoundBooking, version: int | None) -> None:
    """Raises StaleVersionError, BookingEndedError, TooLateToChangeError and StepNotAllowedError."""
    row = await store.lock_booking(connection, found.booking.booking_id)
    if version not in (None, row["version"]):
        raise StaleVersionError(error_texts.HAS_CHANGED)
    if row["status"] == "cancelled":
        raise BookingEndedError(error_texts.IS_CANCELLED)
    ensure_may(access, row["status"], "move")
    ensure_in_time(access, found, row["starts_at"])


def ensure_in_time(access: Access, found: FoundBooking, starts_at: datetime) -> None:
    """An owner changes a visit until the workshop's notice before it, the desk until it begins."""
    if starts_at <= access.now:
        raise BookingEndedError(error_texts.VISIT_HAS_BEGUN)
    notice = timedelta(minutes=found.facts["change_notice_minutes"])
    if actor_of(access.caller.role) == "owner" and starts_at - notice < access.now:
        raise TooLateToChangeError(error_texts.TOO_LATE_TO_CHANGE)
