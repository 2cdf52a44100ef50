"""Sessions of the pages that were signed out of: whoever has copied the cookie has nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking_api import store
from database.connection import Connection


async def end(connection: Connection, session_id: UUID, ends_at: datetime, now: datetime) -> None:
    """`ends_at`: when it would be over by itself, or later; until then it is remembered. Again changes nothing."""
    await store.end_session(connection, session_id, ends_at, now)


async def has_ended(connection: Connection, session_id: UUID) -> bool:
    return await store.session_has_ended(connection, session_id)
