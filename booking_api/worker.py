"""What happens without anybody asking: holds end, repairs prove themselves or do not, webhooks are sent, what is
found about a car becomes an event, and keys of requests are forgotten.

Several processes may work side by side: each takes what no other has under its lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import httpx
import structlog

from booking_api.events import findings
from booking_api.idempotency import forget_old_keys
from booking_api.visits.service import end_holds
from booking_api.visits.verdicts import follow_verdicts
from booking_api.webhooks.delivery import TIMEOUT_SECONDS, deliver_due
from database.connection import Pool
from database.errors import DatabaseError
from streaming.contract import Stream

LOOK_EVERY_SECONDS: Final = 1.0

_log: Final = structlog.get_logger(__name__)


def wall_clock() -> datetime:
    return datetime.now(UTC)


async def work_once(pool: Pool, now: datetime) -> None:
    """Each kind of work in a transaction of its own."""
    for work in (end_holds, follow_verdicts, forget_old_keys):
        async with pool.connection() as connection:
            await work(connection, now)


async def _again_and_again(work: Callable[[], Awaitable[object]]) -> None:
    """Until it is cancelled. What the database refuses now is tried again in the next round."""
    while True:
        try:
            await work()
        except DatabaseError as error:
            _log.warning("visits_wait_for_the_database", reason=str(error))
        await asyncio.sleep(LOOK_EVERY_SECONDS)


@asynccontextmanager
async def working(
    pool: Pool, stream: Stream, *, private_webhooks: bool = False, clock: Callable[[], datetime] = wall_clock
) -> AsyncIterator[None]:
    """Works beside the block. A receiver that is slow to answer keeps no hold from ending."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:

        async def deliver() -> None:
            while await deliver_due(pool, client, clock(), private=private_webhooks):
                pass

        tasks = [asyncio.create_task(_again_and_again(work)) for work in (lambda: work_once(pool, clock()), deliver)]
        stopping = asyncio.Event()
        consumer = stream.consumer(findings.TOPICS, findings.GROUP)
        consuming = asyncio.create_task(consumer.run(findings.handle, stopping))
        try:
            yield
        finally:
            stopping.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(consuming, *tasks, return_exceptions=True)
