"""`python -m maintenance_planner`: keeps every car's service plan up to date, as a process."""

from __future__ import annotations

import asyncio
import signal

from database.connection import open_pool
from database.settings import DatabaseSettings
from maintenance_planner.worker import GROUP, RECORDS_AT_ONCE, TOPICS, handle
from observability.logs import configure_logs
from streaming.postgres import PostgresStream


async def run() -> None:
    """Runs until SIGTERM or SIGINT; what is in hand is finished first."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with open_pool(DatabaseSettings().database_url, role="servicelane_maintenance_planner") as pool:
        consumer = PostgresStream(pool).consumer(TOPICS, GROUP, maximum_records=RECORDS_AT_ONCE)
        await consumer.run(handle, stopping)


def main() -> None:
    configure_logs("maintenance-planner")
    asyncio.run(run())


if __name__ == "__main__":
    main()
