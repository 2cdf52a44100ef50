"""`servicelane evaluate models`: rules and models of the fleet on the same unseen cars, as in docs/models.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from diagnostics.models.regimes import JUDGED
from servicelane.evaluation.fleet_models import VEHICLE_MODELS, Comparison, FaultRow, evaluate_models
from servicelane.evaluation.intervals import Share
from servicelane.summary import write_json
from simulator.faults.ranges import Part


def models(
    console: Console, seed: int, cars: int, vehicle_models: Sequence[str], json: Path | None, *, development: bool
) -> int:
    """Exit status 0 where a model told first of a fault, 1 where of none, 2 for a model that there is not."""
    if unknown := [one for one in vehicle_models if one not in VEHICLE_MODELS]:
        console.print(f"No such model is simulated: {unknown[0]}; there are {', '.join(VEHICLE_MODELS)}.", markup=False)
        return 2
    with Progress(console=console, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def heard(what: str, done: int, all_: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
            progress.update(tasks[what], completed=done, total=all_)

        part: Part = "development" if development else "evaluation"
        result = evaluate_models(part, seed, cars, vehicle_models or list(VEHICLE_MODELS), heard)
    console.print("\n".join(page(result)), markup=False, highlight=False, soft_wrap=True)
    if json:
        write_json(asdict(result), json)
    return 0 if any(row.beats for row in result.rows) else 1


def page(result: Comparison) -> Iterator[str]:
    """Markdown."""
    names = ("fault", "car", "rules found", "model found", "model first", "rules, d", "model, d", "lead rules, d")
    yield f"| {' | '.join([*names, 'lead model, d'])} |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from map(_row, result.rows)
    yield ""
    healthy = result.false_per_car_year
    low, high = healthy.interval
    yield (
        f"{result.healthy_car_years:.0f} healthy car-years: {healthy.events} advisories of the model, "
        f"{healthy.value or 0.0:.3f} a year ({low:.3f} to {high:.3f}); cars with one: {result.cars_with_false}."
    )
    yield f"Of cars that a model tells of, with one faulty car in ten, this share is faulty: {result.precision}."
    beaten = sorted({row.fault for row in result.rows if row.beats})
    yield f"The model tells first of more than half of the cars with: {', '.join(beaten) or 'none'}."
    yield ""
    yield "| regime | in service | cars told of first, by fault | false advisories a year |"
    yield "|---|---|---|---|"
    for row in result.regimes:
        first = ", ".join(f"{fault} {cars}" for fault, cars in row.first.items()) or "-"
        yield f"| {row.regime} | {'yes' if row.regime in JUDGED else 'no'} | {first} | {row.false_per_car_year} |"
    yield ""
    yield from (f"* False: {words}" for words in result.false)


def _row(row: FaultRow) -> str:
    days = [_days(one) for one in (row.rule_days, row.model_days, *row.leads)]
    shares = [_of(one) for one in (row.rule, row.model, row.first)]
    fault = f"**{row.fault}**" if row.beats else row.fault
    return f"| {fault} | {row.vehicle_model} | {' | '.join([*shares, *days])} |"


def _of(share: Share) -> str:
    return f"{share.hits} of {share.all}"


def _days(days: float | None) -> str:
    return "-" if days is None else f"{days:.1f}"
