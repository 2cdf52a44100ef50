"""What the stream on PostgreSQL does beyond the contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from database.connection import Connection, Pool
from database.errors import PermissionMissingError
from observability import metrics
from streaming import pace, postgres_consumer
from streaming.contract import Handler, OutgoingRecord, Record
from streaming.partitions import PARTITIONS, partition_of
from streaming.postgres import PostgresStream
from streaming.postgres_consumer import PostgresConsumer

Notebook = Any


def record(value: str, key: str = "key", topic: str = "t") -> OutgoingRecord:
    return OutgoingRecord(topic, key, value.encode())


async def test_a_produced_record_shares_the_fate_of_the_transaction_it_joined(
    stream: PostgresStream, any_pool: Pool, notebook: Notebook
) -> None:
    async def fails() -> None:
        async with any_pool.connection() as connection:
            await stream.produce([record("undone")], connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    async with any_pool.connection() as connection:
        await stream.produce([record("done")], connection)
    await stream.consumer(["t"], "g").step(notebook)
    assert notebook.values == [b"done"]


async def test_what_a_handler_produces_is_kept_exactly_when_its_batch_is(
    stream: PostgresStream, notebook: Notebook
) -> None:
    await stream.produce([record("in")])
    attempts = 0

    async def passes_on(records: Sequence[Record], connection: Connection) -> None:
        nonlocal attempts
        attempts += 1
        await stream.produce([OutgoingRecord("out", r.key, r.value) for r in records], connection)
        if attempts == 1:
            raise ZeroDivisionError

    consumer, reader = stream.consumer(["t"], "g"), stream.consumer(["out"], "g")
    with pytest.raises(ZeroDivisionError):
        await consumer.step(passes_on)
    assert await reader.lag() == 0
    while not await consumer.step(passes_on):
        await asyncio.sleep(0.02)
    await reader.step(notebook)
    assert notebook.values == [b"in"]


async def test_a_handler_that_takes_long_gets_fewer_keys_so_that_it_holds_readers_back_for_less(
    stream: PostgresStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes 10 ms for each key, however many records there are of it."""
    monkeypatch.setattr(pace, "BATCH_SECONDS", 0.1)
    batches: list[Sequence[Record]] = []

    async def slow(records: Sequence[Record], _connection: Connection) -> None:
        batches.append(records)
        await asyncio.sleep(0.01 * len({record.key for record in records}))

    await stream.produce([record(str(number), f"car {car}") for number in range(5) for car in range(100)])
    consumer = stream.consumer(["t"], "g", maximum_records=500)
    while await consumer.step(slow):
        pass
    assert len([record for batch in batches for record in batch]) == 500
    keys = [len({record.key for record in batch}) for batch in batches]
    assert keys[0] > 20
    assert max(keys[5:]) <= 15
    values = [record.value for batch in batches for record in batch if record.key == "car 7"]
    assert values == [b"0", b"1", b"2", b"3", b"4"]


async def test_no_more_partitions_are_locked_at_a_time_than_the_pace_asks_for(
    stream: PostgresStream, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace.Pace, "most_partitions", lambda *_: 1)
    locked: list[int] = []
    lock = PostgresConsumer._lock

    async def counted(self: PostgresConsumer, *given: Any) -> list[Any]:
        partitions = await lock(self, *given)
        locked.append(len(partitions))
        return partitions

    monkeypatch.setattr(PostgresConsumer, "_lock", counted)
    await stream.produce([record(str(number), f"car {number}") for number in range(100)])
    consumer = stream.consumer(["t"], "g", maximum_records=500)
    while await consumer.step(notebook):
        pass
    assert max(locked) == 1
    assert sorted(map(int, notebook.values)) == list(range(100))


async def test_an_idle_consumer_is_woken_by_the_append_and_not_by_its_poll(
    stream: PostgresStream, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_consumer, "_SHORTEST_POLL_SECONDS", 600.0)
    monkeypatch.setattr(postgres_consumer, "_LONGEST_POLL_SECONDS", 600.0)
    stopping = asyncio.Event()
    task = asyncio.create_task(stream.consumer(["t"], "g").run(notebook, stopping))
    await asyncio.sleep(0.5)
    await stream.produce([record("wake up")])
    async with asyncio.timeout(20):
        while not notebook.records:
            await asyncio.sleep(0.01)
    stopping.set()
    async with asyncio.timeout(5):
        await task


async def test_a_consumer_finds_records_by_its_poll_where_no_wake_up_comes(
    stream: PostgresStream, administrator: Pool, notebook: Notebook
) -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(stream.consumer(["t"], "g").run(notebook, stopping))
    await asyncio.sleep(0.3)
    async with administrator.connection() as connection:
        await connection.execute(
            "insert into streaming.records (topic, partition, key, value) values ('t', %s, 'key', 'silent')",
            [partition_of("key")],
        )
    async with asyncio.timeout(20):
        while not notebook.records:
            await asyncio.sleep(0.01)
    stopping.set()
    await task


async def test_a_consumer_at_rest_stops_at_once(stream: PostgresStream, notebook: Notebook) -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(stream.consumer(["t"], "g").run(notebook, stopping))
    await asyncio.sleep(0.2)
    stopping.set()
    async with asyncio.timeout(2):
        await task


async def test_two_members_hold_different_partitions(stream: PostgresStream) -> None:
    keys = {partition_of(f"{n}"): f"{n}" for n in range(200)}
    await stream.produce([record("x", key) for key in keys.values()])
    inside, go = asyncio.Event(), asyncio.Event()
    taken: list[set[str]] = []

    async def hold(records: Sequence[Record], connection: Connection) -> None:
        taken.append({r.key for r in records})
        inside.set()
        await go.wait()

    first = asyncio.create_task(stream.consumer(["t"], "g", maximum_records=8).step(hold))
    await inside.wait()
    inside.clear()
    second = asyncio.create_task(stream.consumer(["t"], "g", maximum_records=8).step(hold))
    await inside.wait()
    go.set()
    await asyncio.gather(first, second)
    assert len(taken) == 2
    assert not taken[0] & taken[1]


@asynccontextmanager
async def in_hand(member: PostgresConsumer) -> AsyncIterator[None]:
    """Its next batch, while the block runs."""
    inside, go = asyncio.Event(), asyncio.Event()

    async def hold(_records: Sequence[Record], _connection: Connection) -> None:
        inside.set()
        await go.wait()

    step = asyncio.create_task(member.step(hold))
    await inside.wait()
    try:
        yield
    finally:
        go.set()
        await step


async def test_a_member_leaves_to_others_what_it_does_not_handle(stream: PostgresStream, notebook: Notebook) -> None:
    here, there = (next(f"{n}" for n in range(200) if partition_of(f"{n}") == number) for number in (0, 1))
    await stream.produce([record("first", here, "t"), record("second", there, "u")])
    async with in_hand(stream.consumer(["t", "u"], "g")):
        assert await stream.consumer(["t", "u"], "g").step(notebook) == 1
    assert notebook.values == [b"second"]


async def test_what_topics_say_of_one_key_is_with_one_member_at_a_time(
    stream: PostgresStream, notebook: Notebook
) -> None:
    await stream.produce([record("first", topic="t"), record("second", topic="u")])
    second = stream.consumer(["t", "u"], "g")
    async with in_hand(stream.consumer(["t", "u"], "g")):
        assert await second.step(notebook) == 0
    assert await second.step(notebook) == 1
    assert notebook.values == [b"second"]


async def test_members_of_one_process_leave_partitions_with_little_alone_together(
    stream: PostgresStream, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that held little until the beat, the empty ones for a second."""
    now = 1_000.0
    monkeypatch.setattr(postgres_consumer, "time", SimpleNamespace(monotonic=lambda: now))
    first, second = (stream.consumer(["t"], "g", gather_seconds=1e9) for _ in range(2))
    await stream.produce([record("little", "a")])
    assert await first.step(notebook) == 1
    await stream.produce([record("more", "a"), record("elsewhere", "b")])
    assert await second.step(notebook) == await first.step(notebook) == 0
    now += 1.0
    assert await second.step(notebook) == 1
    assert notebook.values == [b"little", b"elsewhere"]
    assert await second.step(notebook) == await first.step(notebook) == 0


async def test_a_consumer_without_a_time_to_gather_leaves_others_theirs(
    stream: PostgresStream, notebook: Notebook
) -> None:
    _, member = (stream.consumer(["t"], "g", gather_seconds=seconds) for seconds in (0.0, 1e9))
    await stream.produce([record("little")])
    assert await member.step(notebook) == 1
    await stream.produce([record("more")])
    assert await member.step(notebook) == 0


async def test_two_members_of_a_process_have_half_of_the_partitions_in_turn(
    stream: PostgresStream, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(postgres_consumer, "time", SimpleNamespace(monotonic=lambda: now))
    first, _ = (stream.consumer(["t"], "g", gather_seconds=8.0) for _ in range(2))
    keys = {partition_of(f"{n}"): f"{n}" for n in range(200)}
    for value in ("little", "more"):
        await stream.produce([record(f"{value} of {number}", key) for number, key in keys.items()])
        assert await first.step(notebook) == (PARTITIONS if value == "little" else 0)
    for turn in (1, 0):
        now += 4.0
        assert await first.step(notebook) == PARTITIONS // 2
        assert set(notebook.values[-8:]) == {b"more of %d" % number for number in keys if number % 2 == turn}


async def test_no_partition_is_put_off_that_holds_what_the_member_did_not_take(
    stream: PostgresStream, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take one key at once."""
    monkeypatch.setattr(pace, "BATCH_SECONDS", 1e-9)
    await stream.produce([record("x", "a"), record("x", "b")])
    member = stream.consumer(["t"], "g", gather_seconds=1e9)
    assert [await member.step(notebook) for _ in range(3)] == [1, 1, 0]


async def test_what_a_member_has_in_hand_for_long_is_not_put_off_by_another(
    stream: PostgresStream, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes to it meanwhile, in any topic, is due as soon as it is done; when empty it rests as others do."""
    now = 1_000.0
    monkeypatch.setattr(postgres_consumer, "time", SimpleNamespace(monotonic=lambda: now))
    first, second = (stream.consumer(["t", "u"], "g", gather_seconds=8.0) for _ in range(2))
    slow, other = (next(f"{n}" for n in range(200) if partition_of(f"{n}") == number) for number in (0, 2))
    await stream.produce([record("first", slow)])
    async with in_hand(first):
        now += 20.0
        await stream.produce([record("meanwhile", slow), record("meanwhile", slow, "u")])
        await stream.produce([record("first", other), record("first", other, "u")])
        assert [await second.step(notebook) for _ in range(3)] == [1, 1, 0]
    assert [await second.step(notebook) for _ in range(3)] == [1, 1, 0]
    now += 20.0
    await stream.produce([record("second", other)])
    assert await second.step(notebook) == 1
    await stream.produce([record("last", slow)])
    assert await first.step(notebook) == 0
    assert notebook.values == [b"first", b"first", b"meanwhile", b"meanwhile", b"second"]


async def test_a_turn_that_comes_while_a_member_looks_is_not_lost(
    stream: PostgresStream, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks just before the turn and finds nothing; the turn has come when it asks how long to rest."""
    now = 999.0
    monkeypatch.setattr(postgres_consumer, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(postgres_consumer, "_LONGEST_POLL_SECONDS", 600.0)
    member, _ = (stream.consumer(["t"], "g", gather_seconds=1_000.0) for _ in range(2))
    keys = {partition_of(f"{n}"): f"{n}" for n in range(200)}
    await stream.produce([record("little", keys[number]) for number in (0, 1)])
    assert await member.step(notebook) == 2
    await stream.produce([record("more", keys[0])])
    step = member.step

    async def while_the_turn_comes(handler: Handler) -> int:
        nonlocal now
        handled = await step(handler)
        now = max(now, 1_000.1)
        return handled

    monkeypatch.setattr(member, "step", while_the_turn_comes)
    stopping = asyncio.Event()
    task = asyncio.create_task(member.run(notebook, stopping))
    async with asyncio.timeout(20):
        while len(notebook.records) < 3:
            await asyncio.sleep(0.01)
    stopping.set()
    await task


async def test_a_member_takes_more_partitions_until_it_has_enough(stream: PostgresStream, notebook: Notebook) -> None:
    keys = {partition_of(f"{n}"): f"{n}" for n in range(200)}
    await stream.produce([record("x", key) for key in keys.values()])
    members = [stream.consumer(["t"], "g", maximum_records=maximum) for maximum in (16, 32, 64)]
    assert [await member.step(notebook) for member in members] == [4, 8, 4]


async def test_after_little_a_member_asks_for_half_of_the_partitions_at_once(
    stream: PostgresStream, notebook: Notebook
) -> None:
    member = stream.consumer(["t"], "g", maximum_records=16)
    await stream.produce([record("alone")])
    assert await member.step(notebook) == 1
    keys = {partition_of(f"{n}"): f"{n}" for n in range(200)}
    await stream.produce([record("x", key) for key in keys.values()])
    assert [await member.step(notebook) for _ in range(3)] == [8, 4, 4]


async def test_the_lag_of_a_group_is_counted_by_topic_and_shown_while_it_runs(
    stream: PostgresStream, notebook: Notebook
) -> None:
    await stream.produce([record("1"), record("2"), record("3", topic="u")])
    await stream.register(["t"], "reads t")
    assert await stream.lags() == {"reads t": 2}
    assert await stream.consumer(["t", "u"], "not known yet").lag() == 3
    stopping = asyncio.Event()
    task = asyncio.create_task(stream.consumer(["t", "u"], "shown by topic").run(notebook, stopping))
    async with asyncio.timeout(10):
        while len(notebook.records) < 3:
            await asyncio.sleep(0.01)
    stopping.set()
    await task
    shown = {
        s.labels["topic"]: s.value
        for s in metrics.STREAM_LAG.collect()[0].samples
        if s.labels["group"] == "shown by topic"
    }
    assert set(shown) == {"t", "u"}


async def test_a_record_that_a_running_transaction_holds_back_is_counted_and_its_age_known(
    stream: PostgresStream, any_pool: Pool
) -> None:
    consumer = stream.consumer(["t"], "g")
    async with any_pool.connection() as slow:
        await slow.execute("select pg_current_xact_id()")
        await stream.produce([record("held back")])
        rows = await consumer._fetch_lag()
    assert rows[0]["records"] == 1
    assert rows[0]["held_back_since"] is not None
    assert (await consumer._fetch_lag())[0]["held_back_since"] is None


async def test_a_package_can_neither_change_nor_delete_what_is_on_the_stream(
    stream: PostgresStream, any_pool: Pool
) -> None:
    await stream.produce([record("kept")])
    for statement in ("delete from streaming.records", "update streaming.records set value = ''"):
        with pytest.raises(PermissionMissingError):
            async with any_pool.connection() as connection:
                await connection.execute(statement)


def test_a_key_stays_in_its_partition_for_ever() -> None:
    """Written down: another formula would lose the order of keys whose records are on the stream already."""
    assert PARTITIONS == 16
    assert [partition_of(key) for key in ("", "a", "WVWZZZ1JZXW000001", "schlüssel")] == [0, 3, 15, 6]


def test_keys_spread_over_all_partitions() -> None:
    counts = [0] * PARTITIONS
    for number in range(1600):
        counts[partition_of(f"1HGCM82633A{number:06d}")] += 1
    assert min(counts) > 50
    assert max(counts) < 200
