"""`servicelane erase`: an account and what its cars have said, with what it leaves and where."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from database.connection import open_pool
from servicelane.erasure import UnknownOwnerError, erase_account, forget_kept_by_law
from servicelane.state_file import read_state


async def erase(console: Console, data_folder: Path, owner_id: str, kept_years: int) -> int:
    """The exit status: 2 where there is no such account, or no stack."""
    state = read_state(data_folder)
    if state is None:
        console.print("No stack runs with this data directory; `servicelane up` starts one.")
        return 2
    now = datetime.now(UTC)
    async with open_pool(state.database_url) as pool, pool.connection() as connection:
        try:
            erased = await erase_account(connection, owner_id, now, kept_years)
        except UnknownOwnerError as error:
            console.print(f"Nothing was erased: {error}.")
            return 2
        await forget_kept_by_law(connection, now)
    console.print(f"Erased: the account, and what {erased.cars} cars have said while they were its own.")
    console.print(f"Kept apart for the law: {erased.kept_by_law} visits, for {kept_years} years.")
    console.print("Older back-ups still hold it: delete them in time, and erase again after restoring one.")
    return 0
