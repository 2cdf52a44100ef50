"""Aggregates and retention as a process: notes what is stored, makes anew what is due, deletes what is old."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import structlog

from database.connection import Connection, Pool, connect
from database.errors import UnavailableError
from database.timescale import has_timescale
from ingest import aggregate_store as store
from ingest.aggregates import STEPS, Aggregates, PlainAggregates, TimescaleAggregates
from ingest.retention import delete_old
from ingest.retention_settings import RetentionSettings
from observability.metrics import AGGREGATES_WAITING
from streaming.contract import Consumer, Record
from streaming.watched_handler import FAILURES, HandlerFailingError, WatchedHandler
from telemetry_schema.topics import StreamTopic

GROUP: Final = "aggregates"
TOPICS: Final = (StreamTopic.STORED,)
RECORDS_AT_ONCE: Final = 5_000
GATHER_SECONDS: Final = 10.0
"""Nothing is made anew before a minute is over, and a car that is just sending is noted once for many notices."""

_REFRESH_EVERY_SECONDS: Final = 10.0
_log = structlog.get_logger(__name__)


async def make_aggregates(pool: Pool, url: str, settings: RetentionSettings) -> Aggregates:
    """For what the database was found to be when it was first migrated. `url` is the owner's."""
    kept = settings.kept("samples")
    async with pool.connection() as connection:
        if await has_timescale(connection):
            return TimescaleAggregates(pool, url, kept)
    return PlainAggregates(pool, kept)


class Upkeep:
    """Three loops. Several processes may run them at once."""

    def __init__(self, pool: Pool, url: str, aggregates: Aggregates, settings: RetentionSettings) -> None:
        self._pool = pool
        self._url = url
        self._aggregates = aggregates
        self._settings = settings
        self._failures = 0
        self._note = WatchedHandler(self.note)

    async def run(self, consumer: Consumer, stopping: asyncio.Event) -> None:
        """Until `stopping` is set. Survives the server's absence."""
        await asyncio.gather(
            consumer.run(self._note, stopping),
            self._again_and_again(self.refresh, _REFRESH_EVERY_SECONDS, stopping),
            self._again_and_again(self.keep_retention, self._settings.every_seconds, stopping),
        )

    async def check(self) -> None:
        """For readiness: raises where nothing succeeds any more."""
        await self._note.check()
        if self._failures >= FAILURES:
            raise HandlerFailingError(f"the last {self._failures} attempts failed")

    async def note(self, records: Sequence[Record], connection: Connection) -> None:
        await self._aggregates.note(records, connection, datetime.now(UTC))

    async def refresh(self, stopping: asyncio.Event) -> None:
        """Makes anew what is due."""
        while not stopping.is_set() and await self._aggregates.refresh(datetime.now(UTC)):
            pass
        async with self._pool.connection() as connection:
            waiting = await store.count_touched(connection)
        for step in STEPS:
            AGGREGATES_WAITING.labels(step=step.name).set(waiting.get(step.name, 0))

    async def keep_retention(self, _: asyncio.Event) -> None:
        async with await connect(self._url) as owner:
            deleted = await delete_old(owner, self._settings, datetime.now(UTC))
        _log.info("retention", deleted={table: rows for table, rows in deleted.items() if rows})

    async def _again_and_again(
        self, work: Callable[[asyncio.Event], Awaitable[None]], every_seconds: float, stopping: asyncio.Event
    ) -> None:
        while not stopping.is_set():
            try:
                await work(stopping)
                self._failures = 0
            except UnavailableError as error:
                self._failures += 1
                _log.warning("database_unavailable", error=str(error), again_in_seconds=every_seconds)
            except Exception:
                self._failures += 1
                _log.exception("upkeep_failed", again_in_seconds=every_seconds)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), every_seconds)
