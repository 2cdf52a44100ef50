"""`servicelane quarantine resume`: what a person says about the quarantine of a running stack."""

from __future__ import annotations

import getpass
from pathlib import Path

from rich.console import Console

from database.connection import connect
from ingest import store as ingest_store
from servicelane.state_file import read_state


async def resume(console: Console, data_folder: Path, quiet_minutes: float) -> int:
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one.")
        return 1
    async with await connect(state.database_url) as connection:
        ended = await ingest_store.resume_intake(connection, None, getpass.getuser(), quiet_seconds=quiet_minutes * 60)
    console.print("Ingest goes on." if ended else "Ingest has not stopped; nothing to do.")
    return 0
