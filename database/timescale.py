"""Whether TimescaleDB is there: looked up once, at migration time, invisible above `database/`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psycopg

from database.connection import Connection
from database.queries import Queries

_queries: Final = Queries(Path(__file__).parent / "queries")


async def record_timescale(connection: Connection) -> None:
    """Writes the extension's version, or an empty text, into `database.facts`, unless that was decided before.

    An extension that the server offers and that this user may create is created first.
    """
    if await _queries.one(connection, "fetch_fact", name="timescaledb") is not None:
        return
    if await _queries.one(connection, "fetch_offered_timescale") is not None:
        await _try_to_create(connection)
    await _queries.run(connection, "record_timescale")


async def has_timescale(connection: Connection) -> bool:
    """What was found when the database was first migrated."""
    row = await _queries.one(connection, "fetch_fact", name="timescaledb")
    return row is not None and row["value"] != ""


async def _try_to_create(connection: Connection) -> None:
    """Refused where the user may not, or where the server does not preload the library: plain PostgreSQL it is then."""
    try:
        async with connection.transaction():
            await connection.execute("create extension if not exists timescaledb")
    except psycopg.Error:
        return
