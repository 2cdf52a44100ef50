"""`python -m benchmarks.ingest`: Servicelane's ingest against what people use instead, in one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.ingest.c_pipe import CPipe
from benchmarks.ingest.contender import Contender
from benchmarks.ingest.measurement import Measurement
from benchmarks.ingest.payloads import Load
from benchmarks.ingest.servicelane_contender import Servicelane
from benchmarks.ingest.stage import stage


async def run(arguments: argparse.Namespace) -> list[Measurement]:
    loads = [Load(arguments.cars, arguments.frames, size) for size in (1, 10)]
    contenders: list[Contender] = [make(load) for load in loads for make in (CPipe, Servicelane)]
    chosen = [one for one in contenders if arguments.only in one.name]
    measurements = []
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as folder:
        Path(folder).chmod(0o711)
        async with stage(Path(folder), arguments.cars, arguments.database_url) as prepared:
            for _ in range(arguments.rounds):
                for contender in chosen:
                    measurements.append(await contender.run(prepared))
                    print(_line(measurements[-1]))
    return measurements


def _line(measured: Measurement) -> str:
    cpu = ", ".join(f"{name} {measured.cpu_us(name):.1f}" for name in measured.cpu_seconds)
    return f"{measured.contender}: {measured.rate:,.0f} frames/s; CPU µs per frame: {cpu}; {measured.outcome}"


def show(console: Console, measurements: list[Measurement]) -> None:
    table = Table(title="Ingest", title_justify="left", box=SIMPLE_HEAD)
    processes = list(dict.fromkeys(name for one in measurements for name in one.cpu_seconds))
    for heading in ("contender", "frames/s", *(f"{name} µs" for name in processes), "exact"):
        table.add_column(heading, justify="right" if heading != "contender" else "left")
    for one in measurements:
        cpu = [f"{one.cpu_us(name):.1f}" if name in one.cpu_seconds else "" for name in processes]
        table.add_row(one.contender, f"{one.rate:,.0f}", *cpu, "yes" if one.outcome.is_exact else str(one.outcome))
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__)
    parser.add_argument("--cars", type=int, default=1000)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="contenders whose name holds these words")
    parser.add_argument("--database-url", help="a server instead of the embedded PostgreSQL 18")
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    arguments = parser.parse_args()
    measurements = asyncio.run(run(arguments))
    show(Console(), measurements)
    if arguments.json:
        arguments.json.write_text(json.dumps([one.as_dict() for one in measurements], indent=2))


if __name__ == "__main__":
    main()
