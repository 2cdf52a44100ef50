"""The tables of the schema `telemetry`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql

from database.connection import Connection
from database.errors import ConflictError, translated
from database.queries import Queries
from ingest.binary_copy import Column, copy_bytes
from ingest.dead_letter_limit import Overrun
from ingest.messages import Mask, Messages, message_columns
from telemetry_schema.redrives import RedriveRequest

LONGEST_CONTINUITY_BYTES: Final = 100_000
"""Of one boot: an honest car has a range or two; one that leaves gaps on purpose must not slow everybody down."""

RANGES_KEPT: Final = 1_000

_queries: Final = Queries(Path(__file__).parent / "queries")


class IntakeState(NamedTuple):
    """`stopped_by`: of the newest stop that nobody has ended; `quiet_seconds`: so long the limit is switched off."""

    stopped_by: Overrun | None
    quiet_seconds: float


async def fetch_vehicle_ids(connection: Connection, vins: Sequence[str]) -> dict[str, int]:
    rows = await _queries.all(connection, "fetch_vehicle_ids", vins=list(vins))
    return {row["vin"]: row["vehicle_id"] for row in rows}


async def note_messages(connection: Connection, messages: Messages, *, set_aside: bool = False) -> Mask:
    """Adds the messages to what is known of their boots; says of each whether it was known, or stands here twice."""
    repeated = messages.repeated_within()
    staged = message_columns(messages, repeated, set_aside)
    await _stage(connection, "create_message_staging", "staging_messages", staged)
    for row in await _queries.all(connection, "mark_repeated_messages"):
        repeated[row["place"]] = True
    for row in await _queries.all(connection, "merge_continuity", maximum_bytes=LONGEST_CONTINUITY_BYTES):
        await _queries.run(connection, "shorten_continuity", ranges=RANGES_KEPT, **row)
    return repeated


async def write_samples(connection: Connection, samples: Sequence[Column], positions: Sequence[Column]) -> int:
    """Writes rows of `telemetry.samples`, of `telemetry.positions` where there are any; says how many samples are new.

    Straight into the tables, as nearly every frame goes; where one of them meets an instant that is taken, all of them
    take the longer way, on which the versions of that instant are settled.
    """
    try:
        async with connection.transaction():
            await _copy(connection, sql.Identifier("telemetry", "samples"), samples)
            if positions:
                await _copy(connection, sql.Identifier("telemetry", "positions"), positions)
    except ConflictError:
        new = await _settle_samples(connection, samples)
        if positions:
            await _settle_positions(connection, positions)
        return new
    return len(samples[0])


async def _settle_samples(connection: Connection, columns: Sequence[Column]) -> int:
    await _stage(connection, "create_staging", "staging_samples", columns)
    inserted = await _queries.one(connection, "insert_samples")
    spans = await _queries.all(connection, "fetch_taken_spans")
    if spans:
        await _queries.run(connection, "plan_for_settling")
    for span in spans:
        await _queries.run(connection, "keep_losing_samples", **span)
        if await _queries.run(connection, "delete_beaten_samples", **span):
            await _queries.run(connection, "insert_winning_samples", **span)
    return int(inserted["new"]) if inserted else 0


async def _settle_positions(connection: Connection, columns: Sequence[Column]) -> None:
    """Of several versions of an instant only the highest is kept."""
    await _stage(connection, "create_position_staging", "staging_positions", columns)
    await _queries.run(connection, "merge_positions")


async def merge_latest_states(connection: Connection, fresh: Sequence[Column]) -> None:
    """Brings the latest state of these vehicles forward; nothing goes back to what is older."""
    await _stage(connection, "create_latest_staging", "staging_latest", fresh)
    await _queries.run(connection, "merge_latest_states")


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


async def lock_quarantined(connection: Connection, quarantine_ids: Sequence[int]) -> list[dict[str, Any]]:
    return await _queries.all(connection, "lock_quarantined", quarantine_ids=list(quarantine_ids))


async def note_redriven(
    connection: Connection,
    quarantine_id: int,
    outcome: str,
    request: RedriveRequest,
    *,
    boot_id: UUID | None = None,
    sequence: int | None = None,
) -> None:
    """Raises ConflictError where another row of the same bytes bears the name already."""
    await _queries.run(
        connection,
        "note_redriven",
        quarantine_id=quarantine_id,
        outcome=outcome,
        requested_by=request.requested_by,
        clock_offset_ms=request.clock_offset_ms,
        boot_id=boot_id,
        sequence=sequence,
    )


async def note_redrive_failure(connection: Connection, quarantine_id: int, **said: Any) -> None:
    """`said`: reason, detail, disposition, and what is known of boot_id, sequence, frames. Raises ConflictError."""
    await _queries.run(connection, "note_redrive_failure", quarantine_id=quarantine_id, **said)


async def insert_restore(connection: Connection, backup_taken_at: datetime) -> None:
    """Notes that this database was put back: what arrived after `backup_taken_at` and before now is gone."""
    await _queries.run(connection, "insert_restore", backup_taken_at=backup_taken_at)


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


async def _stage(connection: Connection, making: str, table: str, columns: Sequence[Column]) -> None:
    """Fills a temporary table of this connection, which an earlier step of the transaction may have filled."""
    with translated():
        at_once = b"%b;\ndelete from pg_temp.%b" % (_queries.text(making), table.encode())
        await connection.execute(at_once, prepare=False)
    await _copy(connection, sql.Identifier("pg_temp", table), columns)


async def _copy(connection: Connection, table: sql.Identifier, columns: Sequence[Column]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(table, names)
    with translated():
        async with connection.cursor() as cursor, cursor.copy(statement) as copy:
            await copy.write(copy_bytes(columns))
