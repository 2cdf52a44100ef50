"""A record that becomes visible late is never passed by, whichever of two transactions commits first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from database.connection import Connection, Pool
from streaming.contract import OutgoingRecord, Record
from streaming.partitions import partition_of
from streaming.postgres import PostgresStream
from streaming.postgres_consumer import OffsetsMovedError

Notebook = Any


def record(value: str, key: str = "key") -> OutgoingRecord:
    return OutgoingRecord("t", key, value.encode())


async def _values(pool: Pool) -> list[bytes]:
    """What a reader by number alone would see, in its order."""
    async with pool.connection() as connection:
        rows = await (await connection.execute("select value from streaming.records order by id")).fetchall()
    return [row["value"] for row in rows]


async def test_a_lower_number_that_commits_later_is_not_skipped(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    consumer = stream.consumer(["t"], "g")
    async with any_pool.connection() as slow:
        await stream.produce([record("lower")], slow)
        await stream.produce([record("higher")])
        assert await _values(any_pool) == [b"higher"]  # committed, visible, with the higher number
        assert await consumer.step(notebook) == 0  # and yet not read: the lower one may still come
        assert await consumer.lag() == 1
    assert await consumer.step(notebook) == 2
    assert notebook.values == [b"lower", b"higher"]
    assert await consumer.lag() == 0


async def test_a_transaction_that_began_first_and_numbered_last_is_not_skipped(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    consumer = stream.consumer(["t"], "g")
    async with any_pool.connection() as slow:
        await slow.execute("select pg_current_xact_id()")
        await stream.produce([record("newer transaction, lower number")])
        assert await consumer.step(notebook) == 0
        await stream.produce([record("older transaction, higher number")], slow)
    assert await consumer.step(notebook) == 2
    assert notebook.values == [b"older transaction, higher number", b"newer transaction, lower number"]


async def test_what_came_before_the_running_transaction_is_read_at_once(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    await stream.produce([record("before")])
    async with any_pool.connection() as slow:
        await stream.produce([record("slow")], slow)
        await stream.produce([record("after")])
        consumer = stream.consumer(["t"], "g")
        assert await consumer.step(notebook) == 1
    assert await consumer.step(notebook) == 2
    assert notebook.values == [b"before", b"slow", b"after"]


async def test_a_transaction_that_is_rolled_back_holds_nothing_back_and_leaves_nothing(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    async def fails() -> None:
        async with any_pool.connection() as connection:
            await stream.produce([record("never")], connection)
            await stream.produce([record("after")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await stream.consumer(["t"], "g").step(notebook) == 1
    assert notebook.values == [b"after"]


async def test_a_savepoint_does_not_change_the_order(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    async with any_pool.connection() as connection:
        await stream.produce([record("1")], connection)
        async with connection.transaction():
            await stream.produce([record("2")], connection)
        await stream.produce([record("3")], connection)
    await stream.consumer(["t"], "g").step(notebook)
    assert notebook.values == [b"1", b"2", b"3"]


async def test_nothing_is_lost_or_repeated_while_many_transactions_commit_in_any_order(
    stream: PostgresStream, any_pool: Pool
) -> None:
    """Writers that hold their transactions open for different times, against a reader that reads all the while."""
    handled: list[bytes] = []
    stopping = asyncio.Event()

    async def remember(records: Sequence[Record], connection: Connection) -> None:
        handled.extend(record.value for record in records)

    async def write(writer: int) -> None:
        for number in range(25):
            async with any_pool.connection() as connection:
                await stream.produce([record(f"{writer} {number}", key=f"{writer}")], connection)
                await asyncio.sleep(((writer * 7 + number * 3) % 5) / 500)

    task = asyncio.create_task(stream.consumer(["t"], "g").run(remember, stopping))
    async with asyncio.timeout(60):
        await asyncio.gather(*(write(writer) for writer in range(4)))
        while len(handled) < 100:
            await asyncio.sleep(0.01)
    stopping.set()
    await task
    for writer in range(4):
        assert [v for v in handled if v.startswith(b"%d " % writer)] == [b"%d %d" % (writer, n) for n in range(25)]
    assert len(handled) == 100


async def test_a_handler_that_has_not_written_yet_holds_back_no_reader(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    """It holds its partitions, reads and thinks: what is appended meanwhile is read by others at once."""
    reader = stream.consumer(["other"], "reader")
    read: list[int] = []

    async def thinks(_records: Sequence[Record], connection: Connection) -> None:
        await connection.execute("select count(*) from streaming.records")
        await stream.produce([OutgoingRecord("other", "key", b"meanwhile")])
        read.append(await reader.step(notebook))
        await stream.produce([OutgoingRecord("mine", "key", b"result")], connection)
        await stream.produce([OutgoingRecord("other", "key", b"after the first write")])
        read.append(await reader.step(notebook))

    await stream.produce([record("work")])
    assert await stream.consumer(["t"], "g").step(thinks) == 1
    assert read == [1, 0]  # a writer does hold back what began after it
    assert await reader.step(notebook) == 1
    assert notebook.values == [b"meanwhile", b"after the first write"]


async def test_members_of_a_group_do_not_hold_each_other_back_and_everybody_else_does(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    """A member that has written cannot append to what its group reads, so nothing of it can come late there."""
    here, there = (next(f"{n}" for n in range(200) if partition_of(f"{n}") == number) for number in (0, 1))
    other, stranger = stream.consumer(["t", "u"], "g"), stream.consumer(["t", "u"], "another group")
    reads_else = stream.consumer(["t", "mine"], "g")
    read: dict[str, int] = {}

    async def writes(_records: Sequence[Record], connection: Connection) -> None:
        await stream.produce([OutgoingRecord("mine", "key", b"result")], connection)
        await stream.produce([record("meanwhile", there)])
        read["member"] = await other.step(notebook)
        await stream.produce([record("meanwhile", there)])
        read["stranger"] = await stranger.step(notebook)
        read["of the group, but reads what this one appends to"] = await reads_else.step(notebook)
        async with any_pool.connection() as slow:
            await stream.produce([record("late", there)], slow)
            await stream.produce([record("early", there)])
            read["member while another transaction writes"] = await other.step(notebook)
            assert [row["topic"] for row in await other._fetch_lag() if row["held_back_since"]] == ["t"]
        read["member after it"] = await other.step(notebook)

    await stream.produce([record("work", here)])
    assert await stream.consumer(["t", "u"], "g").step(writes) == 1
    assert list(read.values()) == [1, 1, 0, 1, 2], read  # only what came before the transaction is read while it writes
    assert notebook.values == [b"meanwhile", b"work", b"meanwhile", b"late", b"early"]
    assert await stranger.step(notebook) == 4


async def test_members_that_begin_at_the_same_time_share_the_partitions_and_handle_each_record_once(
    stream: PostgresStream, notebook: Notebook
) -> None:
    """Each of them sees the same offsets before any has moved one."""
    keys = [f"key-{number}" for number in range(64)]
    await stream.produce([record(key, key) for key in keys])
    members = [stream.consumer(["t"], "g") for _ in range(4)]
    while await stream.consumer(["t"], "g").lag():
        await asyncio.gather(*(member.step(notebook) for member in members))
    assert sorted(value.decode() for value in notebook.values) == sorted(keys)


async def test_a_member_whose_offsets_were_moved_meanwhile_undoes_its_batch(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    """As one of an older release would do, which locks in another way."""

    async def is_overtaken(records: Sequence[Record], connection: Connection) -> None:
        await stream.produce([OutgoingRecord("out", "key", b"twice")], connection)
        async with any_pool.connection() as other:
            await other.execute(
                "update streaming.offsets set id = id + 1 where group_name = 'g' and topic = 't' and partition = %s",
                [partition_of("key")],
            )

    await stream.produce([record("one")])
    with pytest.raises(OffsetsMovedError, match="rolled back"):
        await stream.consumer(["t"], "g").step(is_overtaken)
    assert await stream.consumer(["out"], "h").step(notebook) == 0
