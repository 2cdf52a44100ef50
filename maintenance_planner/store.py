"""The tables of the schema `planner`, and what the plan reads of other packages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from maintenance_planner.models import (
    Finding,
    FirstSight,
    IntervalStatus,
    OdometerReading,
    Planned,
    Recommendation,
    ServiceRecord,
    Span,
    Trip,
    Vehicle,
)

_queries: Final = Queries(Path(__file__).parent / "queries")


async def fetch_vehicles(connection: Connection, vins: Sequence[str]) -> list[Vehicle]:
    return [Vehicle(**row) for row in await _queries.all(connection, "fetch_vehicles", vins=list(vins))]


async def fetch_vehicle(connection: Connection, vehicle_id: int) -> Vehicle | None:
    row = await _queries.one(connection, "fetch_vehicle", vehicle_id=vehicle_id)
    return Vehicle(**row) if row else None


async def lock_vehicles(connection: Connection, vehicle_ids: Iterable[int]) -> None:
    """Until the transaction ends nobody else plans these cars."""
    await _queries.all(connection, "lock_vehicles", vehicle_ids=sorted(vehicle_ids))


async def fetch_planned(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, Planned]:
    rows = await _queries.all(connection, "fetch_planned", vehicle_ids=list(vehicle_ids))
    return {
        row["vehicle_id"]: Planned(row["now_at"], row["odometer_known"], row["findings_digest"], _first(row))
        for row in rows
    }


async def fetch_findings(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, list[Finding]]:
    """In the order of their ids, by vehicle."""
    findings: dict[int, list[Finding]] = defaultdict(list)
    for row in await _queries.all(connection, "fetch_findings", vehicle_ids=list(vehicle_ids)):
        findings[row.pop("vehicle_id")].append(Finding(**row))
    return findings


async def fetch_span(connection: Connection, vehicle_id: int) -> Span | None:
    """None where no sample of the car is stored."""
    row = await _queries.one(connection, "fetch_span", vehicle_id=vehicle_id)
    return Span(_first(row), row["now_at"], row["odometer_known"]) if row else None


async def fetch_readings(connection: Connection, vehicle_id: int, now: datetime) -> list[OdometerReading]:
    rows = await _queries.all(connection, "fetch_readings", vehicle_id=vehicle_id, now_at=now)
    return [OdometerReading(**row) for row in rows]


async def fetch_trips(connection: Connection, vehicle_id: int, now: datetime) -> list[Trip]:
    rows = await _queries.all(connection, "fetch_trips", vehicle_id=vehicle_id, now_at=now)
    return [Trip(**row) for row in rows]


async def fetch_last_services(connection: Connection, vehicle_id: int) -> dict[str, ServiceRecord]:
    rows = await _queries.all(connection, "fetch_last_services", vehicle_id=vehicle_id)
    return {row["item"]: ServiceRecord(**row) for row in rows}


async def upsert_service_record(
    connection: Connection, vehicle_id: int, item: str, performed_on: date, odometer_km: float, source: str
) -> None:
    """Raises RefusedValueError where the odometer is below 0 or absurd."""
    await _queries.run(
        connection,
        "upsert_service_record",
        vehicle_id=vehicle_id,
        item=item,
        performed_on=performed_on,
        odometer_km=odometer_km,
        source=source,
    )


async def upsert_recommendation(connection: Connection, vehicle_id: int, one: Recommendation) -> bool:
    """False where the row says that already."""
    written = await _queries.run(
        connection,
        "upsert_recommendation",
        recommendation_id=one.recommendation_id,
        vehicle_id=vehicle_id,
        item=one.item,
        urgency=one.urgency,
        due_at=one.due_at,
        latest_safe_at=one.latest_safe_at,
        titles=Jsonb(one.titles),
        reasons=Jsonb(one.reasons),
        operations=Jsonb(one.operations),
        finding_ids=one.finding_ids,
    )
    return written > 0


async def delete_other_recommendations(connection: Connection, vehicle_id: int, kept: Sequence[Recommendation]) -> None:
    kept_ids = [one.recommendation_id for one in kept]
    await _queries.run(connection, "delete_recommendations", vehicle_id=vehicle_id, kept_ids=kept_ids)


async def replace_statuses(connection: Connection, vehicle_id: int, statuses: Sequence[IntervalStatus]) -> None:
    """Writes what changed and deletes the items that are not named."""
    rows = [_status_row(vehicle_id, status) for status in statuses]
    await _queries.many(connection, "upsert_service_status", rows)
    kept_items = [status.item for status in statuses]
    await _queries.run(connection, "delete_service_statuses", vehicle_id=vehicle_id, kept_items=kept_items)


async def upsert_planned(connection: Connection, vehicle_id: int, planned: Planned) -> None:
    await _queries.run(
        connection,
        "upsert_planned",
        vehicle_id=vehicle_id,
        now_at=planned.now_at,
        odometer_known=planned.odometer_known,
        findings_digest=planned.findings_digest,
        first_recorded_at=planned.first.recorded_at,
        first_odometer_km=planned.first.odometer_km,
    )


def _first(row: dict[str, Any]) -> FirstSight:
    return FirstSight(row["first_recorded_at"], row["first_odometer_km"])


def _status_row(vehicle_id: int, status: IntervalStatus) -> dict[str, Any]:
    return {
        "vehicle_id": vehicle_id,
        "item": status.item,
        "titles": Jsonb(status.titles),
        "state": str(status.state),
        "remaining_km": status.remaining_km,
        "remaining_days": status.remaining_days,
        "due_at": status.due_at,
        "due_earliest_at": status.due_earliest_at,
        "due_latest_at": status.due_latest_at,
        "assumed": status.assumed,
    }
