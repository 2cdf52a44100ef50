"""`servicelane continuity` and `servicelane trace`: what of a car has arrived, and what became of one message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

from booking_api import telemetry_continuity
from booking_api.errors import NotFoundError
from booking_api.telemetry_continuity import BootContinuity, MessageTrace, Span
from database.connection import Connection, open_pool
from servicelane.state_file import read_state

_SPANS_SHOWN = 6


async def continuity(console: Console, data_folder: Path, vin: str) -> int:
    """The exit status: 0 where nothing is missing."""
    boots = await _ask(console, data_folder, lambda connection: telemetry_continuity.continuity(connection, vin))
    if boots is None:
        return 2
    if not boots:
        console.print("Nothing of this car has arrived yet.")
        return 0
    _print_boots(console, boots)
    for boot in boots:
        console.print(f"boot {boot.boot_number}: {judgement(boot)}")
    return 1 if any(boot.missing for boot in boots) else 0


async def trace(console: Console, data_folder: Path, vin: str, boot_id: UUID, sequence: int, frame: int | None) -> int:
    """The exit status: 0 where the message is stored."""
    found = await _ask(
        console, data_folder, lambda connection: telemetry_continuity.trace(connection, vin, boot_id, sequence, frame)
    )
    if found is None:
        return 2
    _print_trace(console, found)
    return 0 if found.state == "stored" else 1


def judgement(boot: BootContinuity) -> str:
    """What the figures of one boot come to, in words."""
    if not boot.missing:
        said = f"everything up to sequence {boot.highest_sequence} is here"
    elif boot.reported_drops:
        said = (
            f"{boot.missing_messages:,} messages are missing ({_shown(boot.missing)}); the car reports "
            f"{boot.reported_drops:,} frames that its buffer gave up in this time: those will not come"
        )
    elif boot.restored_at:
        said = (
            f"{boot.missing_messages:,} messages are missing ({_shown(boot.missing)}); the database was put back from "
            f"a back-up at {boot.restored_at:%Y-%m-%d %H:%M}, and what had arrived after the back-up is gone, for the "
            "car was told that it was stored"
        )
    else:
        said = (
            f"{boot.missing_messages:,} messages are missing ({_shown(boot.missing)}); the car does not report them as "
            "dropped: they are still in the car or on their way"
        )
    return said + _clock(boot.clock_behind_seconds)


def _clock(behind_seconds: float | None) -> str:
    if behind_seconds is None or -1 < behind_seconds < 600:
        return ""
    if behind_seconds < 0:
        return f". Its clock is about {-behind_seconds:,.0f} s ahead of ours"
    return f". Its clock is up to {behind_seconds:,.0f} s behind ours, or everything came so late"


async def _ask(console: Console, data_folder: Path, question: Callable[[Connection], Awaitable[Any]]) -> Any:
    """None, with the reason said, where there is no answer."""
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one.")
        return None
    async with open_pool(state.database_url, maximum=1) as pool, pool.connection() as connection:
        try:
            return await question(connection)
        except NotFoundError as error:
            console.print(f"[red]{error}[/]")
            return None


def _print_boots(console: Console, boots: Sequence[BootContinuity]) -> None:
    table = Table("boot", "id", "stored", "set aside", "missing", "repeats", "last received", "last recorded", box=None)
    for boot in boots:
        table.add_row(
            str(boot.boot_number),
            str(boot.boot_id),
            _shown(boot.stored),
            _shown(boot.set_aside),
            _shown(boot.missing),
            f"{boot.repeats:,}",
            f"{boot.last_received_at:%Y-%m-%d %H:%M:%S}",
            f"{boot.last_recorded_at:%Y-%m-%d %H:%M:%S}" if boot.last_recorded_at else "",
        )
    console.print(table)


def _shown(spans: Sequence[Span]) -> str:
    words = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
    if len(words) > _SPANS_SHOWN:
        words = [*words[: _SPANS_SHOWN - 1], "…", words[-1]]
    return ", ".join(words)


def _print_trace(console: Console, found: MessageTrace) -> None:
    words = {
        "stored": "[green]stored[/]",
        "quarantined": "[yellow]in the quarantine[/]",
        "refused": "[red]refused[/]",
        "missing": "[red]missing[/]: later messages of this boot are here; `servicelane continuity` says more",
        "unknown": "unknown: nothing as late as this has arrived of this boot",
    }
    console.print(words[found.state])
    for place in found.places:
        stored = f", stored {place['stored_at']:%Y-%m-%d %H:%M:%S}" if place["stored_at"] else ""
        console.print(
            f"{place['frames']} of {place['source']}: recorded {place['recorded_from']:%Y-%m-%d %H:%M:%S} to "
            f"{place['recorded_to']:%Y-%m-%d %H:%M:%S}, received {place['received_at']:%Y-%m-%d %H:%M:%S}{stored}"
        )
    for row in found.kept:
        console.print(f"quarantine {row['quarantine_id']}: {row['reason']}, {row['outcome'] or row['disposition']}")
