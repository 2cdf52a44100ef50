"""Retention on Kafka: what every group has handled and is old goes; what one of them has not handled stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from database.connection import Pool, open_pool
from streaming.kafka import KafkaStream
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_retention import delete_old_kafka_records
from streaming.retention import Retention
from streaming.settings import KafkaSettings, StreamingSettings
from tests.kafka_fixtures import topics_made
from tests.streaming.kafka_streams import TOPIC, Log, numbered, until

FUTURE = datetime.now(UTC) + timedelta(days=1)
PAST = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
async def kafka(database_url: str, kafka_settings: KafkaSettings) -> AsyncIterator[KafkaStream]:
    async with topics_made(kafka_settings, [TOPIC]), open_pool(database_url, maximum=4) as pool:
        opened = KafkaStream(pool, kafka_settings)
        yield opened
        await opened.close()


@pytest.fixture
async def offsets(kafka_settings: KafkaSettings) -> AsyncIterator[KafkaOffsets]:
    async with KafkaOffsets(kafka_settings) as opened:
        yield opened


async def _handle_all(kafka: KafkaStream, group: str) -> None:
    while await kafka.consumer([TOPIC], group).step(Log()):
        pass


async def _kept(kafka: KafkaStream) -> int:
    """What a group that is new would get."""
    return await kafka.consumer([TOPIC], "newcomer").lag()


async def test_only_what_is_old_and_handled_by_every_group_is_deleted(
    kafka: KafkaStream, offsets: KafkaOffsets
) -> None:
    await kafka.produce(numbered(2))
    assert await delete_old_kafka_records(offsets, FUTURE) == 0  # no group has begun: somebody may still come
    await _handle_all(kafka, "fast")
    await kafka.consumer([TOPIC], "slow", maximum_records=30).step(Log())
    assert await delete_old_kafka_records(offsets, PAST) == 0
    assert await delete_old_kafka_records(offsets, FUTURE) == 30
    assert await _kept(kafka) == 50
    await _handle_all(kafka, "slow")
    assert await delete_old_kafka_records(offsets, FUTURE) == 50
    assert await _kept(kafka) == 0
    assert await kafka.lags() == {"fast": 0, "slow": 0}


async def test_a_group_that_has_handled_nothing_yet_keeps_everything(kafka: KafkaStream, offsets: KafkaOffsets) -> None:
    """It is registered from its first membership on, before its first batch is through."""
    await kafka.produce(numbered(1))
    await _handle_all(kafka, "fast")
    stopping = asyncio.Event()

    async def hangs(records: object, connection: object) -> None:
        stopping.set()
        await asyncio.Event().wait()

    hanging = asyncio.create_task(kafka.consumer([TOPIC], "hangs").run(hangs, stopping))
    await until(stopping.is_set)
    assert await delete_old_kafka_records(offsets, FUTURE) == 0
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await _kept(kafka) == 40


async def test_the_process_deletes_on_kafka_too(
    kafka: KafkaStream, offsets: KafkaOffsets, database_url: str, pool: Pool
) -> None:
    await kafka.produce(numbered(1))
    await _handle_all(kafka, "g")
    settings, stopping = StreamingSettings(retention_days=-1, retention_every_seconds=0.05), asyncio.Event()
    retention = Retention(database_url, settings, KafkaOffsets(offsets._settings))
    task = asyncio.create_task(retention.run(stopping))

    async def is_empty() -> bool:
        return await _kept(kafka) == 0

    await until(is_empty)
    stopping.set()
    await task
    await retention.check()
