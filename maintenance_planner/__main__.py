"""`python -m maintenance_planner`: keeps every car's service plan up to date, as a process.

`python -m maintenance_planner score` scores every car once, as of now, and ends: for the night. With `--share 0
--shares 2` and `--share 1 --shares 2` two processes share the work.

`python -m maintenance_planner schedule` does that every night, and sends reminders, as a process.
"""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime

import uvloop

from database.connection import open_pool
from database.settings import DatabaseSettings
from maintenance_planner.schedule.worker import run_schedule
from maintenance_planner.scoring import score_all
from maintenance_planner.worker import GATHER_SECONDS, GROUP, RECORDS_AT_ONCE, TOPICS, handle
from observability.logs import configure_logs
from streaming.worker_process import Worker, run_worker

ROLE = "servicelane_maintenance_planner"
WORKER = Worker(
    role=ROLE,
    topics=TOPICS,
    group=GROUP,
    handler=lambda _stream: handle,
    records_at_once=RECORDS_AT_ONCE,
    gather_seconds=GATHER_SECONDS,
)


async def _score(as_of_at: datetime, share: int, shares: int) -> None:
    async with open_pool(DatabaseSettings().database_url, role=ROLE, maximum=1) as pool:
        scored = await score_all(pool, as_of_at, share, shares)
    print(f"{scored:,} cars scored as of {as_of_at.isoformat()}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m maintenance_planner", description=__doc__)
    parser.add_argument("command", nargs="?", choices=("work", "schedule", "score"), default="work")
    parser.add_argument("--as-of", type=datetime.fromisoformat, help="with offset; now by default")
    parser.add_argument("--share", type=int, default=0)
    parser.add_argument("--shares", type=int, default=1)
    given = parser.parse_args()
    as_of_at = given.as_of or datetime.now(UTC)
    if as_of_at.tzinfo is None:
        parser.error("--as-of needs an offset, for example 2026-05-04T00:00:00+00:00")
    if not 0 <= given.share < given.shares:
        parser.error("--share counts from 0 and is less than --shares")
    configure_logs("maintenance-planner")
    match given.command:
        case "score":
            asyncio.run(_score(as_of_at, given.share, given.shares))
        case "schedule":
            asyncio.run(run_schedule(ROLE))
        case _:
            uvloop.run(run_worker(WORKER))


if __name__ == "__main__":
    main()
