"""Streams on the tests' Kafka and handlers that write down what they are given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from database.connection import Connection
from streaming.contract import Consumer, Handler, OutgoingRecord, Record
from streaming.partitions import partition_of
from telemetry_schema.topics import StreamTopic

TOPIC = StreamTopic.STORED
KEYS = [f"key {number}" for number in range(40)]


def numbered(count: int, keys: Sequence[str] = KEYS, first: int = 0) -> list[OutgoingRecord]:
    return [OutgoingRecord(TOPIC, key, b"%d" % number) for number in range(first, first + count) for key in keys]


class Log:
    """A handler that remembers, and takes its time where it is told to."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.records: list[Record] = []
        self.batches: list[int] = []
        self._seconds = seconds

    @property
    def seen(self) -> list[tuple[str, int]]:
        return [(record.key, int(record.value)) for record in self.records]

    @property
    def partitions(self) -> set[int]:
        return {partition_of(record.key) for record in self.records}

    async def __call__(self, records: Sequence[Record], connection: Connection) -> None:
        await asyncio.sleep(self._seconds)
        self.records += records
        self.batches.append(len(records))


class Running:
    """A member that runs while the block does, and stops as a service would."""

    def __init__(self, consumer: Consumer, handler: Handler) -> None:
        self._consumer = consumer
        self._handler = handler
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Running:
        self._task = asyncio.create_task(self._consumer.run(self._handler, self._stopping))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        assert self._task
        async with asyncio.timeout(30):
            await self._task


async def until(holds: Callable[[], bool | Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)
