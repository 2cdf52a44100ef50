"""`servicelane quarantine …`: what was set aside, and what can be done about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from servicelane.interrupts import run_until_interrupted
from servicelane.state_file import default_data_folder

quarantine = typer.Typer(no_args_is_help=True, help="See and drive again what could not be stored as it came.")
console = Console()

DataDir = Annotated[Path, typer.Option("--data-dir", help="Of the running stack.", default_factory=default_data_folder)]


@quarantine.command()
def resume(
    data_dir: DataDir,
    quiet_minutes: Annotated[float, typer.Option(help="Do not stop again for so long, whatever comes.")] = 0,
) -> None:
    """Let ingest go on after it has stopped because too many cars' messages were set aside."""
    from servicelane.quarantine_command import resume as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, quiet_minutes)))
