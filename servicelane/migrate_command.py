"""`servicelane migrate`: every package's migrations, on the database of DATABASE_URL."""

from __future__ import annotations

from rich.console import Console

from database.errors import DatabaseError
from database.migrations import migrate as apply
from database.settings import DatabaseSettings
from servicelane.schema import migration_folders


async def migrate(console: Console) -> int:
    """What is applied already is left alone; two that run at once wait for each other."""
    try:
        applied = await apply(DatabaseSettings().database_url, migration_folders())
    except DatabaseError as error:
        console.print(f"[red]{error}[/]")
        return 1
    console.print("\n".join(migration.path for migration in applied) or "nothing to do")
    return 0
