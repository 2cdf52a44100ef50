"""The tables of the schema `planner`, and what the plan reads of other packages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NewType
from uuid import UUID

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from maintenance_planner.changes import Change, Told
from maintenance_planner.models import (
    Basis,
    Finding,
    FirstSight,
    IntervalStatus,
    Planned,
    Recommendation,
    ServiceRecord,
    Span,
    Trip,
    Vehicle,
    VehicleDay,
)
from maintenance_planner.planning import CarPlan
from maintenance_planner.usage import Usage
from maintenance_planner.verification import CodeEpisode, Verification
from maintenance_planner.wear.observed_json import json_of_observations, observations_of_json
from maintenance_planner.wear.observing import Observation

NewDays = NewType("NewDays", str)
"""Days of one car as the database has put them into JSON, and will read them again; nobody else looks inside."""

_queries: Final = Queries(Path(__file__).parent / "queries")


async def fetch_vehicles(connection: Connection, vins: Sequence[str]) -> list[Vehicle]:
    return [Vehicle(**row) for row in await _queries.all(connection, "fetch_vehicles", vins=list(vins))]


async def fetch_vehicle_ids(connection: Connection, after: int, maximum: int, share: int, shares: int) -> list[int]:
    """The next cars that were planned once, of one share of several."""
    rows = await _queries.all(connection, "fetch_vehicle_ids", after=after, maximum=maximum, share=share, shares=shares)
    return [row["vehicle_id"] for row in rows]


async def fetch_vehicles_by_id(connection: Connection, vehicle_ids: Sequence[int]) -> list[Vehicle]:
    rows = await _queries.all(connection, "fetch_vehicles_by_id", vehicle_ids=list(vehicle_ids))
    return [Vehicle(**row) for row in rows]


async def fetch_vehicle(connection: Connection, vehicle_id: int) -> Vehicle | None:
    row = await _queries.one(connection, "fetch_vehicle", vehicle_id=vehicle_id)
    return Vehicle(**row) if row else None


async def lock_vehicles(connection: Connection, vehicle_ids: Iterable[int]) -> None:
    """Until the transaction ends nobody else plans these cars."""
    await _queries.all(connection, "lock_vehicles", vehicle_ids=sorted(vehicle_ids))


async def fetch_planned(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, Planned]:
    rows = await _queries.all(connection, "fetch_planned", vehicle_ids=list(vehicle_ids))
    return {
        row["vehicle_id"]: Planned(
            row["now_at"],
            row["odometer_known"],
            row["findings_digest"],
            _first(row),
            row["days_known"],
            row["as_of_at"],
        )
        for row in rows
    }


async def fetch_findings(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, list[Finding]]:
    """In the order of their ids, by vehicle."""
    findings: dict[int, list[Finding]] = defaultdict(list)
    for row in await _queries.all(connection, "fetch_findings", vehicle_ids=list(vehicle_ids)):
        findings[row.pop("vehicle_id")].append(Finding(**row))
    return findings


async def fetch_findings_digests(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, str]:
    """By vehicle; the same for the same findings."""
    rows = await _queries.all(connection, "fetch_findings_digests", vehicle_ids=list(vehicle_ids))
    return {row["vehicle_id"]: row["digest"] for row in rows}


async def fetch_span(connection: Connection, vehicle_id: int) -> Span | None:
    """None where no sample of the car is stored."""
    row = await _queries.one(connection, "fetch_span", vehicle_id=vehicle_id)
    return Span(_first(row), row["now_at"], row["odometer_known"]) if row else None


async def fetch_new_days(connection: Connection, vehicle_id: int, from_at: datetime, to_at: datetime) -> NewDays:
    """What the samples and events between these instants say of each day, joined with what was known. Not written."""
    row = await _queries.one(connection, "fetch_new_days", vehicle_id=vehicle_id, from_at=from_at, to_at=to_at)
    return NewDays(row["days"] if row else "[]")


async def upsert_days(connection: Connection, new_days: Sequence[NewDays]) -> None:
    """The same again changes nothing."""
    await _queries.run(connection, "upsert_days", days=list(new_days))


async def fetch_days(
    connection: Connection, now_by_vehicle: Mapping[int, datetime], new_days: Sequence[NewDays] = ()
) -> dict[int, list[VehicleDay]]:
    """In the order of time, by vehicle, each up to its own now; `new_days` as if they were written."""
    days: dict[int, list[VehicleDay]] = defaultdict(list)
    rows = await _queries.all(
        connection,
        "fetch_days",
        vehicle_ids=list(now_by_vehicle),
        now_ats=list(now_by_vehicle.values()),
        new_days=list(new_days),
    )
    for row in rows:
        row["levels"] = row["levels"] or {}
        days[row.pop("vehicle_id")].append(VehicleDay(**row))
    return days


async def fetch_trips(connection: Connection, vehicle_id: int, now: datetime) -> list[Trip]:
    rows = await _queries.all(connection, "fetch_trips", vehicle_id=vehicle_id, now_at=now)
    return [Trip(**row) for row in rows]


async def fetch_service_records(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, list[ServiceRecord]]:
    """The newest first, by vehicle."""
    records: dict[int, list[ServiceRecord]] = defaultdict(list)
    for row in await _queries.all(connection, "fetch_service_records", vehicle_ids=list(vehicle_ids)):
        records[row.pop("vehicle_id")].append(ServiceRecord(**row))
    return records


async def upsert_service_record(
    connection: Connection, vehicle_id: int, record: ServiceRecord, note: str | None = None
) -> bool:
    """False where it is known already. Raises RefusedValueError where the odometer is below 0 or absurd."""
    written = await _queries.run(
        connection,
        "upsert_service_record",
        vehicle_id=vehicle_id,
        item=record.item,
        performed_on=record.performed_on,
        odometer_km=record.odometer_km,
        source=record.source,
        note=note,
    )
    return written > 0


async def upsert_usage(connection: Connection, plans: Sequence[tuple[int, CarPlan]]) -> None:
    await _queries.many(connection, "upsert_usage", [_usage_row(vehicle_id, plan) for vehicle_id, plan in plans])


async def insert_changes(connection: Connection, changes: Sequence[tuple[int, Change, datetime]]) -> None:
    """Each with the car and the car's instant at which it was told."""
    await _queries.many(connection, "insert_change", [_change_row(*change) for change in changes])


async def upsert_verifications(connection: Connection, verifications: Sequence[tuple[int, Verification]]) -> None:
    rows = [{"vehicle_id": vehicle_id, **asdict(one), "texts": Jsonb(one.texts)} for vehicle_id, one in verifications]
    await _queries.many(connection, "upsert_verification", rows)


async def fetch_usage(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, Usage]:
    """As the last planning by the worker counted it."""
    rows = await _queries.all(connection, "fetch_usage", vehicle_ids=list(vehicle_ids))
    return {row["vehicle_id"]: Usage(**row["usage"]) for row in rows}


async def fetch_wear_days(
    connection: Connection, vehicle_id: int, until: date, new_days: Sequence[NewDays] = ()
) -> list[tuple[date, dict[str, float]]]:
    """What each day up to that one said of wear, in the order of time; `new_days`, of this car, as if written."""
    rows = await _queries.all(
        connection, "fetch_wear_days", vehicle_id=vehicle_id, until=until, new_days=list(new_days)
    )
    return [(row["day"], row["told"]) for row in rows]


async def fetch_wear(
    connection: Connection, vehicle_ids: Sequence[int]
) -> dict[int, tuple[datetime, list[Observation]]]:
    """As the last planning by the worker observed it; what an earlier version observed in another way is left out."""
    rows = await _queries.all(connection, "fetch_wear", vehicle_ids=list(vehicle_ids))
    kept = {row["vehicle_id"]: (row["observed_at"], observations_of_json(row["observed"])) for row in rows}
    return {vehicle_id: seen for vehicle_id, seen in kept.items() if seen[1]}


async def upsert_wear(connection: Connection, observed: Mapping[int, tuple[datetime, Sequence[Observation]]]) -> None:
    """By vehicle: as of when, and what was observed."""
    rows = [
        {"vehicle_id": vehicle_id, "observed_at": at, "observed": Jsonb(json_of_observations(seen))}
        for vehicle_id, (at, seen) in observed.items()
    ]
    await _queries.many(connection, "upsert_wear", rows)


async def fetch_codes(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, list[CodeEpisode]]:
    codes: dict[int, list[CodeEpisode]] = defaultdict(list)
    for row in await _queries.all(connection, "fetch_codes", vehicle_ids=list(vehicle_ids)):
        codes[row.pop("vehicle_id")].append(CodeEpisode(**row))
    return codes


async def fetch_told(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, dict[UUID, Told]]:
    """The newest entry of each recommendation's log, by vehicle."""
    told: dict[int, dict[UUID, Told]] = defaultdict(dict)
    for row in await _queries.all(connection, "fetch_told", vehicle_ids=list(vehicle_ids)):
        vehicle_id, basis = row.pop("vehicle_id"), Basis(**row.pop("basis"))
        told[vehicle_id][row["recommendation_id"]] = Told(**row, basis=basis)
    return told


async def upsert_recommendations(connection: Connection, recommendations: Sequence[tuple[int, Recommendation]]) -> int:
    """How many rows are new or say something else now."""
    return await _queries.many(
        connection, "upsert_recommendation", [_recommendation_row(*one) for one in recommendations]
    )


async def delete_other_recommendations(
    connection: Connection, vehicle_ids: Sequence[int], kept: Iterable[Recommendation]
) -> None:
    kept_ids = [one.recommendation_id for one in kept]
    await _queries.run(connection, "delete_recommendations", vehicle_ids=list(vehicle_ids), kept_ids=kept_ids)


async def replace_statuses(connection: Connection, statuses: Sequence[tuple[int, Sequence[IntervalStatus]]]) -> None:
    """Writes what changed, and deletes the items of these cars that are not named."""
    rows = [_status_row(vehicle_id, status) for vehicle_id, of_car in statuses for status in of_car]
    await _queries.many(connection, "upsert_service_status", rows)
    await _queries.run(
        connection,
        "delete_service_statuses",
        vehicle_ids=[vehicle_id for vehicle_id, _ in statuses],
        kept_vehicle_ids=[row["vehicle_id"] for row in rows],
        kept_items=[row["item"] for row in rows],
    )


async def upsert_planned(connection: Connection, planned: Mapping[int, Planned]) -> None:
    await _queries.many(connection, "upsert_planned", [_planned_row(*one) for one in planned.items()])


def _planned_row(vehicle_id: int, planned: Planned) -> dict[str, Any]:
    return {
        "vehicle_id": vehicle_id,
        "now_at": planned.now_at,
        "odometer_known": planned.odometer_known,
        "findings_digest": planned.findings_digest,
        "first_recorded_at": planned.first.recorded_at,
        "first_odometer_km": planned.first.odometer_km,
        "as_of_at": planned.as_of_at,
    }


def _usage_row(vehicle_id: int, plan: CarPlan) -> dict[str, Any]:
    return {
        "vehicle_id": vehicle_id,
        "usage": Jsonb(asdict(plan.usage)),
        "km_per_day": Jsonb(plan.km_per_day._asdict()) if plan.km_per_day else None,
        "odometer_texts": Jsonb(plan.odometer_texts),
        "plan_name": plan.plan_name,
        "plan_version": plan.plan_version,
        "visits": Jsonb(plan.visits, dumps=_dumps),
        "predictions": Jsonb(plan.predictions, dumps=_dumps),
        "guarantees": Jsonb([{"name": one.name, "titles": one.titles} for one in plan.guarantees]),
    }


def _recommendation_row(vehicle_id: int, one: Recommendation) -> dict[str, Any]:
    return {
        "recommendation_id": one.recommendation_id,
        "vehicle_id": vehicle_id,
        "item": one.item,
        "urgency": one.urgency,
        "due_at": one.due_at,
        "latest_safe_at": one.latest_safe_at,
        "titles": Jsonb(one.titles),
        "reasons": Jsonb(one.reasons),
        "operations": Jsonb(one.operations),
        "finding_ids": one.finding_ids,
        "details": Jsonb(one.details, dumps=_dumps),
    }


def _change_row(vehicle_id: int, change: Change, changed_at: datetime) -> dict[str, Any]:
    told = change.told
    return {
        "recommendation_id": told.recommendation_id,
        "number": told.number,
        "vehicle_id": vehicle_id,
        "item": told.item,
        "kind": told.kind,
        "changed_at": changed_at,
        "urgency": told.urgency,
        "due_at": told.due_at,
        "latest_safe_at": told.latest_safe_at,
        "basis": Jsonb(asdict(told.basis)),
        "texts": Jsonb(change.texts),
    }


def _dumps(value: object) -> str:
    """What is kept as JSON may hold data classes, and instants as text."""
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    """One level only: `asdict` would copy all that is below."""
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    return str(value)


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
        "due_odometer_km": status.due_odometer_km,
        "operations": Jsonb(list(status.operations)),
        "last_on": status.last_on,
    }
