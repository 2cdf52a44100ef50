"""Takes a file of service records into a running stack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from booking_api.service_history import Imported, take_history
from database.connection import open_pool
from database.roles import role_of
from maintenance_planner.history_import import DayOrder, HistoryFileError, Unit
from servicelane.state_file import read_state
from vehicles.service import vehicle_ids_by_vin


async def import_history(
    console: Console, data_folder: Path, vin: str, file: Path, unit: Unit, day_order: DayOrder | None
) -> int:
    """0 where every line was taken."""
    state = read_state(data_folder)
    if state is None:
        console.print(f"[red]No stack runs with {escape(str(data_folder))}; start one with `servicelane up`.[/]")
        return 1
    try:
        done = await take_file(state.database_url, vin, file.read_bytes(), unit, day_order)
    except (HistoryFileError, LookupError) as error:
        console.print(f"[red]{escape(str(error))}[/]")
        return 1
    _show(console, done)
    return 1 if done.errors else 0


async def take_file(database_url: str, vin: str, content: bytes, unit: Unit, day_order: DayOrder | None) -> Imported:
    """Raises HistoryFileError, and LookupError where no such car is enrolled."""
    async with open_pool(database_url, maximum=1) as owner, owner.connection() as connection:
        vehicle_id = (await vehicle_ids_by_vin(connection, [vin])).get(vin)
    if vehicle_id is None:
        raise LookupError(f"no car with the VIN ending in {vin[-6:]} is enrolled; `servicelane enrol` enrols one")
    async with open_pool(database_url, role_of("maintenance_planner"), maximum=1) as pool, pool.connection() as planner:
        return await take_history(planner, vehicle_id, content, datetime.now(UTC).date(), unit, day_order)


def _show(console: Console, done: Imported) -> None:
    console.print(f"{done.lines:,} lines taken, {done.changed:,} records new or changed.")
    if not done.errors:
        return
    table = Table("line", "column", "what is wrong", box=None)
    for one in done.errors:
        table.add_row(str(one.line), escape(one.column), escape(one.texts["en"]))
    console.print(table)
    console.print("Correct these lines and send the file again: what is known already stays as it is.")
