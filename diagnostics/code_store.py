"""The tables of trouble codes: reports as they came, and what follows from them. Rows are written where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from diagnostics.code_reports import CodeReport
from diagnostics.code_rows import CodeRows, Row

_queries: Final = Queries(Path(__file__).parent / "queries")
_KEYS: Final = {
    "code_episodes": ("ecu", "code", "first_seen_at"),
    "code_events": ("event_id",),
    "code_transitions": ("ecu", "code", "at", "bit"),
}
"""What tells the rows of one car apart."""

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


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of one table, each with its vehicle: those to delete, and those to insert after that."""

    gone: list[Row] = field(default_factory=list)
    come: list[Row] = field(default_factory=list)


Differences = Mapping[str, Difference]
"""By table; one that is as it should be is left out."""


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


async def fetch_differences(
    connection: Connection, derived: Mapping[int, CodeRows], after_s: Mapping[int, float]
) -> Differences:
    """Between what is stored of these cars and what is derived; of transitions those after an instant of each car."""
    differences: dict[str, Difference] = {}
    for table, key in _KEYS.items():
        asked = {"vehicle_ids": list(derived), "after_s": [after_s.get(one, float("-inf")) for one in derived]}
        rows = await _queries.all(connection, f"fetch_{table}", **asked)
        stored = {_key(row, key): row for row in rows}
        wanted = {
            _key(row, key): row
            for vehicle_id, of_car in derived.items()
            for row in ({**one, "vehicle_id": vehicle_id} for one in of_car[table])
        }
        gone = [row for name, row in stored.items() if wanted.get(name) != row]
        come = [row for name, row in wanted.items() if stored.get(name) != row]
        if gone or come:
            differences[table] = Difference(gone, come)
    return differences


def _key(row: Row, names: Sequence[str]) -> tuple[Any, ...]:
    return row["vehicle_id"], *(row[name] for name in names)


async def replace(connection: Connection, differences: Differences) -> None:
    for table, difference in differences.items():
        if difference.gone:
            keys = {name: [row[name] for row in difference.gone] for name in ("vehicle_id", *_KEYS[table])}
            await _queries.run(connection, f"delete_{table}", **keys)
        if difference.come:
            await _queries.run(connection, f"insert_{table}", rows=Jsonb([_plain_row(row) for row in difference.come]))


def plain_episodes(derived: Mapping[int, CodeRows]) -> list[Row]:
    """What isolation looks at of the episodes of these cars, as JSON holds it."""
    return [
        {name: _plain(row[name]) for name in _SYMPTOM_COLUMNS} | {"vehicle_id": vehicle_id}
        for vehicle_id, rows in derived.items()
        for row in rows["code_episodes"]
    ]


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _plain_row(row: Row) -> Row:
    return {name: _plain(value) for name, value in row.items()}


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
