"""`servicelane quarantine …`: what was set aside, and what can be done about it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from servicelane.interrupts import run_until_interrupted
from servicelane.state_file import default_data_folder

quarantine = typer.Typer(no_args_is_help=True, help="See and drive again what could not be stored as it came.")
console = Console()

DataDir = Annotated[Path, typer.Option("--data-dir", help="Of the running stack.", default_factory=default_data_folder)]
Vin = Annotated[str | None, typer.Option(help="Of this car alone.")]
Reason = Annotated[str | None, typer.Option(help="With this reason alone, for example unknown_vehicle.")]
Since = Annotated[datetime | None, typer.Option(help="Received since then, UTC.")]
Maximum = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the latest first.")]


@quarantine.command("list")
def list_messages(
    data_dir: DataDir,
    vin: Vin = None,
    reason: Reason = None,
    since: Since = None,
    maximum: Maximum = 50,
    everything: Annotated[bool, typer.Option("--all", help="Also what is settled, or can never be taken.")] = False,
) -> None:
    """What waits, how much of it by reason, and what to do."""
    from booking_api.quarantine import Filter
    from servicelane.quarantine_command import list_messages as run

    wanted = Filter(vin, reason, _utc(since), waiting=not everything, maximum=maximum)
    raise typer.Exit(run_until_interrupted(run(console, data_dir, wanted)))


@quarantine.command()
def show(quarantine_id: int, data_dir: DataDir) -> None:
    """One message: why it was set aside, what can be read of it today, what to do."""
    from servicelane.quarantine_command import show as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, quarantine_id)))


@quarantine.command()
def redrive(
    data_dir: DataDir,
    quarantine_ids: Annotated[list[int] | None, typer.Argument(help="Their numbers, or name them by a filter.")] = None,
    vin: Vin = None,
    reason: Reason = None,
    since: Since = None,
    maximum: Maximum = 10_000,
    clock_offset_ms: Annotated[
        int | None, typer.Option(help="Added to every instant in them, for a clock that was wrong by so much.")
    ] = None,
) -> None:
    """Take messages through today's admission again. What is stored is stored once; what cannot be taken stays."""
    from booking_api.quarantine import Filter
    from servicelane.quarantine_command import redrive as run

    if not quarantine_ids and vin is None and reason is None and since is None:
        raise typer.BadParameter("name messages by their numbers, or by --vin, --reason or --since")
    wanted = Filter(vin, reason, _utc(since), maximum=maximum)
    raise typer.Exit(run_until_interrupted(run(console, data_dir, quarantine_ids or [], wanted, clock_offset_ms)))


@quarantine.command()
def resume(
    data_dir: DataDir,
    quiet_minutes: Annotated[float, typer.Option(min=0, help="Do not stop again for so long, whatever comes.")] = 0,
) -> None:
    """Let ingest go on after it has stopped because too many cars' messages were set aside."""
    from servicelane.quarantine_command import resume as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, quiet_minutes)))


def _utc(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant else None
