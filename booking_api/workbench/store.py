"""What the workbench reads of the schema `booking`, and of what others publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from database.connection import Connection
from database.queries import Queries

Row = dict[str, Any]

_queries: Final = Queries(Path(__file__).parents[1] / "queries")


async def fetch_stays(connection: Connection, workshop_id: str, from_at: datetime, until_at: datetime) -> list[Row]:
    """One row per claim that touches the span: `resource_id`, `booking_id`, `from_at`, `until_at`."""
    span = {"from_at": from_at, "until_at": until_at}
    return await _queries.all(connection, "fetch_stays", workshop_id=workshop_id, **span)


async def fetch_faults_of(connection: Connection, vehicle_ids: Sequence[int]) -> list[Row]:
    """Of several cars, the worst first."""
    return await _queries.all(connection, "fetch_faults_of", vehicle_ids=list(vehicle_ids))


async def fetch_needs(connection: Connection, recommendation_ids: Sequence[UUID]) -> list[Row]:
    """`latest_safe_at` and `details` of recommendations that still stand."""
    return await _queries.all(connection, "fetch_needs", recommendation_ids=list(recommendation_ids))


async def fetch_reserved_parts(connection: Connection, booking_ids: Sequence[UUID]) -> list[Row]:
    return await _queries.all(connection, "fetch_reserved_parts", booking_ids=list(booking_ids))


async def fetch_queue(connection: Connection, workshop_id: str, now: datetime) -> list[Row]:
    """The longest waiting first; the car by its make and model alone."""
    return await _queries.all(connection, "fetch_queue", workshop_id=workshop_id, now=now)


async def fetch_similar_cases(
    connection: Connection, entry_ids: Sequence[str], fault_id: UUID, make: str, model: str
) -> list[Row]:
    asked = {"entry_ids": list(entry_ids), "fault_id": fault_id, "make": make, "model": model}
    return await _queries.all(connection, "fetch_similar_cases", **asked)


async def fetch_code_lives(connection: Connection, vehicle_id: int) -> list[Row]:
    """Freeze frames as {recorded_at, record_number, values: {signal: {value, unit}}}, or null."""
    return await _queries.all(connection, "fetch_code_lives", vehicle_id=vehicle_id)


async def fetch_signals_told(connection: Connection, vehicle_id: int) -> list[str]:
    return [row["signal"] for row in await _queries.all(connection, "fetch_signals_told", vehicle_id=vehicle_id)]
