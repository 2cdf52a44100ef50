"""`python -m benchmarks.pages`: what each page costs with a fleet, a year of its history and a week of its samples.

Each car has driven an hour a day: seven days of samples, a year of hourly aggregates, of events and of visits.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.pages.measuring import Figure, measured, pages_of, shape
from benchmarks.pages.news import EVERY, News, told
from benchmarks.pages.paint import Paint, painted
from benchmarks.pages.stage import Stage, staged
from database.embedded import EmbeddedPostgres

P95_MS: Final = 60.0
FIRST_LOAD_BYTES: Final = 200_000
PAINT_MS: Final = 1000.0
NEWS_SECONDS: Final = 2.0
"""Targets [issue 8]."""
_PLAIN_WIDTH: Final = 140
"""Of a table that goes into a file."""


@dataclass(frozen=True, slots=True)
class Findings:
    """`news` None: not measured."""

    pages: list[Figure]
    paints: list[Paint]
    news: News | None


def run(given: argparse.Namespace, console: Console) -> Findings:
    """Each part is shown once it is known."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-pages-") as name:
        folder = given.keep or Path(name)
        server = EmbeddedPostgres(folder / "postgres", settings={"shared_buffers": "512MB"})
        server.start()
        try:
            with staged(server.url, folder, given.cars, given.sample_seconds, console.print) as stage:
                return _findings(stage, given, console)
        finally:
            (server.stop if given.keep else server.erase)()


def _findings(stage: Stage, given: argparse.Namespace, console: Console) -> Findings:
    pages, news = pages_of(stage), None
    figures = list(measured(stage, pages, given.runs, given.requests))
    show_pages(console, figures)
    named = [(caller, path, shape(path)) for caller, path in pages]
    paints = list(painted(stage, named, given.loads)) if given.loads else []
    if paints:
        show_paints(console, paints)
    if faults := min(given.faults, (given.cars - 1) // EVERY):
        news = told(stage, faults)
        show_news(console, news)
    return Findings(figures, paints, news)


def verdict(value: float, limit: float) -> str:
    return "met" if value <= limit else "MISSED"


def show_pages(console: Console, figures: Sequence[Figure]) -> None:
    table = _table("Each page on the server, HTTP included", "p50 ms", "p95 ms", "", "first load B", "")
    for one in figures:
        size = f"{one.first_load_bytes:,}"
        judged = verdict(one.p95_ms, P95_MS), verdict(one.first_load_bytes, FIRST_LOAD_BYTES)
        table.add_row(one.role, one.page, f"{one.p50_ms}", f"{one.p95_ms}", judged[0], size, judged[1])
    console.print(table)


def show_paints(console: Console, paints: Sequence[Paint]) -> None:
    table = _table("Largest contentful paint, the processor slowed down four times", "median ms", "worst ms", "")
    for one in paints:
        table.add_row(one.role, one.page, f"{one.median_ms}", f"{one.worst_ms}", verdict(one.median_ms, PAINT_MS))
    console.print(table)


def show_news(console: Console, news: News) -> None:
    told_in = f"median {news.median_s} s, worst {news.worst_s} s of {news.faults}"
    console.print(f"A new fault on the technician's page: {told_in} ({verdict(news.worst_s, NEWS_SECONDS)})")


def _table(title: str, *figures: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for heading in ("role", "page"):
        table.add_column(heading, no_wrap=True)
    for heading in figures:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    parser.add_argument("--cars", type=int, default=1000)
    parser.add_argument("--keep", type=Path, help="a folder whose database is filled once; news need a fresh one")
    parser.add_argument("--sample-seconds", type=int, default=10, help="between samples of a drive")
    parser.add_argument("--runs", type=int, default=5, help="the figure is the median of them")
    parser.add_argument("--requests", type=int, default=100, help="of each page and run")
    parser.add_argument("--loads", type=int, default=5, help="of each page in a browser; 0: none")
    parser.add_argument("--faults", type=int, default=10, help="that are waited for on a page; 0: none")
    given = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    found = run(given, console)
    if given.json:
        told_to_programs: dict[str, Any] = asdict(found)
        given.json.write_text(json.dumps(told_to_programs, indent=2))


if __name__ == "__main__":
    main()
