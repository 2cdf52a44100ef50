"""`python -m diagnostics`: the worker as a process."""

from __future__ import annotations

import asyncio
import signal

from database.connection import open_pool
from database.settings import DatabaseSettings
from diagnostics.worker import GROUP, RECORDS_AT_ONCE, TOPICS, DiagnosticsWorker
from observability.logs import configure_logs
from streaming.postgres import PostgresStream


async def run() -> None:
    """Runs until SIGTERM or SIGINT; what is in hand is finished first."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with open_pool(DatabaseSettings().database_url, role="servicelane_diagnostics") as pool:
        stream = PostgresStream(pool)
        consumer = stream.consumer(TOPICS, GROUP, maximum_records=RECORDS_AT_ONCE)
        await consumer.run(DiagnosticsWorker(stream).handle, stopping)


def main() -> None:
    configure_logs("diagnostics")
    asyncio.run(run())


if __name__ == "__main__":
    main()
