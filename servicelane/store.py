"""What the demo, `servicelane status` and `servicelane faults` read from the published views."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from database.connection import Connection
from database.queries import Queries

_queries: Final = Queries(Path(__file__).parent / "queries")

Row = dict[str, Any]


async def fetch_findings(connection: Connection) -> list[Row]:
    return await _queries.all(connection, "fetch_findings")


async def fetch_car_faults(connection: Connection, vin: str) -> list[Row] | None:
    """The worst first; None where no such car is enrolled."""
    rows = await _queries.all(connection, "fetch_car_faults", vin=vin)
    return [row for row in rows if row["isolation_id"] is not None] if rows else None


async def fetch_due(connection: Connection) -> list[Row]:
    return await _queries.all(connection, "fetch_due")


async def fetch_owner(connection: Connection, vin: str) -> str | None:
    row = await _queries.one(connection, "fetch_owner", vin=vin)
    return row["owner_id"] if row else None


async def count_progress(connection: Connection) -> Row:
    row = await _queries.one(connection, "count_progress")
    assert row is not None  # a select of counts has one row
    return row
