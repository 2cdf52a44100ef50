"""The tables of trouble codes: reports as they came, and what follows from them. Rows are written where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from diagnostics.code_reports import CodeReport
from diagnostics.code_rows import CodeRows, Row

_queries: Final = Queries(Path(__file__).parent / "queries")
_INSERTS: Final = {
    "code_episodes": "insert_code_episode",
    "code_events": "insert_code_event",
    "code_transitions": "insert_code_transition",
}

_SYMPTOM_COLUMNS: Final = (
    "code",
    "severity",
    "first_seen_at",
    "confirmed_at",
    "healed_at",
    "ended_at",
    "titles",
    "suppressed_by",
)

Differences = Mapping[str, Mapping[int, Sequence[Row]]]
"""By table and vehicle, all rows that it should have."""


async def count_code_reports(connection: Connection, until_s: Mapping[int, float]) -> dict[int, int]:
    """By vehicle, those up to an instant of each; a car without any is left out."""
    asked = {"vehicle_ids": list(until_s), "until_s": list(until_s.values())}
    rows = await _queries.all(connection, "count_code_reports", **asked)
    return {row["vehicle_id"]: row["reports"] for row in rows}


async def fetch_code_reports(connection: Connection, after_s: Mapping[int, float]) -> dict[int, list[CodeReport]]:
    """By vehicle, those after an instant of each, in the car's order; a car without any is left out."""
    found: dict[int, list[CodeReport]] = {}
    asked = {"vehicle_ids": list(after_s), "after_s": list(after_s.values())}
    for row in await _queries.all(connection, "fetch_code_reports", **asked):
        found.setdefault(row["vehicle_id"], []).append(_report(row))
    return found


async def fetch_differences(connection: Connection, derived: Mapping[int, CodeRows]) -> Differences:
    """Of the cars and tables whose stored rows are not those that are derived, the latter."""
    differing: dict[str, dict[int, Sequence[Row]]] = {}
    for table in _INSERTS:
        stored: dict[int, list[Row]] = {}
        for row in await _queries.all(connection, f"fetch_{table}", vehicle_ids=list(derived)):
            stored.setdefault(row.pop("vehicle_id"), []).append(row)
        for vehicle_id, rows in derived.items():
            if stored.get(vehicle_id, []) != list(rows[table]):
                differing.setdefault(table, {})[vehicle_id] = rows[table]
    return differing


async def replace(connection: Connection, differences: Differences) -> None:
    for table, by_vehicle in differences.items():
        await _queries.run(connection, f"delete_{table}", vehicle_ids=list(by_vehicle))
        written = [_storable(row) | {"vehicle_id": car} for car, rows in by_vehicle.items() for row in rows]
        if written:
            await _queries.many(connection, _INSERTS[table], written)


def plain_episodes(derived: Mapping[int, CodeRows]) -> list[Row]:
    """What isolation looks at of the episodes of these cars, as JSON holds it."""
    return [
        {name: _plain(row[name]) for name in _SYMPTOM_COLUMNS} | {"vehicle_id": vehicle_id}
        for vehicle_id, rows in derived.items()
        for row in rows["code_episodes"]
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _storable(row: Row) -> dict[str, Any]:
    return {name: Jsonb(value) if isinstance(value, dict | list) else value for name, value in row.items()}


def _report(row: Row) -> CodeReport:
    return CodeReport(
        at_s=row["at_s"],
        ecu=row["ecu"],
        complete=row["complete"],
        cleared=row["cleared"],
        codes={int(one["code"]): one for one in row["codes"]},
        system=row["system"],
        scope=row["scope"],
        status_mask=row["status_mask"],
        lamps=row["lamps"],
        order=(row["boot_number"], row["boot_id"], row["sequence"]),
    )
