"""`servicelane planner …` and `servicelane evaluate planner` as commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True, help="The models that say when parts wear out.")
Seed = Annotated[int, typer.Option(help="Another fleet of simulated cars.")]


@app.callback()
def about() -> None:
    """The models that say when parts wear out."""


@app.command()
def train(
    out: Annotated[Path | None, typer.Option(help="Where to; by default in place of those that come along.")] = None,
    seed: Seed = 501,
    cars: Annotated[int, typer.Option(min=20, help="Simulated cars to learn from.")] = 3_600,
) -> None:
    """Fit the models of wear anew on simulated fleets of development; the same seed and cars give the same file."""
    from maintenance_planner.wear.artefact import DEFAULT
    from servicelane.planner_command import train as run

    raise typer.Exit(run(Console(), out or DEFAULT, seed, cars))


def evaluate(
    seed: Seed = 9127,
    cars: Annotated[
        int, typer.Option(min=20, help="Of each of the two fleets; 1,000 give each part 400 looks.")
    ] = 1_000,
    json: Annotated[Path | None, typer.Option("--json", help="Write the result for programs to this file.")] = None,
    page: Annotated[bool, typer.Option("--page", help="Write docs/planner-evaluation.md and its picture.")] = False,
    models: Annotated[Path | None, typer.Option(help="Models to judge; those that come along by default.")] = None,
    development: Annotated[bool, typer.Option("--development", help="Draw from the ranges for development.")] = False,
) -> None:
    """Calibration and error of predicted wear, part by part, and a year by latest safe dates; on unseen fleets."""
    from maintenance_planner.wear.artefact import DEFAULT
    from servicelane.planner_command import evaluate as run

    raise typer.Exit(run(Console(), models or DEFAULT, seed, cars, json, page=page, development=development))
