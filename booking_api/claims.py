"""What a visit takes of a workshop, from its bay to its parts, and gives back: the only ways in and out."""

from __future__ import annotations

from uuid import UUID

from booking_api import store, workshop_store
from booking_api.local_days import instant
from booking_api.models import Booking
from booking_api.offering import Visit
from database.connection import Connection


async def take(connection: Connection, booking: Booking, visit: Visit) -> None:
    """Raises OverlapError where somebody has some of it at that time."""
    span = instant(visit.from_minute), instant(visit.until_minute)
    state = "held" if booking.status == "held" else "confirmed"
    await store.insert_claims(connection, booking.booking_id, visit.resource_ids, *span, state=state)
    await workshop_store.reserve_parts(connection, booking.booking_id, booking.workshop_id, visit.parts)


async def release(connection: Connection, booking_id: UUID) -> None:
    """All of it. The same again changes nothing."""
    await store.release_claims(connection, booking_id)
    await workshop_store.release_parts(connection, booking_id)


async def use_up(connection: Connection, booking_id: UUID) -> None:
    """The bay and the people are free again; the parts are in the car."""
    await workshop_store.fit_parts(connection, booking_id)
    await store.release_claims(connection, booking_id)
