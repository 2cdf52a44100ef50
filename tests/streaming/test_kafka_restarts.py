"""The broker dies in the middle of the work and comes back: nothing is lost, the order of each key is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from database.connection import Pool, open_pool
from servicelane.kafka_server import LocalKafka
from streaming.contract import OutgoingRecord, StreamUnavailableError
from streaming.kafka import KafkaStream
from tests.kafka_fixtures import settings_for, topics_made
from tests.streaming.kafka_streams import TOPIC, Log, Running, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]
KEYS = 5


@pytest.fixture
async def stream_pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, role="servicelane_ingest", maximum=6) as opened:
        yield opened


async def _produce_all(kafka: KafkaStream, count: int, acknowledged: list[int]) -> None:
    """As the bridge does: again until it is told that the record is kept."""
    for number in range(count):
        while True:
            try:
                await kafka.produce([OutgoingRecord(TOPIC, f"{number % KEYS}", b"%d" % number)])
            except StreamUnavailableError:
                await asyncio.sleep(0.1)
            else:
                acknowledged.append(number)
                break


async def test_a_killed_broker_costs_no_record_and_keeps_the_order(own_kafka: LocalKafka, stream_pool: Pool) -> None:
    settings, acknowledged, log = settings_for(own_kafka), list[int](), Log()
    kafka = KafkaStream(stream_pool, settings)
    async with topics_made(settings, [TOPIC]), Running(kafka.consumer([TOPIC], "g"), log):
        producing = asyncio.create_task(_produce_all(kafka, 600, acknowledged))
        await until(lambda: len(acknowledged) >= 100)
        own_kafka.kill()
        await asyncio.sleep(0.5)
        reached = len(acknowledged)
        await asyncio.to_thread(own_kafka.start)
        async with asyncio.timeout(90):
            await producing
        await until(lambda: len(set(log.seen)) == 600, 60)
    assert reached < 600
    for key in range(KEYS):
        first_seen = list(dict.fromkeys(number for one, number in log.seen if one == str(key)))
        assert first_seen == list(range(key, 600, KEYS))
    await kafka.close()
