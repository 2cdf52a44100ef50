"""`servicelane evaluate diagnostics`: tables of how well diagnostics does, from a seed."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID

from servicelane.evaluation import diagnostics_page
from servicelane.evaluation.diagnostics_run import Heard, evaluate_diagnostics
from servicelane.evaluation.recorded_drives import read_drives
from servicelane.summary import write_json

_ROOT: Final = Path(__file__).parent.parent
_KIT_COLUMNS: Final = _ROOT / "simulator" / "drives" / "kit.toml"


def diagnostics(
    console: Console,
    seed: int,
    cars: int,
    drives: Path | None,
    columns: Path | None,
    json: Path | None,
    *,
    page: bool,
    development: bool,
) -> int:
    """Exit status 0 when nothing of service level was said of healthy cars, 2 when the drives cannot be read."""
    try:
        recorded = read_drives(drives, columns or _KIT_COLUMNS) if drives else []
    except (OSError, ValueError) as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        return 2
    with Progress(console=console, transient=True) as progress:
        heard = _bars(progress) if console.is_terminal else partial(_lines, console)
        result = evaluate_diagnostics("development" if development else "evaluation", seed, cars, recorded, heard)
    words = _command(seed, cars, drives, columns, development=development)
    console.print(diagnostics_page.page(result, words), markup=False, highlight=False, soft_wrap=True)
    if page:
        diagnostics_page.write_page(result, words, _ROOT)
    if json:
        write_json(asdict(result), json)
    recorded_alarms = len(result.recorded.service_level) if result.recorded else 0
    return 1 if result.healthy.service_level or recorded_alarms else 0


def _bars(progress: Progress) -> Heard:
    tasks: dict[str, TaskID] = {}

    def heard(what: str, done: int, all_: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(what)
        progress.update(tasks[what], completed=done, total=all_)

    return heard


def _lines(console: Console, what: str, done: int, all_: int) -> None:
    """Where nobody sees bars: a line for each twentieth."""
    if done * 20 // all_ > (done - 1) * 20 // all_:
        console.print(f"{what}: {done} of {all_}", highlight=False)


def _command(seed: int, cars: int, drives: Path | None, columns: Path | None, *, development: bool) -> str:
    """What to type to get the same; folders by their last name, for they lie elsewhere with everybody."""
    words = [f"servicelane evaluate diagnostics --seed {seed} --cars {cars}"]
    words += [f"--drives {drives.name}"] if drives else []
    words += [f"--columns {columns.name}"] if columns else []
    return " ".join([*words, *(["--development"] if development else [])])
