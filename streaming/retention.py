"""Deletes what is old and handled. What a registered group has not handled stays, however old it is.

A topic that no group is registered for keeps everything: its first reader may still come, and a car has been told
that its data is safe. Such topics are named in the log. A group that is given up for good would hold its topics for
ever: `forget_group` ends that.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from database.connection import Connection, connect
from database.errors import DatabaseError
from database.queries import Queries
from observability import metrics
from streaming.contract import StreamSetUpError
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_retention import delete_old_kafka_records
from streaming.settings import StreamingSettings

_RECORDS_OF_A_PARTITION: Final = 1_000
"""Deleted in one transaction, of each partition: short enough to hold nobody back."""

_AGAIN_SECONDS: Final = 60.0
_queries: Final = Queries(Path(__file__).parent / "queries")
_log = structlog.get_logger(__name__)


async def delete_old_records(connection: Connection, before: datetime) -> int:
    """Deletes handled records appended before `before` and returns how many. Commits as it goes."""
    total = 0
    while True:
        rows = await _queries.all(connection, "delete_old_records", before=before, maximum=_RECORDS_OF_A_PARTITION)
        await connection.commit()
        if not rows:
            return total
        for row in rows:
            total += row["records"]
            metrics.STREAM_DELETED.labels(topic=row["topic"]).inc(row["records"])


async def forget_group(connection: Connection, group: str) -> None:
    """A group that will never come back. Were it to come back, it would start at the oldest record that is kept."""
    await _queries.run(connection, "delete_group", group=group)


async def unread_topics(connection: Connection) -> list[str]:
    """Topics with records and without a registered group."""
    return [row["topic"] for row in await _queries.all(connection, "fetch_unread_topics")]


class Retention:
    """Works with the rights of `url`: no package's role may delete from the stream."""

    def __init__(self, url: str, settings: StreamingSettings, on_kafka: KafkaOffsets | None = None) -> None:
        self._url = url
        self._on_kafka = on_kafka
        self._settings = settings
        self._error: DatabaseError | StreamSetUpError | None = None

    async def check(self) -> None:
        """For readiness: raises what the last attempt raised."""
        if self._error is not None:
            raise self._error

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set; what fails is tried again after a minute at the latest."""
        while not stopping.is_set():
            await self._try_once()
            every_seconds = self._settings.retention_every_seconds
            wait_seconds = min(every_seconds, _AGAIN_SECONDS) if self._error else every_seconds
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), wait_seconds)
        if self._on_kafka:
            await self._on_kafka.close()

    async def _try_once(self) -> None:
        try:
            await _delete_once(self._url, self._settings, self._on_kafka)
            self._error = None
        except (DatabaseError, StreamSetUpError) as error:
            self._error = error
            _log.warning("retention_failed", error=str(error), again_in_seconds=_AGAIN_SECONDS)


async def _delete_once(url: str, settings: StreamingSettings, on_kafka: KafkaOffsets | None) -> None:
    before = datetime.now(UTC) - timedelta(days=settings.retention_days)
    async with await connect(url) as connection:
        deleted = await delete_old_records(connection, before)
        unread = await unread_topics(connection)
    if on_kafka:
        deleted += await delete_old_kafka_records(on_kafka, before)
    _log.info("retention", deleted=deleted, before=before.isoformat(), topics_without_a_group=unread)
