"""What every stream promises. Kafka joins this suite."""

from __future__ import annotations

from collections.abc import Sequence

from database.connection import Connection
from streaming.contract import OutgoingRecord, Record
from streaming.postgres import PostgresStream


class Seen:
    """A handler that remembers."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    async def __call__(self, records: Sequence[Record], connection: Connection) -> None:
        self.records.extend(records)


async def test_records_of_one_key_come_in_order(stream: PostgresStream) -> None:
    for start in range(0, 30, 3):
        await stream.produce([OutgoingRecord("t", "key", str(start + n).encode()) for n in range(3)])
    seen = Seen()
    consumer = stream.consumer(["t"], "g", maximum_records=7)
    while await consumer.step(seen):
        pass
    assert [int(record.value) for record in seen.records] == list(range(30))
    assert await consumer.lag() == 0
