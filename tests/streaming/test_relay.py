"""The relay carries what was produced within transactions to Kafka: in order, again after a crash, never not at all."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence

import pytest

from database.connection import Connection, Pool, open_pool
from database.errors import UnavailableError
from streaming.contract import OutgoingRecord, Record
from streaming.kafka import KafkaStream
from streaming.kafka_producer import KafkaProducer
from streaming.outbox import Outbox, outgoing
from streaming.relay import keep_relaying
from streaming.settings import KafkaSettings
from tests.kafka_fixtures import topics_made
from tests.streaming.kafka_streams import KEYS, TOPIC, Log, numbered, until


@pytest.fixture
async def stream_pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, role="servicelane_ingest", maximum=6) as opened:
        yield opened


@pytest.fixture
async def kafka(stream_pool: Pool, kafka_settings: KafkaSettings) -> AsyncIterator[KafkaStream]:
    async with topics_made(kafka_settings, [TOPIC]):
        opened = KafkaStream(stream_pool, kafka_settings)
        yield opened
        await opened.close()


async def produce_in_transactions(kafka: KafkaStream, pool: Pool, count: int) -> None:
    for number in range(count):
        async with pool.connection() as connection:
            await kafka.produce(numbered(1, first=number), connection)


async def all_on_kafka(kafka: KafkaStream, group: str = "reader") -> list[tuple[str, int]]:
    log = Log()
    while await kafka.consumer([TOPIC], group).step(log):
        pass
    return log.seen


async def test_what_a_transaction_produced_comes_in_order_and_what_it_took_back_never_comes(
    kafka: KafkaStream, stream_pool: Pool, database_url: str, kafka_settings: KafkaSettings
) -> None:
    await produce_in_transactions(kafka, stream_pool, 5)
    async with stream_pool.connection() as connection:
        await kafka.produce(numbered(1, first=99), connection)
        await connection.rollback()
    stopping = asyncio.Event()
    relay = asyncio.create_task(keep_relaying(database_url, kafka_settings, stopping))
    await until(lambda: _is_empty(stream_pool))
    stopping.set()
    await relay
    seen = await all_on_kafka(kafka)
    assert len(seen) == 200
    for key in KEYS:
        assert [number for one, number in seen if one == key] == [0, 1, 2, 3, 4]
    assert await kafka.lags() == {"reader": 0}


async def test_headers_and_bytes_come_as_they_were(
    kafka: KafkaStream, stream_pool: Pool, kafka_settings: KafkaSettings
) -> None:
    record = numbered(1, keys=["schlüssel"])[0]
    told = type(record)(record.topic, record.key, b"\x00\xff", {"reason": "Umlaut ä"})
    async with stream_pool.connection() as connection:
        await kafka.produce([told], connection)
    await _carry_once(stream_pool, kafka_settings)
    log = Log()
    found: list[Record] = []

    async def keep(records: Sequence[Record], connection: Connection) -> None:
        found.extend(records)

    assert await kafka.consumer([TOPIC], "g").step(keep) == 1
    assert log.records == []
    assert (found[0].key, found[0].value, dict(found[0].headers)) == ("schlüssel", b"\x00\xff", {"reason": "Umlaut ä"})


async def test_a_relay_that_dies_after_kafka_has_the_records_carries_them_again(
    kafka: KafkaStream, stream_pool: Pool, kafka_settings: KafkaSettings
) -> None:
    """Between Kafka's acknowledgement and the commit of the offsets: the transaction ends as with a killed process."""
    await produce_in_transactions(kafka, stream_pool, 2)
    with pytest.raises(ConnectionAbortedError):
        await _carry_once(stream_pool, kafka_settings, then=ConnectionAbortedError())
    carried = await all_on_kafka(kafka, "before")
    assert carried
    await asyncio.sleep(0.2)  # the partitions of the failed batch are left alone for a moment
    while not await _is_empty(stream_pool):
        await _carry_once(stream_pool, kafka_settings)
    seen = await all_on_kafka(kafka)
    assert set(seen) == {(key, number) for number in range(2) for key in KEYS}
    assert len(seen) == 80 + len(carried)


async def test_a_relay_killed_under_load_loses_nothing_and_keeps_the_order(
    kafka: KafkaStream, stream_pool: Pool, database_url: str, kafka_settings: KafkaSettings
) -> None:
    producing = asyncio.create_task(produce_in_transactions(kafka, stream_pool, 60))
    for _ in range(2):
        process = await _start_relay(database_url, kafka_settings)
        before = await _waiting(stream_pool)
        await until(lambda: _has_begun(stream_pool, before, producing), 60)  # noqa: B023
        process.kill()
        await process.wait()
    process = await _start_relay(database_url, kafka_settings)
    await producing
    async with stream_pool.connection() as connection:  # work for the third, however much the others had done
        await kafka.produce([OutgoingRecord(TOPIC, KEYS[0], b"60")], connection)
    await until(lambda: _is_empty(stream_pool), 60)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 20) == 0
    seen = await all_on_kafka(kafka)
    for key in KEYS:
        first_seen = list(dict.fromkeys(number for one, number in seen if one == key))
        assert first_seen == list(range(61 if key == KEYS[0] else 60))


async def test_without_kafka_the_outbox_keeps_everything_and_the_relay_stops_when_told(
    stream_pool: Pool, database_url: str
) -> None:
    nowhere = KafkaSettings(bootstrap="127.0.0.1:1", replication=1)
    kafka = KafkaStream(stream_pool, nowhere)
    await produce_in_transactions(kafka, stream_pool, 1)
    with pytest.raises(UnavailableError):
        await kafka.produce(numbered(1))
    stopping = asyncio.Event()
    relay = asyncio.create_task(keep_relaying(database_url, nowhere, stopping))
    await asyncio.sleep(1.0)
    assert not relay.done()
    stopping.set()
    async with asyncio.timeout(10):
        await relay
    assert await _waiting(stream_pool) == 40
    await kafka.close()


async def _carry_once(pool: Pool, settings: KafkaSettings, then: Exception | None = None) -> None:
    producer = KafkaProducer(settings)

    async def carry(records: Sequence[Record], connection: Connection) -> None:
        await producer.send([outgoing(record) for record in records])
        if then:
            raise then

    try:
        await Outbox(pool).consumer().step(carry)
    finally:
        await producer.close()


async def _start_relay(url: str, settings: KafkaSettings) -> asyncio.subprocess.Process:
    told = {
        "DATABASE_URL": url,
        "STREAMING_KIND": "kafka",
        "STREAMING_KAFKA_BOOTSTRAP": settings.bootstrap,
        "STREAMING_KAFKA_PREFIX": settings.prefix,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streaming", "relay", env={**os.environ, **told}, stderr=asyncio.subprocess.DEVNULL
    )


async def _waiting(pool: Pool) -> int:
    return sum((await Outbox(pool).lags()).values())


async def _is_empty(pool: Pool) -> bool:
    return await _waiting(pool) == 0


async def _has_begun(pool: Pool, before: int, producing: asyncio.Task[None]) -> bool:
    """Whether the relay has carried something since, or the one before it had carried everything."""
    async with pool.connection() as connection:
        rows = await (await connection.execute("select count(*) as n from streaming.records")).fetchall()
    waiting = await _waiting(pool)
    if producing.done() and waiting == 0:
        return True
    return int(rows[0]["n"]) - waiting > 0 and waiting != before
