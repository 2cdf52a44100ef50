"""Calendars and their addresses, in the schema `booking`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from database.connection import Connection
from database.queries import Queries

Row = dict[str, Any]

_queries: Final = Queries(Path(__file__).parents[1] / "queries")


class Subject(NamedTuple):
    """What a calendar is of: exactly one of the two."""

    booking_id: UUID | None = None
    resource_id: int | None = None


async def insert_address(connection: Connection, digest: bytes, subject: Subject, now: datetime) -> None:
    await _queries.run(connection, "insert_calendar_address", digest=digest, now=now, **subject._asdict())


async def end_addresses(connection: Connection, subject: Subject, now: datetime) -> None:
    await _queries.run(connection, "end_calendar_addresses", now=now, **subject._asdict())


async def fetch_address(connection: Connection, digest: bytes) -> Subject | None:
    """None: there is none, or it was taken back."""
    row = await _queries.one(connection, "fetch_calendar_address", digest=digest)
    return Subject(**row) if row else None


async def fetch_visits(connection: Connection, subject: Subject, since: datetime) -> list[Row]:
    return await _queries.all(connection, "fetch_calendar_visits", since=since, **subject._asdict())


async def fetch_bay(connection: Connection, workshop_id: str, resource_id: int) -> str | None:
    """Its name; None: that workshop has no such bay."""
    row = await _queries.one(connection, "fetch_bay", workshop_id=workshop_id, resource_id=resource_id)
    return row["name"] if row else None
