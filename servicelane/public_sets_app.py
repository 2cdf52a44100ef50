"""The commands that judge predictions on public sets of data, or on a fleet owner's own logs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

_console = Console()
_File = Annotated[Path, typer.Option(exists=True, dir_okay=False)]
_Json = Annotated[Path | None, typer.Option("--json", help="Write the result for programs to this file.")]


def rul(
    data: Annotated[Path, typer.Option(help="The folder with train_FD001.txt, test_FD001.txt and RUL_FD001.txt.")],
    seed: Annotated[int, typer.Option(help="Of folds and models.")] = 20_260_701,
    json: _Json = None,
    page: Annotated[bool, typer.Option("--page", help="Write docs/remaining-life.md.")] = False,
) -> None:
    """Remaining life on C-MAPSS FD001: chosen on the training engines, judged once on the others."""
    from servicelane.public_sets_command import rul as run

    raise typer.Exit(run(_console, data, seed, json, page=page))


def events(
    machines: _File,
    failures: _File,
    maintenance: _File,
    errors: _File,
    telemetry: _File,
    columns: Annotated[Path | None, typer.Option(help="A TOML that says what your columns are called.")] = None,
    horizon_hours: Annotated[int, typer.Option(min=1, help="So far ahead a failure is predicted.")] = 24,
    seed: Annotated[int, typer.Option(help="Of the model.")] = 20_260_702,
    json: _Json = None,
    page: Annotated[bool, typer.Option("--page", help="Write docs/next-failure.md.")] = False,
    about: Annotated[str, typer.Option(help="For the page: what machines these are.")] = "",
) -> None:
    """Which component of a machine fails next: fitted on the first part of maintenance logs, judged on the last."""
    from servicelane.evaluation.maintenance_logs.columns import LogFiles
    from servicelane.public_sets_command import events as run

    files = LogFiles(machines, failures, maintenance, errors, telemetry, columns, horizon_hours)
    raise typer.Exit(run(_console, files, seed, json, page=page, about=about))
