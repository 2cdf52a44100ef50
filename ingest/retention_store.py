"""Deletes old rows of the schema `telemetry`, a few at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from database.connection import Connection
from database.queries import Queries

BEFORE_EVERY_CAR: Final = 0
_CARS_AT_ONCE: Final = 50
_ROWS_OF_A_CAR: Final = 200
_ROWS_AT_ONCE: Final = 2_000
"""Short transactions: one that writes for long holds the readers of the stream back."""

_INSTANTS: Final = {"samples": "recorded_at", "positions": "recorded_at"}
_queries: Final = Queries(Path(__file__).parent / "queries" / "retention")
_timescale: Final = Queries(Path(__file__).parent / "queries" / "timescale")


async def delete_old_of_cars(
    connection: Connection, table: str, before: datetime, after: int
) -> tuple[int | None, int]:
    """Of the next cars after `after`: the last of them (None: there is none) and how many rows were deleted."""
    row = await _queries.one(
        connection,
        "delete_old_of_cars",
        target=table,
        instant=_INSTANTS.get(table, "bucket_at"),
        before=before,
        after=after,
        cars=_CARS_AT_ONCE,
        maximum=_ROWS_OF_A_CAR,
    )
    return (row["last_vehicle_id"], row["deleted"]) if row else (None, 0)


async def delete_old_rows(connection: Connection, table: str, before: datetime) -> tuple[int, int]:
    """How many rows went, and how many of those were quarantined messages that nobody had driven again."""
    name = f"delete_old_{table}"
    if table != "quarantine":
        return await _queries.run(connection, name, before=before, maximum=_ROWS_AT_ONCE), 0
    row = await _queries.one(connection, name, before=before, maximum=_ROWS_AT_ONCE)
    return (row["deleted"], row["unresolved"]) if row else (0, 0)


async def fetch_retention_policies(connection: Connection) -> dict[str, timedelta]:
    """TimescaleDB: by hypertable or continuous aggregate."""
    rows = await _timescale.all(connection, "fetch_retention_policies")
    return {row["name"]: row["drop_after"] for row in rows}


async def set_retention_policy(connection: Connection, table: str, kept: timedelta | None) -> None:
    """TimescaleDB; None: no policy."""
    await _timescale.all(connection, "remove_retention_policy", name=f"telemetry.{table}")
    if kept:
        await _timescale.all(connection, "add_retention_policy", name=f"telemetry.{table}", drop_after=kept)
