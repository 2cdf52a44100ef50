"""`servicelane evaluate booking`: what the offered visits are worth, in weeks of simulated towns."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from servicelane.evaluation import booking_page
from servicelane.evaluation.booking_run import evaluate_booking, verdicts
from servicelane.summary import write_json

_ROOT: Final = Path(__file__).parent.parent


def booking(console: Console, seed: int, replications: int, json: Path | None, *, page: bool) -> int:
    """Exit status 0 where everything that is asked of the policy holds."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("simulating towns")
        result = evaluate_booking(
            seed, replications, heard=lambda done, all_: progress.update(task, completed=done, total=all_)
        )
    command = f"servicelane evaluate booking --seed {seed} --replications {replications}"
    console.print(booking_page.page(result, command), markup=False, highlight=False, soft_wrap=True)
    if page:
        booking_page.write_page(result, command, _ROOT)
    found = verdicts(result)
    if json:
        write_json({**asdict(result), "verdicts": [asdict(one) for one in found]}, json)
    return 0 if all(one.holds for one in found) else 1
