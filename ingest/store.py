"""The tables of the schema `telemetry`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import sql
from psycopg.types.json import Jsonb

from database.connection import Connection
from database.errors import translated
from database.queries import Queries
from ingest.binary_copy import Column, copy_bytes
from ingest.dead_letter_limit import Overrun
from ingest.latest_state import LatestState, merge

_queries: Final = Queries(Path(__file__).parent / "queries")


class IntakeState(NamedTuple):
    """`stopped_by`: of the newest stop that nobody has ended; `quiet_seconds`: so long the limit is switched off."""

    stopped_by: Overrun | None
    quiet_seconds: float


async def fetch_vehicle_ids(connection: Connection, vins: Sequence[str]) -> dict[str, int]:
    rows = await _queries.all(connection, "fetch_vehicle_ids", vins=list(vins))
    return {row["vin"]: row["vehicle_id"] for row in rows}


async def write_samples(connection: Connection, columns: Sequence[Column]) -> int:
    """Writes rows of `telemetry.samples`, settles what meets an instant that is taken; returns how many are new."""
    await _queries.run(connection, "create_staging")
    await _copy(connection, "staging_samples", columns)
    new = await _queries.run(connection, "insert_samples")
    if new < len(columns[0]):
        await _queries.run(connection, "keep_losing_samples")
        if await _queries.run(connection, "delete_beaten_samples"):
            await _queries.run(connection, "insert_winning_samples")
    await connection.execute("truncate pg_temp.staging_samples")
    return new


async def write_positions(connection: Connection, columns: Sequence[Column]) -> None:
    await _queries.run(connection, "create_position_staging")
    await _copy(connection, "staging_positions", columns)
    await _queries.run(connection, "merge_positions")


async def merge_latest_states(connection: Connection, fresh: Mapping[int, LatestState]) -> None:
    """Brings the latest state of these vehicles forward."""
    rows = await _queries.all(connection, "lock_latest_states", vehicle_ids=sorted(fresh))
    known = {row["vehicle_id"]: row for row in rows}
    merged = {vehicle_id: merge(known.get(vehicle_id), state) for vehicle_id, state in sorted(fresh.items())}
    await _queries.many(
        connection,
        "upsert_latest_state",
        [
            {
                "vehicle_id": vehicle_id,
                "last_recorded_at": state.last_recorded_at,
                "last_received_at": state.last_received_at,
                "clock_quality": state.clock_quality,
                "signals": Jsonb(state.signals),
            }
            for vehicle_id, state in merged.items()
        ],
    )


async def insert_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    await _insert(connection, "insert_event", rows)


async def insert_dtc_reports(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    await _insert(connection, "insert_dtc_report", rows)


async def insert_command_results(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    await _insert(connection, "insert_command_result", rows)


async def insert_drops(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    await _insert(connection, "insert_drop", rows)


async def insert_quarantine(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    await _insert(connection, "insert_quarantine", rows)


async def fetch_intake(connection: Connection, part: str) -> IntakeState:
    row = await _queries.one(connection, "fetch_intake", part=part)
    assert row is not None  # an aggregate has one row
    stopped_by = None if row["affected"] is None else Overrun(row["affected"], row["heard"])
    return IntakeState(stopped_by, row["quiet_seconds"] or 0.0)


async def insert_intake_stop(connection: Connection, part: str, found: Overrun) -> None:
    await _queries.run(connection, "insert_intake_stop", part=part, affected=found.affected, heard=found.heard)


async def resume_intake(connection: Connection, part: str | None, resumed_by: str, *, quiet_seconds: float) -> int:
    """Ends the stops of this part (None: of every part) and returns how many there were."""
    return await _queries.run(
        connection, "resume_intake", part=part, resumed_by=resumed_by, quiet_seconds=quiet_seconds
    )


async def _insert(connection: Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await _queries.many(connection, name, rows)


async def _copy(connection: Connection, table: str, columns: Sequence[Column]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("copy pg_temp.{} ({}) from stdin (format binary)").format(sql.Identifier(table), names)
    with translated():
        async with connection.cursor() as cursor, cursor.copy(statement) as copy:
            await copy.write(copy_bytes(columns))
