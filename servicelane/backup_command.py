"""`servicelane backup` and `servicelane restore`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console

from database.errors import DatabaseError
from servicelane.backup import restore_backup, take_backup
from servicelane.state_file import read_state
from streaming.settings import StreamKind


async def backup(console: Console, data_folder: Path, destination: Path) -> int:
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. Start it, or, while it is stopped, copy the whole folder.")
        return 1
    try:
        manifest = await asyncio.to_thread(take_backup, state.database_url, data_folder, destination)
    except DatabaseError as error:
        console.print(f"[red]{error}[/]")
        return 1
    console.print(f"{destination}: everything acknowledged before {manifest.began_at} is in it. It holds secrets.")
    if state.stream_environment.get("STREAMING_KIND") == StreamKind.KAFKA:
        console.print(
            "[yellow]The stream is on Kafka: what the writer had not stored yet is there and not in this back-up; "
            "docs/operations.md says how to read it again.[/]"
        )
    return 0


async def restore(console: Console, source: Path, data_folder: Path) -> int:
    try:
        manifest = await restore_backup(source, data_folder)
    except DatabaseError as error:
        console.print(f"[red]{error}[/]")
        return 1
    console.print(f"Restored to {data_folder}: servicelane up --data-dir {data_folder}")
    console.print(
        f"What arrived after {manifest.began_at} may be missing, though cars were told that it was stored: "
        "servicelane continuity VIN shows it as soon as the car sends again."
    )
    return 0
