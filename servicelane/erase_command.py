"""`servicelane erase`: accounts and what their cars have said, with what is left and where."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from database.connection import Pool, open_pool
from servicelane.erasure import UnknownOwnerError, erase_account, forget_kept_by_law, requested_erasures
from servicelane.state_file import read_state


async def erase(console: Console, data_folder: Path, owner_id: str | None, kept_years: int) -> int:
    """One account; None: all whose owners have asked. The exit status: 2 where one is missing, or no stack runs."""
    state = read_state(data_folder)
    if state is None:
        console.print("No stack runs with this data directory; `servicelane up` starts one.")
        return 2
    now = datetime.now(UTC)
    async with open_pool(state.database_url) as pool:
        async with pool.connection() as connection:
            await forget_kept_by_law(connection, now)
            wanted = [owner_id] if owner_id else await requested_erasures(connection)
        done = [await _erase(console, pool, one, now, kept_years) for one in wanted]
    if not wanted:
        console.print("Nobody has asked to be erased.")
    elif any(done):
        console.print("Older back-ups still hold it: delete them in time, and erase again after restoring one.")
    return 0 if all(done) else 2


async def _erase(console: Console, pool: Pool, owner_id: str, now: datetime, kept_years: int) -> bool:
    """Whether it was there."""
    try:
        async with pool.connection() as connection:
            erased = await erase_account(connection, owner_id, now, kept_years)
    except UnknownOwnerError as error:
        console.print(f"Nothing was erased: {error}.")
        return False
    console.print(f"Erased: one account, and what {erased.cars} cars have said while they were its own.")
    console.print(f"Kept apart for the law: {erased.kept_by_law} visits, for {kept_years} years.")
    return True
