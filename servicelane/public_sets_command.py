"""`servicelane evaluate rul` and `events`: judged on data that others have too."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from servicelane.evaluation.maintenance_logs import page as events_page
from servicelane.evaluation.maintenance_logs.columns import LogFiles
from servicelane.evaluation.maintenance_logs.run import evaluate_events
from servicelane.evaluation.maintenance_logs.tables import LogFileError
from servicelane.evaluation.remaining_life import page as life_page
from servicelane.evaluation.remaining_life.run import evaluate_remaining_life
from servicelane.evaluation.remaining_life.turbofans import TurbofanFileError
from servicelane.summary import write_json

_ROOT: Final = Path(__file__).parent.parent


def rul(console: Console, folder: Path, seed: int, json: Path | None, *, page: bool) -> int:
    """Exit status 2 where the files cannot be read."""
    try:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("choosing a model")
            result = evaluate_remaining_life(
                folder, seed, lambda done, all_: progress.update(task, completed=done, total=all_)
            )
    except TurbofanFileError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        return 2
    words = f"servicelane evaluate rul --data {folder.name} --seed {seed}"
    console.print(life_page.page(result, words), markup=False, highlight=False, soft_wrap=True)
    if page:
        life_page.write_page(result, words, _ROOT)
    if json:
        write_json(asdict(result), json)
    return 0


def events(console: Console, files: LogFiles, seed: int, json: Path | None, *, page: bool, about: str = "") -> int:
    """Exit status 2 where the files cannot be read."""
    try:
        result = evaluate_events(files, seed)
    except LogFileError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        return 2
    words = f"servicelane evaluate events {files.words()}--seed {seed}"
    console.print(events_page.page(result, words, about), markup=False, highlight=False, soft_wrap=True)
    if page:
        events_page.write_page(result, words, _ROOT, about)
    if json:
        write_json(asdict(result), json)
    return 0
