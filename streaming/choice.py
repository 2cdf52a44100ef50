"""The one place that decides where the stream is: on PostgreSQL or, where STREAMING_KIND says so, on Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from database.connection import Pool
from streaming.contract import Stream
from streaming.kafka import KafkaStream
from streaming.postgres import PostgresStream
from streaming.settings import KafkaSettings, StreamingSettings, StreamKind


@asynccontextmanager
async def open_stream(
    pool: Pool, settings: StreamingSettings | None = None, kafka: KafkaSettings | None = None
) -> AsyncIterator[Stream]:
    """From the environment where no settings are given. Nothing is connected before it is needed."""
    if (settings or StreamingSettings()).kind is StreamKind.POSTGRES:
        yield PostgresStream(pool)
        return
    stream = KafkaStream(pool, kafka or KafkaSettings())
    try:
        yield stream
    finally:
        await stream.close()
