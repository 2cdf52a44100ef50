"""The whole writer on a TimescaleDB server: COPY, several writers at once, packed chunks, background workers.

Runs where TIMESCALE_URL names a server (a user who may create databases and roles, background workers on).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from database.connection import Pool, open_pool
from ingest.aggregates import TimescaleAggregates
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from ingest.upkeep import GROUP as AGGREGATES_GROUP
from ingest.upkeep import TOPICS as AGGREGATES_TOPICS
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from tests.ingest.conftest import T0_MS, enrol, make_batch, record_of

pytestmark = pytest.mark.timeout(300)
OTHER_BOOT = UUID(int=7)


@pytest.fixture
async def pool(timescale_server_url: str) -> AsyncIterator[Pool]:
    async with open_pool(timescale_server_url, maximum=8) as opened:
        yield opened


@pytest.fixture
async def car(pool: Pool) -> int:
    async with pool.connection() as connection:
        return await enrol(connection)


async def write(pool: Pool, records: Sequence[OutgoingRecord], writers: int = 1) -> None:
    stream = PostgresStream(pool)
    await stream.produce(records)

    async def run() -> None:
        consumer, writer = stream.consumer(TOPICS, GROUP, maximum_records=20), TelemetryWriter(stream)
        while await consumer.step(writer.handle):
            pass

    await asyncio.gather(*(run() for _ in range(writers)))


async def fetch(pool: Pool, query: str) -> list[dict[str, Any]]:
    async with pool.connection() as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def pack(pool: Pool) -> None:
    for table in ("samples", "positions"):
        await fetch(pool, f"select compress_chunk(chunk, true) from show_chunks('telemetry.{table}') as chunk")


def drive(sequence: int, start_s: int, volts: float, **more: Any) -> OutgoingRecord:
    """A thousand frames, one per second."""
    offsets = [(start_s + n) * 1000 for n in range(1000)]
    values = {"system_voltage_v": [volts] * 1000, "latitude_deg": [48.0] * 1000, "longitude_deg": [volts] * 1000}
    return record_of(make_batch(sequence, offsets, values, **more))


COUNTS = "select count(*) as n, count(distinct (vehicle_id, recorded_at)) as different from telemetry.samples"
VOLTS = "select system_voltage_v as v, count(*) as n from telemetry.samples group by 1 order by 1"
PLACES = "select longitude_deg as v, count(*) as n from telemetry.positions group by 1 order by 1"


async def test_a_packed_chunk_takes_what_comes_late(pool: Pool, car: int) -> None:
    """150,000 rows are packed: more than TimescaleDB would unpack for one statement of ours by default."""
    await write(pool, [drive(n + 1, n * 1000, 12.0) for n in range(150)])
    await pack(pool)
    (packed,) = await fetch(pool, "select bool_and(is_compressed) as all from timescaledb_information.chunks")
    assert packed["all"]
    await write(pool, [drive(n + 1, n * 1000, 12.0) for n in range(0, 150, 50)], writers=2)  # repeats
    await write(pool, [drive(1, 75_000, 10.0, boot=OTHER_BOOT, boot_number=2)])  # another version, which wins
    await write(pool, [drive(1, 90_000, 9.0, boot=UUID(int=1), boot_number=1)])  # one that loses
    await write(pool, [drive(151, 160_000, 11.0)])  # new
    for query in (VOLTS, PLACES):
        found = [(row["v"], row["n"]) for row in await fetch(pool, query)]
        assert found == [(10.0, 1000), (11.0, 1000), (12.0, 149_000)], query
    assert await fetch(pool, "select count(*) as n from telemetry.sample_collisions") == [{"n": 2000}]
    assert await fetch(pool, "select * from telemetry.quarantine") == []


async def test_writers_at_once_store_every_frame_once(pool: Pool) -> None:
    vins = [f"1M8GDM9AXKP{number:06d}" for number in range(8)]
    async with pool.connection() as connection:
        for vin in vins:
            await enrol(connection, vin)
    records = [drive(n + 1, n * 90_000, 12.0, vin=vin) for n in range(4) for vin in vins]
    await write(pool, records + records[::3], writers=4)
    (found,) = await fetch(pool, COUNTS)
    assert found == {"n": 32_000, "different": 32_000}


async def test_background_workers_refresh_what_is_new_and_the_job_what_is_late(pool: Pool, car: int) -> None:
    minutes_ago = (int(time.time()) - 1200) * 1000 - T0_MS
    month_ago = minutes_ago - 30 * 86_400_000
    await write(
        pool,
        [
            record_of(make_batch(n, [at], {"system_voltage_v": [12.5]}))
            for n, at in enumerate((minutes_ago, month_ago), 1)
        ],
    )
    now = datetime.now(UTC)
    async with open_pool(str(pool.conninfo), role="servicelane_ingest") as own:
        aggregates = TimescaleAggregates(own, str(pool.conninfo))
        consumer = PostgresStream(own).consumer(AGGREGATES_TOPICS, AGGREGATES_GROUP)
        await consumer.step(lambda records, connection: aggregates.note(records, connection, now))
        while await aggregates.refresh(now + timedelta(hours=1)):
            pass
    late = await fetch(pool, "select bucket_at from published.low_voltage_by_day")
    assert len(late) == 1
    await fetch(pool, RUN_SOON)
    deadline = time.monotonic() + 120
    while len(await fetch(pool, "select from published.low_voltage_by_minute")) < 2 and time.monotonic() < deadline:
        await asyncio.sleep(1)
    assert len(await fetch(pool, "select from published.low_voltage_by_minute")) == 2


RUN_SOON = """
select alter_job(job_id, next_start => now()) from timescaledb_information.jobs
where proc_name = 'policy_refresh_continuous_aggregate'
"""
