"""`servicelane planner train` and `servicelane evaluate planner`: models of wear, made and judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID

from maintenance_planner.wear.artefact import ArtefactError, load
from maintenance_planner.wear.training import TrainingError
from servicelane.evaluation import planner_page
from servicelane.evaluation.planner_run import evaluate_planner
from servicelane.evaluation.planner_training import train as fit
from servicelane.summary import write_json

_ROOT: Final = Path(__file__).parent.parent


def train(console: Console, out: Path, seed: int, cars: int) -> int:
    """Exit status 2 where the fleet is too small to learn from."""
    with Progress(console=console, transient=True) as progress:
        try:
            made = fit(out, seed, cars, _heard(progress))
        except TrainingError as error:
            console.print(f"[red]{escape(str(error))}[/red]")
            return 2
    console.print(f"{made.version} written to {out}, {out.stat().st_size:,} bytes", soft_wrap=True)
    return 0


def evaluate(
    console: Console, models: Path, seed: int, cars: int, json: Path | None, *, page: bool, development: bool
) -> int:
    """Exit status 0 when every part's coverage meets 78 to 82 %, 2 when the models cannot be read."""
    try:
        artefact = load(models)
    except ArtefactError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        return 2
    with Progress(console=console, transient=True) as progress:
        result = evaluate_planner(
            artefact, "development" if development else "evaluation", seed, cars, _heard(progress)
        )
    words = f"servicelane evaluate planner --seed {seed} --cars {cars}{' --development' if development else ''}"
    console.print(planner_page.page(result, words), markup=False, highlight=False, soft_wrap=True)
    if page:
        planner_page.write_page(result, words, _ROOT)
    if json:
        write_json(result.as_json(), json)
    return 0 if all(one.calibrated for one in result.parts) else 1


def _heard(progress: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, TaskID] = {}

    def heard(what: str, done: int, all_: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(what)
        progress.update(tasks[what], completed=done, total=all_)

    return heard
