"""The tables of isolated faults and of what workshops told, in the schema `diagnostics`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from diagnostics.findings import instant
from diagnostics.isolation.calibration import Case
from diagnostics.isolation.isolating import Car, Isolation, Report
from diagnostics.isolation.symptoms import FINDING, Symptom, named
from diagnostics.isolation.weights import Confirmed
from telemetry_schema.workshop_reports import WorkshopReport

_queries: Final = Queries(Path(__file__).parent.parent / "queries")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Findings and codes as a transaction will leave them, while it has not written yet.

    `findings` are rows of the table as JSON holds them; they and `withdrawn` stand in place of stored ones with their
    ids. `episodes` are all rows of the cars in `recoded`.
    """

    findings: Sequence[Row] = ()
    withdrawn: Sequence[UUID] = ()
    recoded: Sequence[int] = ()
    episodes: Sequence[Row] = ()


ALL_WRITTEN: Final = Unwritten()


async def share_weights(connection: Connection) -> None:
    """Waits for those who add confirmed causes; they then wait for the end of this transaction."""
    await _queries.one(connection, "share_weights")


async def own_weights(connection: Connection) -> None:
    """Waits for everybody who isolates faults; they then wait for the end of this transaction."""
    await _queries.one(connection, "own_weights")


async def fetch_cars(
    connection: Connection, vehicle_ids: Sequence[int], unwritten: Unwritten = ALL_WRITTEN
) -> dict[int, Car]:
    """Those of these cars that have symptoms, by number."""
    rows = await _queries.all(
        connection,
        "fetch_symptoms",
        vehicle_ids=list(vehicle_ids),
        findings=Jsonb(unwritten.findings),
        replaced=[*unwritten.withdrawn, *(UUID(row["finding_id"]) for row in unwritten.findings)],
        recoded=list(unwritten.recoded),
        episodes=Jsonb(unwritten.episodes),
    )
    symptoms: dict[int, list[Symptom]] = {}
    for row in rows:
        symptoms.setdefault(row["vehicle_id"], []).append(_symptom(row))
    reports = await _fetch_reports(connection, list(symptoms))
    names = {row["vehicle_id"]: row for row in rows}
    return {
        number: Car(names[number]["vin"], names[number]["model"], tuple(known), tuple(reports.get(number, ())))
        for number, known in symptoms.items()
    }


async def fetch_confirmed(connection: Connection, entry_ids: Iterable[str] | None = None) -> list[Confirmed]:
    """What workshops confirmed of faults with one of these symptoms; of all faults without."""
    wanted = None if entry_ids is None else sorted(entry_ids)
    return [Confirmed(**row) for row in await _queries.all(connection, "fetch_confirmed", entry_ids=wanted)]


async def fetch_stated(connection: Connection) -> list[Case]:
    """What technicians were shown before they confirmed a cause."""
    return [Case(**row) for row in await _queries.all(connection, "fetch_stated")]


async def fetch_vehicles_with(connection: Connection, entry_ids: Iterable[str]) -> list[int]:
    rows = await _queries.all(connection, "fetch_vehicles_with_entries", entry_ids=sorted(entry_ids))
    return [row["vehicle_id"] for row in rows]


async def upsert_reports(connection: Connection, reports: Sequence[WorkshopReport]) -> None:
    await _queries.many(connection, "upsert_report", [_report_row(report) for report in reports])


async def fetch_inputs(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, dict[UUID, str]]:
    """By vehicle and fault, the digest of what the stored fault was derived from."""
    found: dict[int, dict[UUID, str]] = {}
    for row in await _queries.all(connection, "fetch_isolation_inputs", vehicle_ids=list(vehicle_ids)):
        found.setdefault(row["vehicle_id"], {})[row["isolation_id"]] = row["inputs"]
    return found


async def delete_isolations(connection: Connection, isolation_ids: Sequence[UUID]) -> None:
    if isolation_ids:
        await _queries.run(connection, "delete_isolations", isolation_ids=list(isolation_ids))


async def upsert_isolations(connection: Connection, isolations: Mapping[int, Sequence[Isolation]]) -> None:
    """By vehicle."""
    rows = [_isolation_row(number, one) for number, of_car in isolations.items() for one in of_car]
    if rows:
        await _queries.run(connection, "upsert_isolations", isolations=Jsonb(rows))


async def _fetch_reports(connection: Connection, vehicle_ids: list[int]) -> dict[int, list[Report]]:
    told: dict[int, list[Report]] = {}
    if vehicle_ids:
        for row in await _queries.all(connection, "fetch_reports", vehicle_ids=vehicle_ids):
            number = row.pop("vehicle_id")
            told.setdefault(number, []).append(Report(**row | {"entry_ids": tuple(row["entry_ids"])}))
    return told


def _symptom(row: Row) -> Symptom:
    kept = {name: row[name] for name in ("first_seen_s", "entry_id", "component", "severity", "ended_s", "firm")}
    fields = set(row["fields"])
    if row["entry_id"].startswith(FINDING) and row["component"]:
        fields.add(named(row["component"]))
    titles = tuple(sorted(row["titles"].items()))
    return Symptom(**kept, fields=tuple(sorted(fields)), titles=titles)


def _report_row(report: WorkshopReport) -> Row:
    return {
        "isolation_id": report.isolation_id,
        "kind": report.kind,
        "subject": report.subject,
        "vehicle_id": report.vehicle_id,
        "value": report.value,
        "workshop_id": report.workshop_id,
        "told_at": datetime.fromtimestamp(report.told_at_ms / 1000, UTC),
        "entry_ids": list(report.symptoms),
        "shown": Jsonb(dict(report.shown)),
    }


def _isolation_row(vehicle_id: int, isolation: Isolation) -> Row:
    """As JSON holds it."""
    statement, fault = isolation.statement, isolation.fault
    return {
        "isolation_id": str(isolation.isolation_id),
        "vehicle_id": vehicle_id,
        "started_at": instant(fault.first_seen_s).isoformat(),
        "ended_at": None if fault.ended_s is None else instant(fault.ended_s).isoformat(),
        "severity": statement.severity,
        "drive": statement.drive,
        "entry_ids": list(fault.entry_ids),
        "symptoms": [_told(one) for one in isolation.symptoms],
        "causes": statement.causes,
        "tests": statement.tests,
        "kit": statement.kit,
        "labour_minutes": statement.labour_minutes,
        "skills": statement.skills,
        "owner_texts": statement.owner,
        "drive_texts": statement.drive_text,
        "results": dict(isolation.results),
        "confirmed_cause": isolation.confirmed_cause,
        "inputs": isolation.inputs,
    }


def _told(symptom: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in symptom.items() if not name.endswith("_s")}
    ended_s = symptom["ended_s"]
    return kept | {
        "first_seen_at": instant(symptom["first_seen_s"]).isoformat(),
        "ended_at": None if ended_s is None else instant(ended_s).isoformat(),
    }
