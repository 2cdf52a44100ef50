"""`python -m streaming`: deletes from the stream what is old and handled, now and then, with the owner's rights."""

from __future__ import annotations

import asyncio

from database.settings import DatabaseSettings
from observability.logs import configure_logs
from streaming.retention import keep_retention
from streaming.settings import StreamingSettings
from streaming.worker_process import stopped_by_signals


async def run() -> None:
    await keep_retention(DatabaseSettings().database_url, StreamingSettings(), stopped_by_signals())


if __name__ == "__main__":
    configure_logs("stream-retention")
    asyncio.run(run())
