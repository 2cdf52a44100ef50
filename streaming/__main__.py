"""`python -m streaming`: deletes from the stream what is old and handled, now and then, with the owner's rights."""

from __future__ import annotations

import asyncio

from database.settings import DatabaseSettings
from observability.disk import watch_disk
from observability.logs import configure_logs
from streaming.retention import Retention
from streaming.settings import StreamingSettings
from streaming.worker_process import serving_health, stopped_by_signals


async def run() -> None:
    settings, stopping = StreamingSettings(), stopped_by_signals()
    if settings.disk_folder:
        watch_disk(settings.disk_folder)
    retention = Retention(DatabaseSettings().database_url, settings)
    async with serving_health(retention=retention.check):
        await retention.run(stopping)


if __name__ == "__main__":
    configure_logs("stream-retention")
    asyncio.run(run())
