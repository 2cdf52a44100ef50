"""Whether TimescaleDB is there: looked up once, at migration time, invisible above `database/`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psycopg

from database.connection import Connection
from database.errors import MigrationError
from database.queries import Queries

OLDEST: Final = (2, 18)
"""The first with the columnstore under its name of today."""

_COMMUNITY: Final = "timescale"
"""`timescaledb.license` of a server that has columnstore, continuous aggregates and policies; `apache` has none."""

_queries: Final = Queries(Path(__file__).parent / "queries")


async def record_timescale(connection: Connection) -> None:
    """Writes the extension's version, or an empty text, into `database.facts`, unless that was decided before.

    An extension that the server offers and that this user may create is created first.
    """
    if await _queries.one(connection, "fetch_fact", name="timescaledb") is not None:
        return
    if await _queries.one(connection, "fetch_offered_timescale") is not None:
        await _try_to_create(connection)
    found = await _queries.one(connection, "fetch_timescale")
    version = usable_version(found["version"], found["licence"]) if found else ""
    await _queries.run(connection, "record_timescale", version=version)


def usable_version(version: str, licence: str) -> str:
    """The version, or an empty text where its licence leaves out what we use. Raises MigrationError if too old."""
    if licence != _COMMUNITY:
        return ""
    if tuple(int(part) for part in version.split("-")[0].split(".")[:2]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise MigrationError(
            f"TimescaleDB {version} is too old; Servicelane needs {oldest} or later. Update it (alter extension "
            "timescaledb update), or drop the extension from this database to use plain tables."
        )
    return version


async def has_timescale(connection: Connection) -> bool:
    """What was found when the database was first migrated."""
    row = await _queries.one(connection, "fetch_fact", name="timescaledb")
    return row is not None and row["value"] != ""


async def _try_to_create(connection: Connection) -> None:
    """Refused where the user may not: plain PostgreSQL it is then."""
    try:
        async with connection.transaction():
            await connection.execute("create extension if not exists timescaledb")
    except psycopg.Error:
        return
