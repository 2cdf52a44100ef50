"""The events that a caller may read, page by page or as they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from booking_api.access import Access, write_down
from booking_api.access_policy import Action, relations_for
from booking_api.events import store
from booking_api.events.cursors import Cursor
from database.connection import Connection

PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Event:
    cursor: Cursor
    row: store.Row


async def read_events(connection: Connection, access: Access, after: Cursor, maximum: int = PAGE) -> list[Event]:
    """In order; what is read of each car is written down. Fewer than asked for: there are no more now.

    `access` counts for visits. What was found about a car is told to those who may read its health.
    """
    of_findings = replace(access, action=Action.READ_HEALTH)
    wanted = sorted(relations_for(access.caller.role, Action.READ_HEALTH))
    rows = await store.fetch_events(connection, access.reach(), wanted, after, maximum)
    await write_down(connection, access, [row for row in rows if row["finding_id"] is None])
    await write_down(connection, of_findings, [row for row in rows if row["finding_id"] is not None])
    return [_event(row) for row in rows if (access if row["finding_id"] is None else of_findings).decide(row)]


def _event(row: store.Row) -> Event:
    return Event(Cursor(int(row["transaction_id"]), row["event_id"]), row)


async def newest(connection: Connection) -> Cursor:
    """The place after which only what is still to come lies."""
    return await store.fetch_end(connection)
