"""Holds end by themselves: whoever wants a slot ends those that are over first, and the worker ends the rest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking_api.visits import store
from booking_api.visits.changing import change
from database.connection import Connection


async def expire_holds(connection: Connection, now: datetime, workshop_id: str | None = None) -> list[UUID]:
    """Of one workshop, or of all. A hold that is being confirmed at this moment is left to that."""
    ended = await store.lock_ended_holds(connection, now, workshop_id)
    for booking_id in ended:
        await change(connection, booking_id, "expire", "held", now)
    return ended
