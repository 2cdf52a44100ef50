"""Retention deletes what is old and handled by every group, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database.connection import Connection, Pool
from streaming import retention
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from streaming.retention import Retention, delete_old_records, forget_group, unread_topics
from streaming.settings import StreamingSettings

Notebook = Any
FUTURE = datetime.now(UTC) + timedelta(days=1)
PAST = datetime.now(UTC) - timedelta(days=1)


async def _produce(stream: PostgresStream, count: int, topic: str = "t") -> None:
    await stream.produce([OutgoingRecord(topic, f"key {n % 7}", b"%d" % n) for n in range(count)])


async def _kept(connection: Connection, topic: str = "t") -> int:
    row = await (
        await connection.execute("select count(*) from streaming.records where topic = %s", [topic])
    ).fetchone()
    assert row
    return int(row["count"])


async def _drain(stream: PostgresStream, group: str, notebook: Notebook, steps: int = 1000) -> None:
    consumer = stream.consumer(["t"], group, maximum_records=5)
    for _ in range(steps):
        if not await consumer.step(notebook):
            return


async def test_what_every_group_has_handled_and_is_old_is_deleted(
    stream: PostgresStream, administrator: Pool, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_RECORDS_OF_A_PARTITION", 3)
    await _produce(stream, 50)
    await _drain(stream, "g", notebook)
    async with administrator.connection() as connection:
        assert await delete_old_records(connection, PAST) == 0
        assert await _kept(connection) == 50
        assert await delete_old_records(connection, FUTURE) == 50
        assert await _kept(connection) == 0


async def test_the_slowest_group_loses_nothing(stream: PostgresStream, administrator: Pool, notebook: Notebook) -> None:
    await _produce(stream, 60)
    await _drain(stream, "fast", Forgetful())
    await _drain(stream, "slow", notebook, steps=4)
    handled = len(notebook.records)
    assert 0 < handled < 60
    async with administrator.connection() as connection:
        assert await delete_old_records(connection, FUTURE) <= handled
        assert await _kept(connection) >= 60 - handled
    await _drain(stream, "slow", notebook)
    assert sorted(int(value) for value in notebook.values) == list(range(60))


async def test_a_group_that_is_registered_and_has_not_begun_keeps_everything(
    stream: PostgresStream, administrator: Pool, notebook: Notebook
) -> None:
    await stream.register(["t"], "not begun")
    await _produce(stream, 20)
    await _drain(stream, "g", notebook)
    async with administrator.connection() as connection:
        assert await delete_old_records(connection, FUTURE) == 0
        await forget_group(connection, "not begun")
        assert await delete_old_records(connection, FUTURE) == 20


async def test_a_topic_without_a_group_keeps_everything_and_is_named(
    stream: PostgresStream, administrator: Pool, notebook: Notebook
) -> None:
    await _produce(stream, 5, "a")
    await _produce(stream, 5, "t")
    await _produce(stream, 5, "z")
    await _drain(stream, "g", notebook)
    async with administrator.connection() as connection:
        assert await unread_topics(connection) == ["a", "z"]
        assert await delete_old_records(connection, FUTURE) == 5
        assert (await _kept(connection, "a"), await _kept(connection, "z")) == (5, 5)


async def test_a_group_that_comes_late_starts_at_the_oldest_record_that_is_kept(
    stream: PostgresStream, administrator: Pool, notebook: Notebook
) -> None:
    await _produce(stream, 10)
    await _drain(stream, "g", Forgetful())
    async with administrator.connection() as connection:
        await delete_old_records(connection, FUTURE)
    await _produce(stream, 3)
    await _drain(stream, "late", notebook)
    assert sorted(notebook.values) == [b"0", b"1", b"2"]


async def test_records_that_are_not_committed_yet_are_out_of_its_reach(
    stream: PostgresStream, any_pool: Pool, administrator: Pool, notebook: Notebook
) -> None:
    async with any_pool.connection() as slow:
        await stream.produce([OutgoingRecord("t", "key 1", b"slow")], slow)
        await _produce(stream, 5)
        await _drain(stream, "g", Forgetful())
        async with administrator.connection() as connection:
            assert await delete_old_records(connection, FUTURE) == 0
    await _drain(stream, "g", notebook)
    assert sorted(notebook.values) == [b"0", b"1", b"2", b"3", b"4", b"slow"]


async def test_the_worker_deletes_now_and_then_and_stops_when_told(
    stream: PostgresStream, any_database_url: str, administrator: Pool, notebook: Notebook
) -> None:
    await _produce(stream, 10)
    await _drain(stream, "g", notebook)
    stopping = asyncio.Event()
    settings = StreamingSettings(retention_days=-1, retention_every_seconds=0.05)
    task = asyncio.create_task(Retention(any_database_url, settings).run(stopping))
    async with administrator.connection() as connection, asyncio.timeout(20):
        while await _kept(connection):
            await connection.commit()
            await asyncio.sleep(0.02)
    stopping.set()
    async with asyncio.timeout(5):
        await task


class Forgetful:
    """A handler that forgets."""

    async def __call__(self, records: object, connection: object) -> None:
        return
