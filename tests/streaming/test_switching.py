"""The stream is moved only when nothing is left that nobody would read any more."""

from __future__ import annotations

import pytest

from database.connection import Pool
from streaming.contract import OutgoingRecord, StreamSetUpError
from streaming.outbox import Outbox
from streaming.postgres import PostgresStream
from streaming.settings import StreamKind
from streaming.switching import refuse_unfinished
from telemetry_schema.topics import StreamTopic
from tests.streaming.kafka_streams import Log

RECORD = OutgoingRecord(StreamTopic.STORED, "k", b"1")


async def test_to_kafka_only_when_postgresql_is_worked_through(pool: Pool) -> None:
    stream = PostgresStream(pool)
    await stream.produce([RECORD])
    async with pool.connection() as connection:
        with pytest.raises(StreamSetUpError, match=r"all of telemetry\.stored\.v1"):
            await refuse_unfinished(connection, StreamKind.KAFKA)
    consumer = stream.consumer([StreamTopic.STORED], "diagnostics")
    await stream.register([StreamTopic.STORED], "diagnostics")
    async with pool.connection() as connection:
        with pytest.raises(StreamSetUpError, match="1 of diagnostics"):
            await refuse_unfinished(connection, StreamKind.KAFKA)
        await refuse_unfinished(connection, StreamKind.POSTGRES)
    assert await consumer.step(Log()) == 1
    async with pool.connection() as connection:
        await refuse_unfinished(connection, StreamKind.KAFKA)


async def test_to_postgresql_only_when_the_outbox_is_empty(pool: Pool) -> None:
    outbox = Outbox(pool)
    async with pool.connection() as connection:
        await outbox.add([RECORD], connection)
        with pytest.raises(StreamSetUpError, match="1 records still wait to be carried to Kafka"):
            await refuse_unfinished(connection, StreamKind.POSTGRES)
        await refuse_unfinished(connection, StreamKind.KAFKA)
    assert await outbox.consumer().step(Log()) == 1
    async with pool.connection() as connection:
        await refuse_unfinished(connection, StreamKind.POSTGRES)
