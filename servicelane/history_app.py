"""`servicelane history …`: the work that was done on cars before, or elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from servicelane.interrupts import run_until_interrupted
from servicelane.state_file import default_data_folder

history = typer.Typer(no_args_is_help=True, help="The work that was done on a car before, or elsewhere.")
console = Console()

DataDir = Annotated[Path, typer.Option("--data-dir", help="Of the running stack.", default_factory=default_data_folder)]


@history.callback()
def _group() -> None:
    """A group of commands, also with one command in it."""


@history.command("import")
def import_(
    vin: str,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, or an export of LubeLogger.")],
    data_dir: DataDir,
    unit: Annotated[str, typer.Option(help="km or mi: of odometers that name none.")] = "km",
    day_order: Annotated[str | None, typer.Option(help="dmy or mdy, where 3/4/2026 may be two days.")] = None,
) -> None:
    """Take service records from a file. Lines that cannot be taken are named, all others are taken."""
    from servicelane.history_command import import_history as run

    if unit not in ("km", "mi") or day_order not in (None, "dmy", "mdy"):
        raise typer.BadParameter("--unit is km or mi, --day-order is dmy or mdy")
    raise typer.Exit(run_until_interrupted(run(console, data_dir, vin, file, unit, day_order)))  # type: ignore[arg-type]
