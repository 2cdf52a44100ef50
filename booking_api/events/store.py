"""The outbox `booking.events`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from booking_api.events.cursors import Cursor
from database.connection import Connection
from database.queries import Queries

Row = dict[str, Any]


class FindingNews(NamedTuple):
    """What became of a finding. `severity` 0: withdrawn."""

    occurred_at: datetime
    kind: str
    finding_id: UUID
    vin: str
    severity: int


_queries: Final = Queries(Path(__file__).parents[1] / "queries")


async def insert_event(connection: Connection, kind: str, booking_id: UUID, now: datetime) -> None:
    await _queries.run(connection, "insert_event", kind=kind, booking_id=booking_id, now=now)


async def insert_finding_events(connection: Connection, told: Sequence[FindingNews]) -> None:
    """The same again changes nothing."""
    await _queries.run(
        connection,
        "insert_finding_events",
        occurred_at=[one.occurred_at for one in told],
        kinds=[one.kind for one in told],
        finding_ids=[one.finding_id for one in told],
        vins=[one.vin for one in told],
        severities=[one.severity for one in told],
    )


async def fetch_events(
    connection: Connection, reach: Mapping[str, Any], wanted_of_findings: Sequence[str], after: Cursor, maximum: int
) -> list[Row]:
    """In order, as far as nothing can come before them any more.

    `reach`: as `access.Access` says it of visits; `wanted_of_findings`: by which relations findings are seen.
    """
    place = {"after_transaction": str(after.transaction_id), "after_id": after.event_id}
    place["wanted_of_findings"] = list(wanted_of_findings)
    return await _queries.all(connection, "fetch_events", maximum=maximum, **place, **reach)


async def fetch_booking_events(connection: Connection, booking_id: UUID) -> list[Row]:
    """Everything that has happened to one visit until now, in order."""
    return await _queries.all(connection, "fetch_booking_events", booking_id=booking_id)


async def fetch_end(connection: Connection) -> Cursor:
    row = await _queries.one(connection, "fetch_events_end")
    assert row is not None  # it asks for no row of a table
    return Cursor(int(row["transaction_id"]), int(row["event_id"]))
