"""`python -m benchmarks.booking`: search, book, hold, a mixed load and a race, at 20, 200 and 2,000 workshops."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.booking.measuring import Figure, bookings, figure, mixed, race, searches
from benchmarks.booking.stage import CARS, DAYS, Stage, staged
from database.embedded import EmbeddedPostgres

GROWTH: Final = (20, 200, 2000)
DAYS_GROWTH: Final = (7, 28)
_PLAIN_WIDTH: Final = 140
"""Of a table that goes into a file."""
TARGETS: Final = {
    ("search", 20, DAYS): 100.0,
    ("search", 200, DAYS): 300.0,
    ("book", 20, DAYS): 100.0,
}
"""p95 in milliseconds, HTTP included [issue 7], for medians of five runs."""


async def run(runs: int, requests: int, growth: tuple[int, ...]) -> AsyncIterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="benchmarks-booking-") as name:
        folder = Path(name)
        server = EmbeddedPostgres(folder / "postgres", settings={"shared_buffers": "256MB"})
        server.start()
        try:
            for workshops in growth:
                async with staged(server.url, folder, workshops) as stage:
                    async for one in _measured(stage, workshops, runs, requests):
                        yield one
            for days in DAYS_GROWTH:
                async with staged(server.url, folder, GROWTH[0], days) as stage:
                    yield await _search(stage, GROWTH[0], days, runs, requests)
        finally:
            server.erase()


async def _measured(stage: Stage, workshops: int, runs: int, requests: int) -> AsyncIterator[Figure]:
    yield await _search(stage, workshops, DAYS, runs, requests if workshops <= 200 else max(5, requests // 10))
    if workshops == GROWTH[0]:
        for what, path in (("hold", "/v1/holds"), ("book", "/v1/bookings")):
            yield _median(
                [figure(what, *await bookings(stage, requests, DAYS, path), workshops, DAYS) for _ in range(runs)]
            )
        yield _median(
            [figure("mixed", *await mixed(stage, 2 * requests, DAYS), workshops, DAYS, 8) for _ in range(runs)]
        )
        rounds = max(1, requests // 20)
        yield _median(
            [figure("race for one slot", *await race(stage, rounds, DAYS), workshops, DAYS, CARS) for _ in range(runs)]
        )


async def _search(stage: Stage, workshops: int, days: int, runs: int, requests: int) -> Figure:
    await searches(stage, 3, days)  # warm
    return _median([figure("search", *await searches(stage, requests, days), workshops, days) for _ in range(runs)])


def _median(figures: list[Figure]) -> Figure:
    """The run in the middle by p95."""
    middle = median(one.p95_ms for one in figures) if len(figures) % 2 else figures[0].p95_ms
    return next(one for one in figures if one.p95_ms == middle)


def show(console: Console, figures: list[Figure]) -> None:
    table = Table(title="Milliseconds until the answer, HTTP included", title_justify="left", box=SIMPLE_HEAD)
    for heading in (
        "what",
        "workshops",
        "days",
        "clients",
        "requests",
        "p50",
        "p95",
        "p99",
        "per s",
        "target",
        "answers",
    ):
        table.add_column(heading, justify="left" if heading in ("what", "answers") else "right", no_wrap=True)
    for one in figures:
        target = TARGETS.get((one.what, one.workshops, one.days))
        words = "" if target is None else f"{target:.0f} {'met' if one.p95_ms <= target else 'MISSED'}"
        answers = " ".join(f"{status}:{number}" for status, number in one.statuses.items())
        numbers = (
            one.workshops,
            one.days,
            one.clients,
            one.requests,
            one.p50_ms,
            one.p95_ms,
            one.p99_ms,
            one.per_second,
        )
        table.add_row(one.what, *(f"{number:,}" for number in numbers), words, answers)
    console.print(table)


async def _all(arguments: argparse.Namespace) -> list[Figure]:
    console, figures = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH), []
    async for one in run(arguments.runs, arguments.requests, tuple(arguments.workshops)):
        console.print(f"{one.what}, {one.workshops} workshops, {one.days} days: p95 {one.p95_ms} ms", highlight=False)
        figures.append(one)
    show(console, figures)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.booking", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    parser.add_argument("--runs", type=int, default=5, help="the figure is the run in the middle")
    parser.add_argument("--requests", type=int, default=100, help="of each kind and run")
    parser.add_argument("--workshops", type=int, nargs="+", default=list(GROWTH))
    arguments = parser.parse_args()
    figures = asyncio.run(_all(arguments))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in figures], indent=2))


if __name__ == "__main__":
    main()
