"""`servicelane evaluate …`: tables of how well diagnostics does, each from a seed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID
from rich.table import Table

from servicelane.evaluation import diagnostics_page
from servicelane.evaluation.detectors import DETECTED, Row, evaluate_detectors
from servicelane.evaluation.diagnostics_run import evaluate_diagnostics
from servicelane.evaluation.false_alarms import evaluate_false_alarms
from servicelane.evaluation.recorded_drives import read_drives
from servicelane.summary import write_json

_ROOT: Final = Path(__file__).parent.parent
_KIT_COLUMNS: Final = _ROOT / "simulator" / "drives" / "kit.toml"


def detectors(console: Console, seed: int, cars: int, json: Path | None) -> int:
    """Exit status 0 when every kind of fault was found at least once and nothing was found that was not there."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("simulating faulty cars")
        rows = evaluate_detectors(
            seed, cars, list(DETECTED), lambda done, all_: progress.update(task, completed=done, total=all_)
        )
    _print(console, rows)
    if json:
        write_json({"seed": seed, "rows": [asdict(row) for row in rows]}, json)
    return 0 if all(row.found and not row.false_findings for row in rows) else 1


def false_alarms(console: Console, seed: int, car_years: int, json: Path | None) -> int:
    """Exit status 0 when healthy cars raised no service-level finding."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("simulating healthy cars")
        result = evaluate_false_alarms(
            seed, car_years, lambda done, all_: progress.update(task, completed=done, total=all_)
        )
    console.print(f"{result.car_years:.1f} healthy car-years: {len(result.findings)} service-level findings")
    for words in result.findings:
        console.print(f"  {words}")
    if json:
        write_json({"seed": seed, **asdict(result)}, json)
    return 1 if result.findings else 0


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
        tasks: dict[str, TaskID] = {}

        def heard(what: str, done: int, all_: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
            progress.update(tasks[what], completed=done, total=all_)

        result = evaluate_diagnostics("development" if development else "evaluation", seed, cars, recorded, heard)
    words = _command(seed, cars, drives, columns, development=development)
    console.print(diagnostics_page.page(result, words), markup=False, highlight=False, soft_wrap=True)
    if page:
        diagnostics_page.write_page(result, words, _ROOT)
    if json:
        write_json(asdict(result), json)
    recorded_alarms = len(result.recorded.service_level) if result.recorded else 0
    return 1 if result.healthy.service_level or recorded_alarms else 0


def _command(seed: int, cars: int, drives: Path | None, columns: Path | None, *, development: bool) -> str:
    """What to type to get the same; folders by their last name, for they lie elsewhere with everybody."""
    words = [f"servicelane evaluate diagnostics --seed {seed} --cars {cars}"]
    words += [f"--drives {drives.name}"] if drives else []
    words += [f"--columns {columns.name}"] if columns else []
    return " ".join([*words, *(["--development"] if development else [])])


def _print(console: Console, rows: list[Row]) -> None:
    table = Table(title="Faults in cars that no detector has seen", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("fault", "found", "code only", "delay", "in time", "false"):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(
            row.fault,
            f"{row.found} of {row.cars}",
            str(row.found_by_code_only),
            f"{row.median_delay_days} d" if row.median_delay_days is not None else "-",
            f"{row.found_before_stranding} of {row.stranding}" if row.stranding else "-",
            str(row.false_findings),
        )
    console.print(table)
    console.print("code only: the car's own trouble code told it, the detector did not. delay: median from onset.")
    console.print("in time: found before the car would have stood still, of those that would have.")
