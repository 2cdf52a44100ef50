"""`python -m streaming relay`: carries what the outbox keeps to Kafka, while the stream is there.

A member of a group on PostgreSQL: what Kafka has acknowledged and the offset that says so are committed afterwards, so
a kill in between repeats those records and loses none. Their order is that of the outbox, key by key. Several relays
share the partitions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from database.connection import Connection, open_pool
from database.roles import STREAMER
from streaming.contract import Record
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_producer import KafkaProducer
from streaming.outbox import Outbox, outgoing
from streaming.settings import KafkaSettings
from streaming.worker_process import database_check, serving_health


async def keep_relaying(database_url: str, settings: KafkaSettings, stopping: asyncio.Event) -> None:
    """Until `stopping` is set. While Kafka is away it waits; the outbox keeps everything."""
    producer, offsets = KafkaProducer(settings), KafkaOffsets(settings)

    async def carry(records: Sequence[Record], _connection: Connection) -> None:
        await producer.send([outgoing(record) for record in records])

    try:
        async with (
            open_pool(database_url, role=STREAMER) as pool,
            serving_health(database=database_check(pool), stream=offsets.check),
        ):
            await Outbox(pool).consumer().run(carry, stopping)
    finally:
        await producer.close()
        await offsets.close()
