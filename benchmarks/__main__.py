"""`python -m benchmarks`: CPU per unit of each part on this machine, and its share of the whole way of a frame."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.driving import measure_driving
from benchmarks.frames import measure_frames
from benchmarks.slots import measure_slots
from benchmarks.timing import Figure
from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from servicelane.databases import create_fresh_database
from servicelane.schema import migration_folders


async def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings={"shared_buffers": "256MB"})
        server.start()
        try:
            url = await create_fresh_database(server.url, "benchmarks")
            await migrate(url, migration_folders())
            figures = [figure async for figure in measure_frames(url)]
            figures += [figure async for figure in measure_driving(url)]
            return figures + [figure async for figure in measure_slots(url)]
        finally:
            server.erase()


def show(console: Console, figures: list[Figure]) -> None:
    table = Table(title="CPU of our own processes, best of the runs", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("part", "per", "units", "CPU µs", "wall µs", "of writer"):
        words = heading in ("part", "per")
        table.add_column(heading, justify="left" if words else "right", no_wrap=words)
    writer = next(figure.cpu_us for figure in figures if figure.part == "ingest: writer")
    for figure in figures:
        ratio = f"{figure.cpu_us / writer:.2f}" if figure.unit == "frame" else ""
        table.add_row(
            figure.part, figure.unit, f"{figure.units:,}", f"{figure.cpu_us:,.2f}", f"{figure.wall_us:,.2f}", ratio
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    arguments = parser.parse_args()
    figures = asyncio.run(run())
    show(Console(), figures)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2))


if __name__ == "__main__":
    main()
