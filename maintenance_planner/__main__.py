"""`python -m maintenance_planner`: keeps every car's service plan up to date, as a process."""

from __future__ import annotations

import asyncio

from maintenance_planner.worker import GATHER_SECONDS, GROUP, RECORDS_AT_ONCE, TOPICS, handle
from observability.logs import configure_logs
from streaming.worker_process import Worker, run_worker

WORKER = Worker(
    role="servicelane_maintenance_planner",
    topics=TOPICS,
    group=GROUP,
    handler=lambda _stream: handle,
    records_at_once=RECORDS_AT_ONCE,
    gather_seconds=GATHER_SECONDS,
)

if __name__ == "__main__":
    configure_logs("maintenance-planner")
    asyncio.run(run_worker(WORKER))
