"""The human's commands on cars and their certificates: `servicelane device enrol | renew | revoke | list`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from servicelane.interrupts import run_until_interrupted
from servicelane.state_file import default_data_folder

device = typer.Typer(no_args_is_help=True, help="Cars, and the certificates they prove themselves with.")
console = Console()

DataDir = Annotated[
    Path, typer.Option("--data-dir", help="Where everything is kept.", default_factory=default_data_folder)
]
VinArgument = Annotated[str, typer.Argument(help="17 characters, upper case; it becomes the user name.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the car's files; ./VIN by default.")]
Csr = Annotated[Path | None, typer.Option(help="The car's own signing request: its key never leaves it.")]
_LAST_YEAR = datetime.now(UTC) - timedelta(days=365)


@device.command()
def enrol(
    vin: VinArgument,
    data_dir: DataDir,
    out: Out = None,
    csr: Csr = None,
    drivetrain: Annotated[str, typer.Option(help="petrol, diesel, hybrid or electric")] = "petrol",
    in_service_on: Annotated[datetime, typer.Option(help="First registration.", formats=["%Y-%m-%d"])] = _LAST_YEAR,
    owner: Annotated[str, typer.Option(help="Who may see and book for it.")] = "owner-1",
) -> None:
    """Enrol a car of your own on the running stack, and write what it needs to connect."""
    from servicelane.device_command import NewCar
    from servicelane.device_command import enrol as run

    if drivetrain not in ("petrol", "diesel", "hybrid", "electric"):
        raise typer.BadParameter("one of petrol, diesel, hybrid, electric")
    car = NewCar(
        vin,
        out or Path(vin),
        csr,
        drivetrain,  # type: ignore[arg-type]  # checked above
        in_service_on.date(),
        owner,
    )
    raise typer.Exit(run_until_interrupted(run(console, data_dir, car)))


@device.command()
def renew(vin: VinArgument, data_dir: DataDir, out: Out = None, csr: Csr = None) -> None:
    """Another certificate for an enrolled car. A car on the air renews its own; this is for one that cannot."""
    from servicelane.device_command import Recipient
    from servicelane.device_command import renew as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, Recipient(vin, out or Path(vin), csr))))


@device.command()
def revoke(
    vin: VinArgument,
    data_dir: DataDir,
    serial: Annotated[
        str | None, typer.Option(help="One certificate, as `device list` shows it; all by default.")
    ] = None,
) -> None:
    """Keep a car out from now on: its certificates are revoked, the broker is told, its session is ended."""
    from servicelane.device_command import revoke as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, vin, serial)))


@device.command("list")
def list_(
    data_dir: DataDir, vin: Annotated[str | None, typer.Argument(help="One car; all by default.")] = None
) -> None:
    """Which certificates were issued, and which are good."""
    from servicelane.device_command import list_certificates as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, vin)))
