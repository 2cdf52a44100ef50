"""`servicelane faults` and `servicelane weights`: what is wrong with a car, and what confirmed causes have changed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from booking_api.fault_answers import faults_answer
from booking_api.fault_schemas import FaultAnswer, FaultsAnswer, FaultWork
from booking_api.languages import choose_language
from database.connection import Connection, open_pool
from diagnostics.isolation.calibration import Bin
from diagnostics.isolation.service import stated_and_true, weight_movements
from diagnostics.isolation.weights import Movement
from servicelane import store
from servicelane.state_file import read_state

_CAUSES_SHOWN = 5


async def faults(console: Console, data_folder: Path, vin: str, language: str, file: Path | None = None) -> int:
    """The exit status: 0 where nothing is wrong, 1 where something is, 2 where there is no answer."""
    async with _database(console, data_folder) as connection:
        rows = None if connection is None else await store.fetch_car_faults(connection, vin)
        if connection is not None and rows is None:
            console.print("[red]No such car is enrolled.[/] `servicelane device enrol` enrols one.")
    if rows is None:
        return 2
    answer = faults_answer(vin, rows, choose_language(language))
    if file is not None:
        file.write_text(answer.model_dump_json(indent=2) + "\n")
    print_faults(console, answer)
    return 1 if answer.faults else 0


async def weights(console: Console, data_folder: Path, file: Path | None = None) -> int:
    """The exit status: 0, or 2 where there is no answer."""
    async with _database(console, data_folder) as connection:
        moved = None if connection is None else await weight_movements(connection)
        stated = [] if connection is None else await stated_and_true(connection)
    if moved is None:
        return 2
    if file is not None:
        told = {"weights": [asdict(one) for one in moved], "calibration": [asdict(one) for one in stated]}
        file.write_text(json.dumps(told, indent=2) + "\n")
    print_weights(console, moved)
    print_calibration(console, stated)
    return 0


def print_faults(console: Console, answer: FaultsAnswer) -> None:
    if not answer.faults:
        console.print("No fault is open.")
    for fault, work in zip(answer.faults, answer.work or [], strict=True):
        _print_fault(console, fault)
        _print_work(console, work)
    if answer.drive_advice:
        console.print(f"[bold]{answer.drive_advice}[/]")


def print_weights(console: Console, moved: Sequence[Movement]) -> None:
    if not moved:
        console.print("No workshop has confirmed a cause yet: every weight is the catalogue's.")
        return
    table = Table("symptom", "model", "cause", "catalogue", "now", "repairs", "workshops", "counted", box=None)
    for one in moved:
        now = f"{one.weight:.3f}"
        table.add_row(
            one.entry_id,
            one.model,
            one.cause_id,
            f"{one.catalogue_weight:.3f}",
            f"[bold]{now}[/]" if now != f"{one.catalogue_weight:.3f}" else now,
            str(one.repairs),
            str(one.workshops),
            f"{one.counted:.1f}",
        )
    console.print(table)


def print_calibration(console: Console, stated: Sequence[Bin]) -> None:
    """Of causes that were given 60 %, about 60 % should have come true."""
    for one in stated:
        console.print(f"Of {one.causes} causes given {one.stated:.0%} on average, {one.observed:.0%} were it.")


def _print_fault(console: Console, fault: FaultAnswer) -> None:
    symptoms = ", ".join(f"{one.text} ({one.component or one.entry})" for one in fault.symptoms)
    console.print(f"\n[bold]{symptoms}[/] since {fault.started_at:%Y-%m-%d %H:%M} UTC, severity {fault.severity}")
    console.print(f"Owner: {fault.sentence} {fault.drive_advice}")


def _print_work(console: Console, work: FaultWork) -> None:
    causes = Table("", "cause", "id", "for", "against", "labour", box=None)
    for one in [*work.causes[:_CAUSES_SHOWN], *work.causes[_CAUSES_SHOWN:][-1:]]:
        minutes = "" if one.labour_minutes is None else f"{one.labour_minutes} min"
        said = (", ".join(one.supporting), ", ".join(one.against))
        causes.add_row(f"{one.probability:4.0%}", one.text, one.cause, *said, minutes)
    console.print(causes)
    for test in work.next_tests[:3]:
        console.print(f"Next: {test.text} ({test.minutes} min, {test.equipment}, {test.information_bits:.2f} bit)")
        for expected in test.expects:
            console.print(f"      {expected.cause}: {expected.text}")
    kit = ", ".join(f"{one.quantity} × {one.text}" for one in work.kit)
    console.print(
        f"Parts: {kit or 'none'}   labour {work.labour_minutes} min   skills {', '.join(work.skills) or 'any'}"
    )
    for check, result in work.results.items():
        console.print(f"Told: {check} {result}")
    if work.confirmed_cause:
        console.print(f"Confirmed: {work.confirmed_cause}")


@asynccontextmanager
async def _database(console: Console, data_folder: Path) -> AsyncIterator[Connection | None]:
    """None, with the reason said, where no stack runs."""
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one.")
        yield None
        return
    async with open_pool(state.database_url, maximum=1) as pool, pool.connection() as connection:
        yield connection
