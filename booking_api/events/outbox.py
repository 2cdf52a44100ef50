"""Says what has happened to a visit, in the transaction in which it happens: no event without the change, no change
without the event.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from booking_api.events import store
from booking_api.models import Status
from database.connection import Connection

Change = Status | Literal["moved", "extended", "offered"]


async def tell(connection: Connection, change: Change, booking_id: UUID, now: datetime) -> None:
    """Call it after the change was written: the event shows the visit as it is then."""
    await store.insert_event(connection, f"visit.{change}", booking_id, now)
