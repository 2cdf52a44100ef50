"""What a person does about the quarantine of a running stack."""

from __future__ import annotations

import asyncio
import getpass
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from booking_api import quarantine
from booking_api.errors import NotFoundError
from booking_api.languages import in_language
from booking_api.quarantine import Filter, Requested
from booking_api.store import Row, count_quarantine, fetch_quarantine
from database.connection import Pool, connect, open_pool
from ingest import store as ingest_store
from servicelane.local_stream import stream_of
from servicelane.state_file import StackState, read_state
from telemetry_schema.refusal_advice import advice

_REDRIVE_SECONDS: Final = 60.0
_MESSAGES_AT_ONCE: Final = 1000


async def list_messages(console: Console, data_folder: Path, wanted: Filter) -> int:
    state = _running(console, data_folder)
    if state is None:
        return 1
    async with await connect(state.database_url) as connection:
        counts = await count_quarantine(connection)
        rows = await quarantine.kept_messages(connection, wanted)
    _print_counts(console, counts)
    _print_rows(console, rows)
    return 0


async def show(console: Console, data_folder: Path, quarantine_id: int) -> int:
    state = _running(console, data_folder)
    if state is None:
        return 1
    async with await connect(state.database_url) as connection:
        try:
            found = await quarantine.kept_message(connection, quarantine_id)
        except NotFoundError as error:
            console.print(f"[red]{error}[/]")
            return 1
    _print_pairs(console, {name: value for name, value in found.row.items() if value is not None})
    _print_pairs(console, found.decoded, title="what can be read of it today")
    console.print(f"[bold]What to do:[/] {escape(in_language(found.advice, 'en'))}")
    if found.row["disposition"] == "quarantined" and found.row["redriven_at"] is None:
        console.print(f"servicelane quarantine redrive {quarantine_id}   (--clock-offset-ms N for a wrong clock)")
    return 0


async def redrive(
    console: Console, data_folder: Path, numbers: Sequence[int], wanted: Filter, clock_offset_ms: int | None
) -> int:
    """Asks, waits until ingest has tried, and says what came of it. 0 where everything named is stored."""
    state = _running(console, data_folder)
    if state is None:
        return 1
    async with open_pool(state.database_url, maximum=2) as pool:
        chosen = list(numbers) or await _chosen(pool, wanted)
        if not chosen:
            console.print("Nothing waits that fits.")
            return 0
        before = await _attempts(pool, chosen)
        requested = await _request(pool, state.stream_environment, chosen, clock_offset_ms)
        for number, why in requested.passed_over.items():
            console.print(f"{number}: passed over, {in_language(why, 'en')}")
        return await _report(console, pool, requested, before)


async def resume(console: Console, data_folder: Path, quiet_minutes: float) -> int:
    state = _running(console, data_folder)
    if state is None:
        return 1
    async with await connect(state.database_url) as connection:
        ended = await ingest_store.resume_intake(connection, None, getpass.getuser(), quiet_seconds=quiet_minutes * 60)
    console.print("Ingest goes on." if ended else "Ingest has not stopped; nothing to do.")
    return 0


def _running(console: Console, data_folder: Path) -> StackState | None:
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one.")
    return state


async def _chosen(pool: Pool, wanted: Filter) -> list[int]:
    async with pool.connection() as connection:
        return [row["quarantine_id"] for row in await quarantine.kept_messages(connection, wanted)]


async def _request(
    pool: Pool, stream_environment: Mapping[str, str], chosen: Sequence[int], clock_offset_ms: int | None
) -> Requested:
    asked: list[int] = []
    passed_over: dict[int, Any] = {}
    async with stream_of(pool, stream_environment) as stream:
        for start in range(0, len(chosen), _MESSAGES_AT_ONCE):
            portion = chosen[start : start + _MESSAGES_AT_ONCE]
            async with pool.connection() as connection:
                done = await quarantine.request_redrive(connection, stream, portion, getpass.getuser(), clock_offset_ms)
            asked += done.quarantine_ids
            passed_over |= done.passed_over
    return Requested(tuple(asked), passed_over)


async def _attempts(pool: Pool, numbers: Sequence[int]) -> dict[int, int]:
    return {row["quarantine_id"]: row["attempts"] for row in await _rows(pool, numbers)}


async def _rows(pool: Pool, numbers: Sequence[int]) -> list[Row]:
    async with pool.connection() as connection:
        return await fetch_quarantine(connection, quarantine_ids=list(numbers), maximum=len(numbers))


async def _report(console: Console, pool: Pool, requested: Requested, before: dict[int, int]) -> int:
    numbers = requested.quarantine_ids
    deadline = time.monotonic() + _REDRIVE_SECONDS
    rows = await _rows(pool, numbers)
    while any(row["attempts"] <= before[row["quarantine_id"]] for row in rows) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        rows = await _rows(pool, numbers)
    tried = [row for row in rows if row["attempts"] > before[row["quarantine_id"]]]
    outcomes = Counter(row["outcome"] or f"still quarantined: {row['reason']}" for row in tried)
    for outcome, count in outcomes.most_common():
        console.print(f"{count:,} {outcome}")
    if len(tried) < len(rows):
        console.print(f"{len(rows) - len(tried):,} not tried yet; is the writer running? `servicelane status` says so.")
    settled = all(row["redriven_at"] for row in tried) and len(tried) == len(rows)
    return 0 if settled and not requested.passed_over else 1


def _print_counts(console: Console, counts: Sequence[Row]) -> None:
    if not counts:
        console.print("Nothing waits in the quarantine.")
        return
    table = Table("reason", "disposition", "messages", "cars", "last received", "what to do", box=None)
    for row in counts:
        table.add_row(
            row["reason"],
            row["disposition"],
            f"{row['messages']:,}",
            f"{row['cars']:,}",
            f"{row['last_received_at']:%Y-%m-%d %H:%M:%S}",
            in_language(advice(row["reason"]), "en"),
        )
    console.print(table)


def _print_rows(console: Console, rows: Sequence[Row]) -> None:
    if not rows:
        return
    table = Table("number", "received", "vin", "reason", "sequence", "frames", "tried", "what became of it", box=None)
    for row in rows:
        became = row["outcome"] or ("waits" if row["disposition"] == "quarantined" else row["disposition"])
        table.add_row(
            str(row["quarantine_id"]),
            f"{row['received_at']:%Y-%m-%d %H:%M:%S}",
            escape(row["vin"] or "?"),
            row["reason"],
            str(row["sequence"] or "?"),
            str(row["frames"]),
            str(row["attempts"]),
            became,
        )
    console.print(table)
    console.print(
        "servicelane quarantine show NUMBER, servicelane quarantine redrive NUMBER… or --vin, --reason, --since"
    )


def _print_pairs(console: Console, pairs: dict[str, Any], title: str | None = None) -> None:
    table = Table("", "", box=None, show_header=False, title=title, title_justify="left")
    for name, value in pairs.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        table.add_row(name.replace("_", " "), escape(shown))
    console.print(table)
