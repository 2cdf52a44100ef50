"""One membership of a Kafka group: what is fetched and waits, what is in hand, how far it has come.

The buffer is bounded; a partition that fills its part of it, or that is in trouble, is paused, and the others go on.
Offsets are committed for what has been handled, never for what has only been fetched. While the group rebalances, the
member goes on with what it has; what it must give back it gives back between two batches (`kafka_assignment`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import ConsumerRecord

from streaming.kafka_assignment import CooperativeAssignor
from streaming.kafka_connection import client_options, kafka_errors_translated
from streaming.retrying import Partition
from streaming.settings import KafkaSettings

BATCH_BYTES: Final = 8 * 2**20
"""Of values in a batch, or one record that is larger."""

BUFFER_RECORDS: Final = 10_000
BUFFER_BYTES: Final = 16 * 2**20
"""Of values that wait here. Besides, the driver holds one answer of a broker (FETCH_BYTES)."""

PARTITION_BYTES: Final = 4 * 2**20
"""Of one partition that wait here; then it is paused, so that it leaves room to others."""

TROUBLE_RECORDS: Final = 64
TROUBLE_BYTES: Final = 2**17
"""Of a partition in trouble that wait here, or one record: so that many of them leave room to the others."""

FETCH_BYTES: Final = 8 * 2**20
_FETCH_WAIT_SECONDS: Final = 0.25
"""A broker holds an answer back so long when it has nothing; a partition that is resumed is asked for after that."""

_REBALANCE_SECONDS: Final = 10.0
HANDLER_SECONDS: Final = 300.0
"""A member that does not come back for more in this time is taken for stuck, and its partitions are given to others."""

_START_SECONDS: Final = 30.0
_FETCH_SECONDS: Final = 0.2
_COMMIT_SECONDS: Final = 10.0
_LEAVE_SECONDS: Final = 10.0
_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Held:
    """A partition that this member works on."""

    place: TopicPartition
    records: list[ConsumerRecord] = field(default_factory=list)
    bytes: int = 0
    next_offset: int | None = None
    """Of the record to handle next; None before that is known."""

    paused: bool = False

    @property
    def fetch_offset(self) -> int | None:
        return self.records[-1].offset + 1 if self.records else self.next_offset


@dataclass(frozen=True, slots=True)
class Part:
    """Of a batch: the first `count` records that wait in one partition."""

    held: Held
    records: Sequence[ConsumerRecord]


class KafkaMember(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """For one task. Topics and partitions are named as on the broker.

    `turns` says when each partition was handled last; it outlives this membership.
    """

    def __init__(self, settings: KafkaSettings, topics: Sequence[str], group: str, turns: dict[Partition, int]) -> None:
        self._topics = list(topics)
        self._assignor = CooperativeAssignor()
        self._held: dict[Partition, Held] = {}
        self._giving: set[Partition] = set()
        self._unregistered: set[Partition] = set()
        self._uncommitted: set[Partition] = set()
        self._stable = asyncio.Event()
        self._fetching: asyncio.Task[None] | None = None
        self._turns = turns
        self._consumer = AIOKafkaConsumer(
            **client_options(settings),
            group_id=group,
            partition_assignment_strategy=(self._assignor,),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_bytes=FETCH_BYTES,
            fetch_max_wait_ms=int(_FETCH_WAIT_SECONDS * 1000),
            session_timeout_ms=int(settings.session_seconds * 1000),
            heartbeat_interval_ms=int(settings.heartbeat_seconds * 1000),
            rebalance_timeout_ms=int(_REBALANCE_SECONDS * 1000),
            max_poll_interval_ms=int(HANDLER_SECONDS * 1000),
        )

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[KafkaMember]:
        """Joins; at the end commits what is not committed yet, and leaves."""
        self._consumer.subscribe(self._topics, listener=self)
        try:
            with kafka_errors_translated():
                async with asyncio.timeout(_START_SECONDS):
                    await self._consumer.start()
            yield self
            await self.commit()
        finally:
            if self._fetching is not None:
                self._fetching.cancel()
            with contextlib.suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await self._consumer.stop()

    def holds(self, partition: Partition) -> bool:
        return partition in self._held

    def take(self, maximum: int, *, only: Partition | None = None, leave: Collection[Partition] = ()) -> list[Part]:
        """A batch of one topic, from where was handled longest ago. It stays here until `done`."""
        ready = [
            partition
            for partition, held in self._held.items()
            if held.records
            and partition not in self._giving
            and (partition == only if only else partition not in leave)
        ]
        if not ready:
            return []
        topic = min(ready, key=lambda partition: self._turns.get(partition, 0)).topic
        helds = [self._held[partition] for partition in ready if partition.topic == topic]
        return _shared_out(sorted(helds, key=lambda held: len(held.records)), maximum)

    async def done(self, parts: Sequence[Part]) -> None:
        """The batch has been handled, and its rows are committed."""
        turn = max(self._turns.values(), default=0) + 1
        for part in parts:
            partition = Partition(*part.held.place)
            if self._held.get(partition) is part.held:  # not lost to another member meanwhile
                _forget(part.held, len(part.records))
                self._turns[partition] = turn
                self._uncommitted.add(partition)
                self._relieve(part.held)
        await self.commit()

    def put_back(self, parts: Sequence[Part]) -> None:
        """The batch could not be handled. Its partitions are paused, each with a few records to try again with."""
        for part in parts:
            held = part.held
            kept = _few(held.records)
            held.bytes -= sum(len(record.value) for record in held.records[len(kept) :])
            held.records, held.paused = kept, True
            if self._is_assigned(held):
                self._go_on(held)

    def is_exhausted(self, partition: Partition) -> bool:
        """Whether the broker said that there is nothing more to read, and nothing waits here either."""
        held = self._held[partition]
        if held.records or not self._is_assigned(held):
            return False
        end = self._consumer.highwater(held.place)
        return end is not None and held.next_offset is not None and held.next_offset >= end

    async def has_read_all(self, leave: Collection[Partition]) -> bool:
        """Whether nothing waits in any of its partitions, apart from those to leave alone."""
        helds = [held for partition, held in self._held.items() if partition not in leave]
        if not self._stable.is_set() or self._unregistered or any(held.records for held in helds):
            return False
        with kafka_errors_translated():
            ends = await self._consumer.end_offsets([held.place for held in helds]) if helds else {}
        return all((held.next_offset or 0) >= ends[held.place] for held in helds)

    async def fill(self, seconds: float) -> None:
        """Fetches into the buffer as far as there is room; waits at most so long where nothing is there."""
        await self._give_back()
        room = BUFFER_RECORDS - sum(len(held.records) for held in self._held.values())
        if room <= 0 or sum(held.bytes for held in self._held.values()) >= BUFFER_BYTES:
            return
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(seconds, room))
        if seconds or self._stable.is_set():
            await asyncio.wait([self._fetching], timeout=seconds + _FETCH_SECONDS)
        if self._fetching.done():
            fetching, self._fetching = self._fetching, None
            with kafka_errors_translated():
                fetching.result()
        await self._register()

    async def _fetch(self, seconds: float, room: int) -> None:
        """Never cancelled while the member lives: a rebalance can make it last, and it is a sign of life meanwhile.

        What it brings is kept in the same breath, so it belongs to the assignment under which it was fetched.
        """
        self._keep(await self._consumer.getmany(timeout_ms=int(seconds * 1000), max_records=room))

    async def commit(self) -> None:
        """What has been handled. Waits for the next occasion while the group rebalances: that only costs repeats."""
        held = {partition: self._held[partition] for partition in self._uncommitted if partition in self._held}
        offsets = {one.place: one.next_offset for one in held.values() if one.next_offset is not None}
        if not self._stable.is_set() or not offsets:
            return
        try:
            with kafka_errors_translated():
                async with asyncio.timeout(_COMMIT_SECONDS):
                    await self._commit(offsets)
            self._uncommitted -= {partition for partition, one in held.items() if one.next_offset == offsets[one.place]}
        except _Rebalancing:
            _log.info("commit_postponed", reason="the group rebalances")

    async def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            raise _Rebalancing from error

    async def _register(self) -> None:
        """Commits where the group starts, so that it is known from then on: lags and retention count it."""
        if not self._unregistered or not self._stable.is_set():
            return
        with contextlib.suppress(TimeoutError, IllegalStateError):  # a rebalance came in between: next time
            async with asyncio.timeout(_FETCH_SECONDS):
                for partition in list(self._unregistered):
                    await self._register_one(partition)
        await self.commit()

    async def _register_one(self, partition: Partition) -> None:
        held = self._held[partition]
        position = held.next_offset
        if position is None:
            position = await self._consumer.position(held.place)
        if self._held.get(partition) is held:
            held.next_offset = position if held.next_offset is None else held.next_offset
            self._uncommitted.add(partition)
            self._unregistered.discard(partition)

    async def _give_back(self) -> None:
        """Between two batches, so nothing of these partitions is in hand any more."""
        if not self._giving or not self._stable.is_set():
            return
        await self.commit()
        if self._uncommitted & self._giving:
            return  # a further rebalance began; after it
        for partition in self._giving:
            self._held.pop(partition, None)
        self._giving.clear()
        self._assignor.held = set(self._held)
        self._stable.clear()
        self._consumer.subscribe(self._topics, listener=self)  # aiokafka's way to ask for another round

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """A rebalance begins. In a cooperative one nobody loses anything by that."""
        self._stable.clear()
        self._assignor.held = set(self._held)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        places = {Partition(*place): place for place in assigned}
        if self._assignor.is_new:
            self._held.clear()
        for partition in self._held.keys() - places.keys():
            del self._held[partition]
        for partition, place in places.items():
            if partition in self._held:
                self._go_on(self._held[partition])
            else:
                self._held[partition] = Held(place)
                self._unregistered.add(partition)
        self._giving = self._assignor.give_back & self._held.keys()
        for partition in self._giving:
            self._consumer.pause(self._held[partition].place)
        self._uncommitted &= self._held.keys()
        self._unregistered &= self._held.keys()
        self._assignor.held = set(self._held)
        self._stable.set()

    def _go_on(self, held: Held) -> None:
        """Tells aiokafka where to go on, and whether; after a rebalance it has forgotten."""
        if (offset := held.fetch_offset) is not None:
            self._consumer.seek(held.place, offset)
        if held.paused:
            self._consumer.pause(held.place)

    def _keep(self, fetched: dict[TopicPartition, list[Any]]) -> None:
        for place, records in fetched.items():
            held = self._held.get(Partition(*place))
            if held is None or not records:
                continue
            if held.next_offset is None:
                held.next_offset = records[0].offset
            held.records += records
            held.bytes += sum(len(record.value) for record in records)
            if held.bytes >= PARTITION_BYTES and not held.paused:
                held.paused = True
                self._consumer.pause(place)

    def _relieve(self, held: Held) -> None:
        """Of its pause, where too much of it waited, or it was in trouble."""
        if held.paused and held.bytes < PARTITION_BYTES // 2:
            held.paused = False
            if self._is_assigned(held):
                self._consumer.resume(held.place)

    def _is_assigned(self, held: Held) -> bool:
        return self._held.get(Partition(*held.place)) is held and held.place in self._consumer.assignment()


class _Rebalancing(Exception):
    """The commit came in the middle of a rebalance."""


def _shared_out(ready: Sequence[Held], maximum: int) -> list[Part]:
    """Equal parts, and what one does not need is for the others; in all at most `maximum` and BATCH_BYTES."""
    parts: list[Part] = []
    total_bytes = 0
    for number, held in enumerate(ready):
        share = max(maximum // (len(ready) - number), min(maximum, 1))
        records, total_bytes = _within(BATCH_BYTES, held.records[:share], total_bytes)
        if records:
            parts.append(Part(held, records))
            maximum -= len(records)
    return parts


def _within(
    limit_bytes: int, records: Sequence[ConsumerRecord], total_bytes: int
) -> tuple[Sequence[ConsumerRecord], int]:
    """The first of them until the total has reached the limit, and the total."""
    for number, record in enumerate(records):
        if total_bytes >= limit_bytes:
            return records[:number], total_bytes
        total_bytes += len(record.value)
    return records, total_bytes


def _few(records: Sequence[ConsumerRecord]) -> list[ConsumerRecord]:
    few = list(records[:1])
    for record in records[1:TROUBLE_RECORDS]:
        if sum(len(one.value) for one in few) + len(record.value) > TROUBLE_BYTES:
            break
        few.append(record)
    return few


def _forget(held: Held, count: int) -> None:
    done = held.records[:count]
    held.next_offset = done[-1].offset + 1
    held.bytes -= sum(len(record.value) for record in done)
    del held.records[:count]
