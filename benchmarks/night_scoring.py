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

import psutil
from psycopg.types.json import Jsonb
from rich.console import Console

from database.connection import Pool, open_pool
from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from maintenance_planner import service
from maintenance_planner.scoring import score_all
from maintenance_planner.wear.components import components
from maintenance_planner.wear.observed_json import json_of_observations
from maintenance_planner.wear.observing import FEATURES, Observation
from servicelane.databases import create_fresh_database
from servicelane.schema import migration_folders

AS_OF = datetime(2026, 5, 4, tzinfo=UTC)
_TABLES = ("vehicles", "days", "planned", "usage", "records", "findings", "wear", "samples")


async def fill(pool: Pool, cars: int) -> None:
    folder = Path(__file__).parent / "night_scoring_sql"
    async with pool.connection() as connection:
        for table in _TABLES:
            given = {"cars": cars, "as_of": AS_OF, "observed": Jsonb(_observed())}
            await connection.execute((folder / f"{table}.sql").read_bytes(), given)


def _observed() -> dict[str, Any]:
    """By drivetrain, every part that a car of it has, half worn."""
    features = (0.5, 6.5, 1.0, 100.0, 0.5, 0.5, *[0.1] * (len(FEATURES) - 6))
    return {
        drivetrain: json_of_observations(
            [Observation(one.name, features, 0.5, 700.0) for one in components() if drivetrain in one.drivetrains]
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
    figures["one_car_seconds"] = await _one_car(pool)
    return figures


async def _one_car(pool: Pool) -> float:
    """From a finding that is stored to the new list of the car, over twenty cars the slowest."""
    slowest = 0.0
    async with pool.connection() as connection:
        rows = await (
            await connection.execute("select vin from published.vehicles order by vehicle_id limit 20")
        ).fetchall()
    for row in rows:
        async with pool.connection() as connection:
            await connection.execute("update planner.planned set findings_digest = 'other'")
            start = time.perf_counter()
            await service.plan_touched(connection, {row["vin"]: None})
            slowest = max(slowest, time.perf_counter() - start)
    return round(slowest, 3)


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
            async with open_pool(url, maximum=2) as pool:
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
