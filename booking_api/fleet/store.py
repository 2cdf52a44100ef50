"""Figures over every car, from the published views."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from database.connection import Connection
from database.queries import Queries

Row = dict[str, Any]

_queries: Final = Queries(Path(__file__).parents[1] / "queries")


async def count_cars_heard(connection: Connection, connected_since: datetime, heard_since: datetime) -> Row:
    row = await _queries.one(connection, "count_cars_heard", connected_since=connected_since, heard_since=heard_since)
    assert row is not None  # a select of counts has one row
    return row


async def fetch_gaps(connection: Connection, since: datetime, maximum: int) -> list[Row]:
    return await _queries.all(connection, "fetch_gaps", since=since, maximum=maximum)


async def count_findings_by_model(connection: Connection, maximum: int) -> list[Row]:
    return await _queries.all(connection, "count_findings_by_model", maximum=maximum)


async def fetch_open_intake_stops(connection: Connection) -> list[Row]:
    return await _queries.all(connection, "fetch_open_intake_stops")
