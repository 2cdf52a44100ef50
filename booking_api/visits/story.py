"""Everything about one visit: its estimate, what has happened, what may come next, how the repair holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from booking_api.access import Access
from booking_api.events import store as events
from booking_api.models import FoundBooking
from booking_api.visits import store
from booking_api.visits.finding import find_booking
from booking_api.visits.transitions import Step, actor_of, next_steps
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class Story:
    """`next_steps` are those of the caller."""

    found: FoundBooking
    next_steps: Sequence[Step]
    estimate: Sequence[store.Row]
    closing: store.Row
    verifications: Sequence[store.Row]
    events: Sequence[events.Row]


async def tell_story(connection: Connection, access: Access, booking_id: UUID) -> Story:
    """Raises NotFoundError."""
    found = await find_booking(connection, access, booking_id)
    return Story(
        found,
        next_steps(found.booking.status, actor_of(access.caller.role)),
        await store.fetch_estimate_lines(connection, booking_id),
        await store.fetch_closing(connection, booking_id),
        await store.fetch_verifications(connection, booking_id),
        await events.fetch_booking_events(connection, booking_id),
    )
