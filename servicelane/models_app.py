"""`servicelane models …`: what is normal for a model of car, learnt from its fleet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from servicelane.interrupts import run_until_interrupted
from servicelane.state_file import default_data_folder

models = typer.Typer(no_args_is_help=True, help="Train, check and use models of what is normal for a fleet.")
console = Console()

DataDir = Annotated[Path, typer.Option("--data-dir", help="Of the running stack.", default_factory=default_data_folder)]
VehicleModels = Annotated[
    list[str] | None, typer.Option("--vehicle-model", help="As cars are enrolled; every model without this.")
]
Since = Annotated[datetime | None, typer.Option(help="Only what was complete from then on, UTC.")]
Until = Annotated[datetime | None, typer.Option(help="Only what was complete before then, UTC.")]
Out = Annotated[
    Path | None, typer.Option("--out", help="Folder of the artefacts; `models` in the data directory without this.")
]
Named = Annotated[str, typer.Argument(help="A file, or the beginning of the hash of one that was put in service.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the result for programs to this file.")]


@models.command()
def train(
    data_dir: DataDir,
    vehicle_model: VehicleModels = None,
    since: Since = None,
    until: Until = None,
    out: Out = None,
    seed: Annotated[int, typer.Option(help="Of the fit; another one gives almost the same.")] = 1,
    alarms_per_car_year: Annotated[
        float, typer.Option(min=1e-4, max=10.0, help="False advisories that the thresholds are set for.")
    ] = 0.02,
) -> None:
    """Learn from the fleet what is normal; write one artefact and its model card for each model of car."""
    from servicelane.models_command import TrainOptions
    from servicelane.models_command import train as run

    options = TrainOptions(
        vehicle_model or [], _seconds(since), _seconds(until), out or data_dir / "models", seed, alarms_per_car_year
    )
    raise typer.Exit(run_until_interrupted(run(console, data_dir, options)))


@models.command("list")
def list_models(data_dir: DataDir, out: Out = None) -> None:
    """The artefacts of the folder and those in service, and whether they fit this version."""
    from servicelane.models_command import list_models as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, out or data_dir / "models")))


@models.command()
def show(named: Named, data_dir: DataDir) -> None:
    """Print the model card."""
    from servicelane.models_command import show as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, named)))


@models.command()
def check(named: Named, data_dir: DataDir) -> None:
    """Say whether an artefact is whole, and made with the features, units and catalogue of this version."""
    from servicelane.models_command import check as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, named)))


@models.command()
def enable(named: Named, data_dir: DataDir) -> None:
    """Put an artefact in service: it judges what cars of its model do from now on."""
    from servicelane.models_command import enable as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, named)))


@models.command()
def disable(vehicle_model: Annotated[str, typer.Argument(help="As cars are enrolled.")], data_dir: DataDir) -> None:
    """Take the artefact of a model of car out of service: from now on nothing is compared with the fleet."""
    from servicelane.models_command import disable as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, vehicle_model)))


@models.command()
def drift(
    named: Named,
    data_dir: DataDir,
    since: Since = None,
    until: Until = None,
    json: Json = None,
) -> None:
    """Say what of the fleet has moved since the training, and whether to train again (exit status 1)."""
    from servicelane.models_command import DriftOptions
    from servicelane.models_command import drift as run

    options = DriftOptions(named, _seconds(since), _seconds(until), json)
    raise typer.Exit(run_until_interrupted(run(console, data_dir, options)))


def _seconds(instant: datetime | None) -> float | None:
    if instant is None:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
