"""The stream on Kafka, for when one machine is not enough.

What is produced without a connection goes straight to Kafka. What is produced within a transaction cannot: Kafka
joins no transaction of PostgreSQL. So it goes to the outbox, which is the stream on PostgreSQL, in that transaction,
and the relay (`relay`) carries it to Kafka, in order, again after a crash, never not at all.

Kafka does not write each record to the disk before it answers. The end of a broker's process loses nothing; a power
cut can lose what a single broker has taken last. With three replicas, of which two have to have a record before it
counts, a power cut of one machine loses nothing either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from database.connection import Connection, Pool
from streaming.beat import Beat
from streaming.contract import OutgoingRecord
from streaming.handling import refuse_own_topics
from streaming.kafka_consumer import KafkaConsumer
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_producer import KafkaProducer, refuse_too_large
from streaming.outbox import Outbox
from streaming.pace import Pace
from streaming.settings import KafkaSettings
from streaming.usable_records import refuse_unusable


class KafkaStream:
    """Handlers get connections of `pool`, whose role has to be a member of `servicelane_streamer`."""

    def __init__(self, pool: Pool, settings: KafkaSettings) -> None:
        self._pool = pool
        self._settings = settings
        self._outbox = Outbox(pool)
        self._producer = KafkaProducer(settings)
        self._offsets = KafkaOffsets(settings)

    async def produce(self, records: Sequence[OutgoingRecord], connection: Connection | None = None) -> None:
        """Returns when every replica in sync has the records; with a connection they are in its transaction."""
        refuse_unusable(records)
        refuse_too_large(records)
        if not records:
            return
        if connection is not None:
            refuse_own_topics(records, connection)
            await self._outbox.add(records, connection)
        else:
            await self._producer.send(records)

    def consumer(
        self, topics: Sequence[str], group: str, *, maximum_records: int = 500, gather_seconds: float = 0.0
    ) -> KafkaConsumer:
        pace = Pace(maximum_records)
        beat = Beat(gather_seconds, [self._settings.prefix + topic for topic in topics])
        return KafkaConsumer(self._settings, self._pool, self._offsets, topics, group, pace, beat)

    async def lags(self) -> dict[str, int]:
        """What each group has not handled yet, by group; the relay is one of them.

        The outbox is read first: a record that moves meanwhile is counted there or, later, in Kafka.
        """
        outbox = await self._outbox.lags()
        return {**outbox, **await self._offsets.lags()}

    async def check(self) -> None:
        """Raises where no broker answers within two seconds."""
        async with asyncio.timeout(2.0):
            await self._offsets.check()

    async def close(self) -> None:
        await self._producer.close()
        await self._offsets.close()
