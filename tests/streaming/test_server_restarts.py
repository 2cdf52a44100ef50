"""The server dies in the middle of the work and comes back: nothing is lost, nothing is handled twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from database.connection import Connection, Pool, connect, open_pool
from database.embedded import EmbeddedPostgres
from database.errors import UnavailableError
from streaming.contract import OutgoingRecord, Record
from streaming.postgres import PostgresStream
from tests.postgres_fixtures import TestServer, running


@pytest.fixture
def own_server() -> Iterator[TestServer]:
    with running(None) as server:
        yield server


@pytest.fixture
async def own_pool(own_server: TestServer) -> AsyncIterator[Pool]:
    url = await asyncio.to_thread(own_server.create_database)
    async with await connect(url) as connection:
        await connection.execute("create table public.handled (number int)")
        await connection.execute("grant select, insert on public.handled to servicelane_streamer")
    async with open_pool(url, role="servicelane_ingest", timeout_seconds=2) as pool:
        yield pool


async def _write_down(records: Sequence[Record], connection: Connection) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany("insert into public.handled values (%s)", [(int(r.value),) for r in records])
    await asyncio.sleep(0.01)


async def _produce_until(stream: PostgresStream, acknowledged: list[int], count: int) -> None:
    """As the bridge does: again until it is told that the records are on disk. May append one twice, never none."""
    for number in range(count):
        while True:
            try:
                await stream.produce([OutgoingRecord("t", f"{number % 5}", b"%d" % number)])
            except UnavailableError:
                await asyncio.sleep(0.05)
            else:
                acknowledged.append(number)
                break


async def _kill_and_start_again(server: EmbeddedPostgres) -> None:
    os.kill(server.pid or 0, signal.SIGKILL)
    await asyncio.to_thread(server.restart)


async def _handled(pool: Pool) -> list[int]:
    async with pool.connection() as connection:
        rows = await (await connection.execute("select number from public.handled")).fetchall()
    return sorted(row["number"] for row in rows)


async def test_a_killed_server_costs_no_record_and_repeats_none(own_server: TestServer, own_pool: Pool) -> None:
    stream = PostgresStream(own_pool)
    stopping, acknowledged = asyncio.Event(), list[int]()
    working = [asyncio.create_task(stream.consumer(["t"], "g").run(_write_down, stopping)) for _ in range(2)]
    producing = asyncio.create_task(_produce_until(stream, acknowledged, 300))
    for seen in (60, 150):
        async with asyncio.timeout(60):
            while len(acknowledged) < seen:
                await asyncio.sleep(0.01)
        await _kill_and_start_again(own_server.server)
    async with asyncio.timeout(60):
        await producing
        while await stream.consumer(["t"], "g").lag():
            await asyncio.sleep(0.05)
    stopping.set()
    await asyncio.gather(*working)
    handled = await _handled(own_pool)
    assert set(handled) == set(range(300))
    assert len(handled) == await _appended(own_pool)  # each record on the stream once, also one that was appended twice


async def _appended(pool: Pool) -> int:
    async with pool.connection() as connection:
        row = await (await connection.execute("select count(*) as n from streaming.records")).fetchone()
    assert row
    return int(row["n"])


async def test_without_a_server_a_consumer_waits_and_stops_when_told(own_server: TestServer, own_pool: Pool) -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(PostgresStream(own_pool).consumer(["t"], "g").run(_write_down, stopping))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(own_server.server.stop)
    await asyncio.sleep(1.0)
    assert not task.done()
    stopping.set()
    async with asyncio.timeout(10):
        await task
    await asyncio.to_thread(own_server.server.start)
