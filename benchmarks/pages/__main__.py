"""`python -m benchmarks.pages`: what each page costs with a fleet, a year of its history and a week of its samples.

Each car has driven an hour a day: seven days of samples, a year of hourly aggregates, of events and of visits.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.pages.measuring import Figure, measured
from benchmarks.pages.stage import staged
from database.embedded import EmbeddedPostgres

P95_MS: Final = 60.0
FIRST_LOAD_BYTES: Final = 200_000
"""Targets [issue 8]."""


def run(cars: int, sample_seconds: int, runs: int, requests: int, console: Console) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="benchmarks-pages-") as name:
        folder = Path(name)
        server = EmbeddedPostgres(folder / "postgres", settings={"shared_buffers": "512MB"})
        server.start()
        try:
            with staged(server.url, folder, cars, sample_seconds, console.print) as stage:
                return list(measured(stage, runs, requests))
        finally:
            server.erase()


def show(console: Console, figures: list[Figure]) -> None:
    table = Table(title="Each page on the server, HTTP included", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("role", "page"):
        table.add_column(heading, no_wrap=True)
    for heading in ("p50 ms", "p95 ms", "", "first load B", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in figures:
        told = [
            "met" if one.p95_ms <= P95_MS else "MISSED",
            "met" if one.first_load_bytes <= FIRST_LOAD_BYTES else "MISSED",
        ]
        table.add_row(
            one.role, one.page, f"{one.p50_ms}", f"{one.p95_ms}", told[0], f"{one.first_load_bytes:,}", told[1]
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    parser.add_argument("--cars", type=int, default=1000)
    parser.add_argument("--sample-seconds", type=int, default=10, help="between samples of a drive")
    parser.add_argument("--runs", type=int, default=5, help="the figure is the median of them")
    parser.add_argument("--requests", type=int, default=100, help="of each page and run")
    given = parser.parse_args()
    console = Console()
    figures = run(given.cars, given.sample_seconds, given.runs, given.requests, console)
    show(console, figures)
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in figures], indent=2))


if __name__ == "__main__":
    main()
