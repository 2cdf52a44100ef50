"""A member of a group on Kafka: the handler's rows first, then the group's offsets. So a record may come again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Final

import structlog

from database.connection import Pool
from database.errors import UnavailableError
from observability import metrics
from streaming.beat import Beat
from streaming.contract import Handler, Record, StreamSetUpError
from streaming.handling import handling
from streaming.kafka_member import KafkaMember, Part
from streaming.kafka_offsets import KafkaOffsets
from streaming.pace import Pace
from streaming.retrying import Partition, Troubles, delay_seconds
from streaming.settings import KafkaSettings

_CONNECTION_SECONDS: Final = 5.0
"""To wait for a connection to the database: short, so that a member without one still stops soon when told."""

_POLL_SECONDS: Final = 0.25
_STEP_POLL_SECONDS: Final = 0.05
_LAG_EVERY_SECONDS: Final = 10.0
_LAG_SECONDS: Final = 3.0
_LONGEST_WAIT_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


class KafkaConsumer:
    """Not for two tasks at once: each member is a consumer of its own.

    `run` is one membership of the group for its whole time. `step` joins the group and leaves it again, for tests and
    tools: it handles one batch and holds nothing afterwards.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        pool: Pool,
        offsets: KafkaOffsets,
        topics: Sequence[str],
        group: str,
        pace: Pace,
        beat: Beat,
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._offsets = offsets
        self._topics = list(topics)
        self._group = group
        self._maximum_records = pace.maximum_records
        self._pace = pace
        self._beat = beat
        self._troubles = Troubles()
        self._turns: dict[Partition, int] = {}
        self._chance = random.Random()
        self._lag_read_at = -_LAG_EVERY_SECONDS

    async def step(self, handler: Handler) -> int:
        """One batch of one topic; returns its size, 0 where nothing is due. Raises what the handler raises."""
        async with self._member().joined() as member:
            while not (handled := await self._handle_next(member, handler)):
                if await member.has_read_all(self._troubles.partitions):
                    return 0
                await member.fill(_STEP_POLL_SECONDS)
            return handled

    async def run(self, handler: Handler, stopping: asyncio.Event) -> None:
        """Until `stopping` is set. Survives the handler's errors and the absence of Kafka and of the database."""
        failures = 0
        while not stopping.is_set():
            try:
                async with self._member().joined() as member:
                    failures = 0
                    await self._work(member, handler, stopping)
            except (UnavailableError, StreamSetUpError) as error:
                failures += 1
                await self._wait(failures, error, stopping)

    async def lag(self) -> int:
        """How many records of these topics the group has not handled yet."""
        return sum((await self._offsets.lag_by_topic(self._group, self._topics)).values())

    def _member(self) -> KafkaMember:
        prefix = self._settings.prefix
        topics = [prefix + topic for topic in self._topics]
        return KafkaMember(self._settings, topics, prefix + self._group, self._turns)

    async def _work(self, member: KafkaMember, handler: Handler, stopping: asyncio.Event) -> None:
        failures = 0
        while not stopping.is_set():
            looked_at = time.monotonic()
            try:
                handled = await self._handle_next(member, handler)
                failures = 0
            except UnavailableError as error:
                failures += 1
                await self._wait(failures, error, stopping)
                handled = 1
            except Exception:
                metrics.STREAM_FAILURES.labels(group=self._group).inc()
                _log.exception("handler_failed", group=self._group, topics=self._topics, next="retry")
                handled = 1
            pause_seconds = None if handled else self._beat.pause_seconds(looked_at, time.monotonic())
            if pause_seconds is not None:
                await asyncio.sleep(min(pause_seconds, _POLL_SECONDS))
            await member.fill(0.0 if handled or pause_seconds is not None else _POLL_SECONDS)
            await self._show_lag()

    async def _handle_next(self, member: KafkaMember, handler: Handler) -> int:
        """A partition in trouble alone when its time has come; otherwise a batch of the others."""
        alone = self._troubles.due(time.monotonic())
        if alone is not None:
            if parts := member.take(self._maximum_records, only=alone):
                return await self._handle(member, handler, parts)
            if not member.holds(alone) or member.is_exhausted(alone):
                self._troubles.clear([alone])  # another member has handled it
        leave = {*self._troubles.partitions, *self._beat.resting(time.monotonic())}
        parts = member.take(self._maximum_records, leave=leave)
        return await self._handle(member, handler, parts) if parts else 0

    async def _handle(self, member: KafkaMember, handler: Handler, parts: Sequence[Part]) -> int:
        partitions = [Partition(*part.held.place) for part in parts]
        topic = parts[0].held.place.topic.removeprefix(self._settings.prefix)
        records = list(_records(topic, parts))
        self._beat.note(partitions, time.monotonic(), little=self._pace.is_little(len(records)))
        try:
            async with self._pool.connection(_CONNECTION_SECONDS) as connection:
                with handling(connection, self._topics):
                    await handler(records, connection)
        except UnavailableError:
            raise
        except Exception:
            self._troubles.add(partitions, time.monotonic())
            member.put_back(parts)
            raise
        self._troubles.clear(partitions)
        metrics.STREAM_HANDLED.labels(group=self._group, topic=topic).inc(len(records))
        await member.done(parts)
        return len(records)

    async def _wait(self, failures: int, error: Exception, stopping: asyncio.Event) -> None:
        seconds = min(delay_seconds(failures, self._chance), _LONGEST_WAIT_SECONDS)
        _log.warning("stream_unavailable", group=self._group, error=str(error), again_in_seconds=round(seconds, 1))
        try:
            await asyncio.wait_for(stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _show_lag(self) -> None:
        now = time.monotonic()
        if now - self._lag_read_at < _LAG_EVERY_SECONDS:
            return
        self._lag_read_at = now
        try:
            async with asyncio.timeout(_LAG_SECONDS):
                lag = await self._offsets.lag_by_topic(self._group, self._topics)
        except (UnavailableError, TimeoutError) as error:
            _log.warning("lag_unknown", group=self._group, error=str(error) or "no answer in time")
            return
        for topic, records in lag.items():
            metrics.STREAM_LAG.labels(group=self._group, topic=topic).set(records)


def _records(topic: str, parts: Iterable[Part]) -> Iterator[Record]:
    unix_ms, appended_at = 0, datetime.fromtimestamp(0, UTC)
    for fetched in chain.from_iterable(part.records for part in parts):
        if fetched.timestamp != unix_ms:  # mostly the same: the broker stamps whole batches
            unix_ms, appended_at = fetched.timestamp, datetime.fromtimestamp(fetched.timestamp / 1000, UTC)
        headers = {name: value.decode() for name, value in fetched.headers}
        yield Record(topic, fetched.key.decode(), fetched.value, headers, appended_at)
