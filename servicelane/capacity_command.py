"""`servicelane capacity`: the sums of `capacity` as a table, here and in docs/growing.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from servicelane.capacity import MEASURED, Demand, Measured, Plan, demand

FLEETS: Final = (1_000, 100_000, 10_000_000)
_BEGIN: Final = "<!-- sums: written by `servicelane docs` -->"
_END: Final = "<!-- end of sums -->"


def capacity(console: Console, fleets: Iterable[int], costs: Path | None, json_path: Path | None) -> int:
    """Prints what each of the fleets takes."""
    try:
        measured = Measured.read(costs or MEASURED)
    except ValueError as error:
        console.print(f"[red]{error}[/]")
        return 1
    demands = {cars: demand(Plan(cars), measured) for cars in fleets}
    console.print(f"per car and per frame: {measured.origin}", highlight=False)
    console.print(_table(demands))
    if json_path:
        found = {cars: asdict(one) | {"stacks": one.stacks, "bound": one.bound} for cars, one in demands.items()}
        json_path.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def _table(demands: Mapping[int, Demand]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    first, *rows = lines(demands)
    table.add_column(first[0], no_wrap=True)
    for cars in first[1:]:
        table.add_column(cars, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def lines(demands: Mapping[int, Demand]) -> list[list[str]]:
    """A heading, and a line for each figure with one word per fleet."""
    names = [name for name, _ in _figures(next(iter(demands.values())))]
    words = [[word for _, word in _figures(one)] for one in demands.values()]
    figures = [[name, *(of[number] for of in words)] for number, name in enumerate(names)]
    return [["cars", *(f"{cars:,}" for cars in demands)], *figures]


def page_with_sums(page: str) -> str:
    """The page with the table of the usual fleets between its two marks."""
    measured = Measured.read()
    first, *rows = lines({cars: demand(Plan(cars), measured) for cars in FLEETS})
    ruler = ["---", *("---:" for _ in first[1:])]
    table = "\n".join(f"| {' | '.join(row)} |" for row in (first, ruler, *rows))
    before, rest = page.split(_BEGIN)
    return f"{before}{_BEGIN}\n{table}\n\n{measured.origin}.\n{_END}{rest.split(_END)[1]}"


def _figures(one: Demand) -> Iterator[tuple[str, str]]:
    yield "frames a second, mean", f"{one.frames_per_second:,.0f}"
    yield "frames a second, busiest", f"{one.busiest_frames_per_second:,.0f}"
    yield "messages a second, busiest", f"{one.busiest_messages_per_second:,.0f}"
    yield "MB a car sends in 30 days", f"{one.up_bytes_per_car_month / 1e6:,.1f}"
    yield "MB a car receives in 30 days", f"{one.down_bytes_per_car_month / 1e6:,.1f}"
    for name, cores in one.cores.items():
        yield f"{name}: cores used", f"{cores:,.2f}"
    for name, processes in one.processes.items():
        yield f"{name}: cores to have", f"{processes:,}"
    yield "broker: GB, every car connected", f"{one.broker_memory_bytes / 1e9:,.1f}"
    yield "broker: seconds to reconnect all", f"{one.reconnect_seconds:,.0f}"
    yield "write-ahead log, MB a second", f"{one.wal_bytes_per_second / 1e6:,.1f}"
    yield "stream, TB (7 days, 3 copies)", f"{one.stream_bytes / 1e12:,.2f}"
    yield "samples, TB plain (400 days)", f"{one.table_bytes_plain / 1e12:,.2f}"
    yield "samples, TB with columnstore", f"{one.table_bytes_columnstore / 1e12:,.2f}"
    yield "stacks to have", f"{one.stacks:,}"
    yield "what decides that", one.bound
