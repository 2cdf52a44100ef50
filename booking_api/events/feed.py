"""The events that a caller may read, page by page or as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from booking_api.access import Access, write_down
from booking_api.events import store
from booking_api.events.cursors import Cursor
from database.connection import Connection

PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Event:
    cursor: Cursor
    row: store.Row


async def read_events(connection: Connection, access: Access, after: Cursor, maximum: int = PAGE) -> list[Event]:
    """In order; what is read of each car is written down. Fewer than asked for: there are no more now."""
    rows = await store.fetch_events(connection, access.reach(), after, maximum)
    await write_down(connection, access, rows)
    return [Event(Cursor(int(row["transaction_id"]), row["event_id"]), row) for row in rows if access.decide(row)]


async def newest(connection: Connection) -> Cursor:
    """The place after which only what is still to come lies."""
    return await store.fetch_end(connection)
