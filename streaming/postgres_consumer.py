"""A member of a group on PostgreSQL: locks partitions, handles what is new in them, moves the offsets, commits.

Until the handler writes, its transaction has no number, so a handler that reads and thinks first holds nobody back.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import structlog
from psycopg.rows import args_row

from database.connection import Connection, Pool
from database.errors import UnavailableError, translated
from database.queries import Queries
from observability import metrics
from streaming.beat import Beat
from streaming.contract import Handler, Record
from streaming.handling import handling
from streaming.pace import Pace
from streaming.partitions import PARTITIONS
from streaming.retrying import Partition, Troubles, delay_seconds
from streaming.wake_up import WakeUp

LOCKED_AFTER_MUCH: Final = (PARTITIONS // 4, PARTITIONS // 4, PARTITIONS // 2)
"""Partitions of a batch, more only where those before hold little: members that begin together get like shares."""

LOCKED_AFTER_LITTLE: Final = (PARTITIONS // 2, PARTITIONS // 2)
"""Of the batch after one whose partitions held little all together: fewer questions for the same share."""

BATCH_BYTES: Final = 8 * 2**20
"""Of values in a batch, or one record that is larger: bounds a member's memory whatever the records' size."""

_CONNECTION_SECONDS: Final = 5.0
"""To wait for a connection: short, so that a member without a server still stops soon when told."""

_SHORTEST_POLL_SECONDS: Final = 0.01
_LONGEST_POLL_SECONDS: Final = 1.0
_LAG_EVERY_SECONDS: Final = 10.0

_queries: Final = Queries(Path(__file__).parent / "queries")
_log = structlog.get_logger(__name__)


class Row(NamedTuple):
    """A record as the table holds it; the transaction's number and the headers as text."""

    partition: int
    transaction_id: str
    id: int
    key: str
    value: bytes
    headers: str
    appended_at: datetime


class Place(NamedTuple):
    """How far the group has come in a partition, as the table holds it."""

    partition: int
    transaction_id: str
    id: int


class Taken(NamedTuple):
    """`everything`: no other partition of the topic held anything that this member could have."""

    places: Mapping[int, Place]
    rows: list[Row]
    everything: bool


class OffsetsMovedError(RuntimeError):
    """Offsets of a partition are no longer where this transaction read them."""


class PostgresConsumer:
    """Not for two tasks at once: each member is a consumer of its own."""

    def __init__(self, pool: Pool, wake_up: WakeUp, topics: Sequence[str], group: str, pace: Pace, beat: Beat) -> None:
        self._pool = pool
        self._wake_up = wake_up
        self._topics = list(topics)
        self._group = group
        self._pace = pace
        self._beat = beat
        self._registered = False
        self._troubles = Troubles()
        self._had_much = True
        self._held: set[int] = set()
        self._chance = random.Random()
        self._lag_read_at = -_LAG_EVERY_SECONDS

    async def step(self, handler: Handler) -> int:
        """One batch of one topic; handler and offsets in one transaction. Returns its size, 0 where nothing is due.

        Raises what the handler raises, after rolling back; the partitions of the batch are then left alone for a while.
        """
        await self._register()
        alone = self._troubles.due(time.monotonic())
        if alone is not None:
            handled = await self._handle(handler, alone)
            if handled:
                return handled
            self._troubles.clear([alone])  # another member has handled it
        return await self._handle(handler, None)

    async def run(self, handler: Handler, stopping: asyncio.Event) -> None:
        """Steps until `stopping` is set. Survives the handler's errors and the server's absence."""
        async with self._wake_up.subscribed(self._topics) as appended:
            poll_seconds, failures = _SHORTEST_POLL_SECONDS, 0
            while not stopping.is_set():
                appended.clear()
                looked_at = time.monotonic()
                try:
                    await self._show_lag()  # first: also where every batch fails
                    handled = await self.step(handler)
                    failures = 0
                except UnavailableError as error:
                    failures += 1
                    await self._wait_for_server(failures, error, stopping)
                    continue
                except Exception:
                    metrics.STREAM_FAILURES.labels(group=self._group).inc()
                    _log.exception("handler_failed", group=self._group, topics=self._topics, next="retry")
                    continue
                if handled:
                    poll_seconds = _SHORTEST_POLL_SECONDS
                    continue
                pause_seconds = self._beat.pause_seconds(looked_at, time.monotonic())
                if pause_seconds is not None:
                    await self._woken(asyncio.Event(), stopping, min(pause_seconds, _LONGEST_POLL_SECONDS))
                elif await self._woken(appended, stopping, poll_seconds):
                    poll_seconds = _SHORTEST_POLL_SECONDS
                else:
                    poll_seconds = min(poll_seconds * 2, _LONGEST_POLL_SECONDS)

    async def lag(self) -> int:
        """How many records of these topics the group has not handled yet, held-back ones included."""
        return sum(row["records"] for row in await self._fetch_lag())

    async def _fetch_lag(self) -> list[dict[str, Any]]:
        async with self._pool.connection(_CONNECTION_SECONDS) as connection:
            return await _queries.all(
                connection, "fetch_lag", group=self._group, topics=self._topics, partitions=PARTITIONS
            )

    async def _register(self) -> None:
        if self._registered:
            return
        async with self._pool.connection(_CONNECTION_SECONDS) as connection:
            await _queries.run(
                connection, "register_group", group=self._group, topics=self._topics, partitions=PARTITIONS
            )
        self._registered = True

    async def _handle(self, handler: Handler, alone: Partition | None) -> int:
        locked: list[Partition] = []
        started = time.monotonic()
        try:
            async with self._pool.connection(_CONNECTION_SECONDS) as connection:
                places, rows, everything = await self._take(connection, alone, locked)
                if not rows:
                    return 0
                self._note(locked, len(rows), everything)
                with handling(connection, self._topics):
                    await handler(_records(locked[0].topic, rows), connection)
                await self._advance(connection, locked[0].topic, places, rows)
        except UnavailableError:
            raise
        except Exception:
            self._troubles.add(locked, time.monotonic())
            raise
        finally:
            self._beat.in_hand -= self._held
            self._held = set()
        self._troubles.clear(locked)
        self._pace.note(len({row.key for row in rows}), time.monotonic() - started)
        metrics.STREAM_HANDLED.labels(group=self._group, topic=locked[0].topic).inc(len(rows))
        return len(rows)

    async def _take(self, connection: Connection, alone: Partition | None, locked: list[Partition]) -> Taken:
        """What is next in some partitions, which join `locked`; in all that are free where a few hold little."""
        places: dict[int, Place] = {}
        rows: list[Row] = []
        no_more = False
        for number in LOCKED_AFTER_MUCH if self._had_much else LOCKED_AFTER_LITTLE:
            maximum = self._pace.most_partitions(number)
            more = await self._lock(connection, alone, locked, maximum)
            no_more = not alone and len(more) < maximum
            if not more:
                break
            locked += more
            self._held |= {partition.number for partition in more}
            self._beat.in_hand |= self._held
            found = await self._fetch_places(connection, more)
            places |= {place.partition: place for place in found}
            rows += await self._fetch(connection, more[0].topic, found, self._pace.maximum_records - len(rows))
            if alone or len(more) < maximum or self._is_much(rows):
                break
        self._had_much = self._is_much(rows)
        rows = self._pace.cut(rows)
        kept = {row.partition for row in rows}
        everything = no_more and len(kept) == len(locked)
        locked[:] = [partition for partition in locked if partition.number in kept]
        return Taken(places, rows, everything)

    def _note(self, locked: Sequence[Partition], rows: int, everything: bool) -> None:
        """From now on, not from when they were asked for: a beat may lie between, and the batch is that beat's."""
        now = time.monotonic()
        self._beat.note(locked, now, little=self._pace.is_little(rows))
        if everything:
            self._beat.note_nothing_else(locked[0].topic, now)

    def _is_much(self, rows: Sequence[Row]) -> bool:
        if len({row.key for row in rows}) >= self._pace.most_keys:
            return True
        return 4 * len(rows) >= self._pace.maximum_records or 4 * sum(len(row.value) for row in rows) >= BATCH_BYTES

    async def _lock(
        self, connection: Connection, alone: Partition | None, locked: Sequence[Partition], maximum: int
    ) -> list[Partition]:
        """Partitions of one topic with something to read, those first that were handled longest ago."""
        left_alone = [] if alone else [*self._troubles.partitions, *self._beat.resting(time.monotonic())]
        skipped = [*locked, *left_alone]
        topics = [alone.topic] if alone else [locked[0].topic] if locked else self._topics
        rows = await _queries.all(
            connection,
            "lock_partitions",
            group=self._group,
            group_topics=self._topics,
            topics=topics,
            only_partition=alone.number if alone else None,
            skipped_topics=[partition.topic for partition in skipped],
            skipped_partitions=[partition.number for partition in skipped],
            maximum=maximum,
        )
        return [Partition(row["topic"], row["partition"]) for row in rows]

    async def _fetch_places(self, connection: Connection, partitions: Sequence[Partition]) -> list[Place]:
        """In a statement after the one that locked: only now nobody moves them any more."""
        rows = await _queries.all(
            connection,
            "fetch_offsets",
            group=self._group,
            topic=partitions[0].topic,
            partitions=[partition.number for partition in partitions],
        )
        return [Place(**row) for row in rows]

    async def _fetch(self, connection: Connection, topic: str, places: Sequence[Place], maximum: int) -> list[Row]:
        """In the binary format: as text, a value's bytes would cross as twice as many digits."""
        parameters = {
            "group": self._group,
            "group_topics": self._topics,
            "topic": topic,
            "partitions": [place.partition for place in places],
            "transaction_ids": [place.transaction_id for place in places],
            "ids": [place.id for place in places],
            "maximum": max(maximum // len(places), 1),
            "maximum_bytes": BATCH_BYTES,
        }
        with translated():
            async with connection.cursor(binary=True, row_factory=args_row(Row)) as cursor:
                await cursor.execute(_queries.text("fetch_records"), parameters)
                return await cursor.fetchall()

    async def _advance(
        self, connection: Connection, topic: str, places: Mapping[int, Place], rows: Sequence[Row]
    ) -> None:
        last = {row.partition: row for row in rows}
        moved = await _queries.run(
            connection,
            "advance_offsets",
            group=self._group,
            topic=topic,
            partitions=list(last),
            transaction_ids=[row.transaction_id for row in last.values()],
            ids=[row.id for row in last.values()],
            from_transaction_ids=[places[partition].transaction_id for partition in last],
            from_ids=[places[partition].id for partition in last],
        )
        if moved != len(last):
            raise OffsetsMovedError(
                f"somebody else moved offsets of group {self._group} on {topic} while a member held them; the batch is"
                " rolled back and handled again. Members of an older release lock in another way: end them first."
            )

    async def _woken(self, appended: asyncio.Event, stopping: asyncio.Event, seconds: float) -> bool:
        """True where a record was appended; False after the time, or when stopping."""
        waits = [asyncio.create_task(event.wait()) for event in (appended, stopping)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return appended.is_set()

    async def _wait_for_server(self, failures: int, error: UnavailableError, stopping: asyncio.Event) -> None:
        seconds = delay_seconds(failures, self._chance)
        _log.warning("database_unavailable", group=self._group, error=str(error), again_in_seconds=round(seconds, 1))
        await self._woken(asyncio.Event(), stopping, seconds)

    async def _show_lag(self) -> None:
        now = time.monotonic()
        if now - self._lag_read_at < _LAG_EVERY_SECONDS:
            return
        self._lag_read_at = now
        for row in await self._fetch_lag():
            metrics.STREAM_LAG.labels(group=self._group, topic=row["topic"]).set(row["records"])
            since = row["held_back_since"]
            seconds = (datetime.now(UTC) - since).total_seconds() if since else 0.0
            metrics.STREAM_HELD_BACK_SECONDS.labels(topic=row["topic"]).set(max(seconds, 0.0))


def _records(topic: str, rows: Sequence[Row]) -> list[Record]:
    """Headers that are written alike are read once: a producer says the same of most of its records."""
    headers = {text: json.loads(text) for text in {row.headers for row in rows}}
    return [Record(topic, row.key, row.value, headers[row.headers], row.appended_at) for row in rows]
