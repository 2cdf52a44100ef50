"""`python -m benchmarks.night_scoring`: the night's scoring of a fleet, and one car after a finding.

The fleet is made in the database: two years of days, records of work, a finding on one car in twenty, an odometer that
was replaced on one in fifty, and what is known of every part's wear. Figures are CPU of our process and of the server's
with the wall clock beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from psycopg.types.json import Jsonb
from rich.console import Console

from database.connection import Pool, open_pool
from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from maintenance_planner.scoring import score_all
from maintenance_planner.wear.components import components
from maintenance_planner.wear.observed_json import json_of_observations
from maintenance_planner.wear.observing import FEATURES, Observation
from maintenance_planner.worker import GATHER_SECONDS, GROUP, RECORDS_AT_ONCE, TOPICS, handle
from servicelane.databases import create_fresh_database
from servicelane.schema import migration_folders
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.topics import StreamTopic

AS_OF = datetime(2026, 5, 4, tzinfo=UTC)
_FOLDER = Path(__file__).parent / "night_scoring_sql"
_TABLES = ("vehicles", "days", "planned", "usage", "records", "findings", "wear", "samples")


async def fill(pool: Pool, cars: int) -> None:
    async with pool.connection() as connection:
        for table in _TABLES:
            given = {"cars": cars, "as_of": AS_OF, "observed": Jsonb(_observed())}
            await connection.execute((_FOLDER / f"{table}.sql").read_bytes(), given)


def _observed() -> dict[str, Any]:
    """By drivetrain, every part that a car of it has, half worn."""
    features = (0.5, 6.5, 1.0, 100.0, 0.5, 1.0, 0.5, *[0.1] * (len(FEATURES) - 7))
    return {
        drivetrain: json_of_observations(
            [Observation(one.name, features, 0.5, 700.0, 400) for one in components() if drivetrain in one.drivetrains]
        )
        for drivetrain in ("petrol", "diesel", "hybrid", "electric")
    }


async def measure(pool: Pool, server: psutil.Process, cars: int) -> dict[str, Any]:
    """The first night opens every log; the second is what each night is like."""
    figures: dict[str, Any] = {"cars": cars}
    for name, as_of_at in (("first_night", AS_OF), ("next_night", AS_OF.replace(day=5))):
        wall, own, theirs = time.perf_counter(), time.process_time(), _server_cpu(server)
        scored = await score_all(pool, as_of_at)
        assert scored == cars
        figures[name] = {
            "wall_seconds": round(time.perf_counter() - wall, 1),
            "own_cpu_seconds": round(time.process_time() - own, 1),
            "server_cpu_seconds": round(_server_cpu(server) - theirs, 1),
        }
    figures["one_car_seconds"] = await _after_findings(pool)
    return figures


async def _after_findings(pool: Pool) -> float:
    """From the row of a finding to that of its recommendation through the worker, of twenty cars the slowest.

    Each finding comes when the last was just answered: the worker then waits for more as long as it ever does.
    """
    stream, stopping, slowest = PostgresStream(pool), asyncio.Event(), 0.0
    consumer = stream.consumer(TOPICS, GROUP, maximum_records=RECORDS_AT_ONCE, gather_seconds=GATHER_SECONDS)
    working = asyncio.create_task(consumer.run(handle, stopping))
    async with pool.connection() as connection:
        cars = await (
            await connection.execute("select vin, vehicle_id from published.vehicles order by vehicle_id limit 20")
        ).fetchall()
    for number, car in enumerate(cars):
        finding_id = UUID(int=number)
        async with pool.connection() as connection:
            given = {"vehicle_id": car["vehicle_id"], "finding_id": finding_id, "as_of": AS_OF}
            await connection.execute((_FOLDER / "one_finding.sql").read_bytes(), given)
        start = time.perf_counter()
        await stream.produce([OutgoingRecord(StreamTopic.FINDINGS, car["vin"], b"")])
        while not await _is_recommended(pool, finding_id):
            await asyncio.sleep(0.01)
        slowest = max(slowest, time.perf_counter() - start)
    stopping.set()
    await working
    return round(slowest, 3)


async def _is_recommended(pool: Pool, finding_id: UUID) -> bool:
    async with pool.connection() as connection:
        asked = await connection.execute(
            "select from published.recommendations where %s = any(finding_ids)", [finding_id]
        )
        return await asked.fetchone() is not None


def _server_cpu(server: psutil.Process) -> float:
    """Of the server and its processes, those included that have ended."""
    times = server.cpu_times()
    spent = times.user + times.system + times.children_user + times.children_system
    for child in server.children(recursive=True):
        try:
            spent += sum(child.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return spent


async def run(cars: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings={"shared_buffers": "256MB"})
        server.start()
        try:
            url = await create_fresh_database(server.url, "benchmarks")
            await migrate(url, migration_folders())
            process = psutil.Process(server.pid)
            async with open_pool(url, maximum=4) as pool:
                await fill(pool, cars)
                return await measure(pool, process, cars)
        finally:
            server.erase()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night_scoring", description=__doc__)
    parser.add_argument("--cars", type=int, default=10_000)
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    given = parser.parse_args()
    figures = asyncio.run(run(given.cars))
    Console().print_json(data=figures)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
