"""A booking that the caller may see, or the same words whether it exists or not."""

from __future__ import annotations

from uuid import UUID

from booking_api import error_texts, store
from booking_api.access import Access, write_down
from booking_api.errors import NotFoundError
from booking_api.models import FoundBooking
from database.connection import Connection


async def find_booking(connection: Connection, access: Access, booking_id: UUID) -> FoundBooking:
    """What is read is written down. Raises NotFoundError."""
    found = await read_again(connection, access, booking_id)
    await write_down(connection, access, [found.facts])
    return found


async def read_again(connection: Connection, access: Access, booking_id: UUID) -> FoundBooking:
    """What was found and written down before. Raises NotFoundError."""
    found = await store.fetch_bookings(connection, access.reach(), booking_id)
    if not found or access.decide(found[0].facts) is None:
        raise NotFoundError(error_texts.NO_BOOKING)
    return found[0]
