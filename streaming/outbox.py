"""What is produced within a transaction while the stream is on Kafka: kept on the stream on PostgreSQL, under other
names, until the relay has carried it over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from database.connection import Connection, Pool
from streaming.contract import Consumer, OutgoingRecord, Record, UnusableRecordError
from streaming.kafka_topics import TOPICS
from streaming.postgres import PostgresStream

RELAY_GROUP: Final = "kafka-relay"
_PREFIX: Final = "outbox."
OUTBOX_TOPICS: Final = tuple(_PREFIX + topic for topic in TOPICS)
_RECORDS_AT_ONCE: Final = 2_000


class Outbox:
    def __init__(self, pool: Pool) -> None:
        self._stream = PostgresStream(pool)

    async def add(self, records: Sequence[OutgoingRecord], connection: Connection) -> None:
        if unknown := {record.topic for record in records}.difference(TOPICS):
            raise UnusableRecordError(
                f"The relay carries no topic {sorted(unknown)}; name it in telemetry_schema.topics."
            )
        renamed = [record._replace(topic=_PREFIX + record.topic) for record in records]
        await self._stream.produce(renamed, connection)

    def consumer(self) -> Consumer:
        """Of the relay. Offsets are committed with the transaction that its handler is given."""
        return self._stream.consumer(OUTBOX_TOPICS, RELAY_GROUP, maximum_records=_RECORDS_AT_ONCE)

    async def lags(self) -> dict[str, int]:
        """What has not been carried over, by the relay's name; also where no relay has ever run."""
        return {RELAY_GROUP: waiting} if (waiting := await self.consumer().lag()) else {}


def outgoing(record: Record) -> OutgoingRecord:
    """As it was before it went to the outbox."""
    return OutgoingRecord(record.topic.removeprefix(_PREFIX), record.key, record.value, record.headers)
