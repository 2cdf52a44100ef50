"""What every implementation of the stream promises."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from database.connection import Connection, Pool
from streaming.contract import Consumer, OutgoingRecord, OwnTopicError, Record, Stream, UnusableRecordError
from streaming.partitions import partition_of

KEYS = [f"key-{number}" for number in range(40)]


class Notebook:
    """A handler that writes each record down in the transaction it is given, and remembers it."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.batches: list[list[Record]] = []
        self._seconds = seconds

    @property
    def records(self) -> list[Record]:
        return [record for batch in self.batches for record in batch]

    async def __call__(self, records: Sequence[Record], connection: Connection) -> None:
        await asyncio.sleep(self._seconds)
        async with connection.cursor() as cursor:
            await cursor.executemany(
                "insert into public.handled values (%s, %s, %s)",
                [(record.topic, record.key, record.value) for record in records],
            )
        self.batches.append(list(records))


class HandlerError(RuntimeError):
    pass


def numbered(count: int, topic: str = "numbers", keys: Sequence[str] = KEYS) -> list[OutgoingRecord]:
    """`count` records for each key, each with its number as value, the keys in turns."""
    return [OutgoingRecord(topic, key, str(number).encode()) for number in range(count) for key in keys]


def by_key(records: Sequence[Record]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[record.key].append(int(record.value))
    return found


async def drain(consumer: Consumer, notebook: Notebook) -> int:
    total = 0
    while handled := await consumer.step(notebook):
        total += handled
    return total


async def written(pool: Pool) -> list[tuple[str, int]]:
    async with pool.connection() as connection:
        rows = await (await connection.execute("select key, value from public.handled")).fetchall()
    return [(row["key"], int(row["value"])) for row in rows]


async def run_until(consumers: Sequence[tuple[Consumer, Notebook]], total: int) -> None:
    """Runs all of them until they have remembered `total` records together, then stops them as a service would."""
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(consumer.run(notebook, stopping)) for consumer, notebook in consumers]
    async with asyncio.timeout(30):
        while sum(len(notebook.records) for _, notebook in consumers) < total:
            await asyncio.sleep(0.01)
    stopping.set()
    async with asyncio.timeout(10):
        await asyncio.gather(*tasks)


async def test_records_of_one_key_are_handled_in_the_order_they_were_produced(stream: Stream) -> None:
    records = numbered(15)
    for start in range(0, len(records), 70):
        await stream.produce(records[start : start + 70])
    notebook = Notebook()
    assert await drain(stream.consumer(["numbers"], "g", maximum_records=64), notebook) == 600
    assert by_key(notebook.records) == {key: list(range(15)) for key in KEYS}
    assert max(len(batch) for batch in notebook.batches) <= 64


async def test_what_rests_holds_up_neither_other_partitions_nor_the_end(stream: Stream) -> None:
    consumer, notebook = stream.consumer(["t"], "g", gather_seconds=1e9), Notebook()
    rests, other = KEYS[0], next(key for key in KEYS if partition_of(key) != partition_of(KEYS[0]))
    stopping = asyncio.Event()
    task = asyncio.create_task(consumer.run(notebook, stopping))
    async with asyncio.timeout(30):
        for records in (numbered(1, "t", [rests]), numbered(1, "t", [rests, other])):
            await stream.produce(records)
            while records[-1].key not in by_key(notebook.records):
                await asyncio.sleep(0.01)
    stopping.set()
    async with asyncio.timeout(10):
        await task
    assert by_key(notebook.records) == {rests: [0], other: [0]}


async def test_a_record_keeps_its_key_value_headers_and_the_instant_it_was_appended(stream: Stream) -> None:
    headers = {"content-type": "application/x-protobuf", "reason": 'Umlaut ä, 汉字 \n \\ "quoted" {}', "empty": ""}
    before = datetime.now(UTC) - timedelta(seconds=5)
    await stream.produce([OutgoingRecord("t", "schlüssel", b"\x00\xff\\x41", headers)])
    notebook = Notebook()
    await drain(stream.consumer(["t"], "g"), notebook)
    (record,) = notebook.records
    assert (record.topic, record.key, record.value) == ("t", "schlüssel", b"\x00\xff\\x41")
    assert dict(record.headers) == headers
    assert before < record.appended_at < datetime.now(UTC) + timedelta(seconds=5)
    assert record.appended_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("size", [0, 1, 1_000_000])
async def test_a_value_of_any_size_comes_back_as_it_was(stream: Stream, size: int) -> None:
    value = os.urandom(size)
    await stream.produce([OutgoingRecord("t", "k", value)])
    notebook = Notebook()
    await drain(stream.consumer(["t"], "g"), notebook)
    assert [record.value for record in notebook.records] == [value]


async def test_large_records_come_in_batches_that_fit_in_memory(stream: Stream) -> None:
    await stream.produce([OutgoingRecord("t", f"k{n}", bytes([n]) * 3_000_000) for n in range(12)])
    notebook = Notebook()
    assert await drain(stream.consumer(["t"], "g"), notebook) == 12
    assert sorted(record.value[0] for record in notebook.records) == list(range(12))
    assert max(sum(len(record.value) for record in batch) for batch in notebook.batches) <= 12_000_000


async def test_producing_nothing_is_no_record(stream: Stream) -> None:
    await stream.produce([])
    assert await stream.consumer(["t"], "g").step(Notebook()) == 0


async def test_a_text_that_no_database_can_keep_is_refused_and_nothing_of_the_call_is_produced(stream: Stream) -> None:
    good = OutgoingRecord("t", "k", b"x")
    for bad in (
        OutgoingRecord("t", "nul \0", b""),
        OutgoingRecord("t", "k", b"", {"reason": "nul \0"}),
        OutgoingRecord("t", "k", b"", {"reason": "half a pair \ud800"}),
    ):
        with pytest.raises(UnusableRecordError):
            await stream.produce([good, bad])
    assert await stream.consumer(["t"], "g").lag() == 0


async def test_a_handler_produces_nothing_in_its_transaction_to_what_its_group_reads(stream: Stream) -> None:
    """On PostgreSQL members of the group rely on it. Without the handler's connection it may."""
    notebook = Notebook()

    async def produces(records: Sequence[Record], connection: Connection) -> None:
        with pytest.raises(OwnTopicError, match="quiet, t: produce there in a transaction of its own"):
            await stream.produce([*numbered(1, "other"), *numbered(1, "quiet"), *numbered(1, "t")], connection)
        await stream.produce(numbered(1, "quiet", ["by itself"]))

    await stream.produce(numbered(1, "t", ["a"]))
    assert await stream.consumer(["t", "quiet"], "g").step(produces) == 1
    assert await drain(stream.consumer(["quiet"], "reader"), notebook) == 1
    assert by_key(notebook.records) == {"by itself": [0]}


async def test_a_handler_that_fails_leaves_no_row_and_gets_the_same_records_again(
    stream: Stream, stream_pool: Pool
) -> None:
    await stream.produce(numbered(3, keys=["a"]))
    notebook = Notebook()

    async def writes_then_fails(records: Sequence[Record], connection: Connection) -> None:
        await notebook(records, connection)
        raise HandlerError

    consumer = stream.consumer(["numbers"], "g")
    with pytest.raises(HandlerError):
        await consumer.step(writes_then_fails)
    assert await written(stream_pool) == []
    assert await consumer.lag() == 3
    await run_until([(consumer, notebook)], 6)
    assert by_key(notebook.records) == {"a": [0, 1, 2, 0, 1, 2]}
    assert sorted(await written(stream_pool)) == [("a", 0), ("a", 1), ("a", 2)]


async def test_a_member_that_is_cancelled_in_its_handler_leaves_everything_to_the_next(
    stream: Stream, stream_pool: Pool
) -> None:
    await stream.produce(numbered(3, keys=["a"]))
    writing = asyncio.Event()
    notebook = Notebook()

    async def hangs(records: Sequence[Record], connection: Connection) -> None:
        await notebook(records, connection)
        writing.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(stream.consumer(["numbers"], "g").step(hangs))
    async with asyncio.timeout(10):
        await writing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await written(stream_pool) == []
    assert await drain(stream.consumer(["numbers"], "g"), Notebook()) == 3


async def test_a_record_that_keeps_failing_does_not_stop_the_other_keys(stream: Stream) -> None:
    await stream.produce(numbered(2))
    notebook = Notebook()

    async def fails_on_poison(records: Sequence[Record], connection: Connection) -> None:
        if any(record.key == KEYS[7] for record in records):
            raise HandlerError
        await notebook(records, connection)

    consumer = stream.consumer(["numbers"], "g")
    stopping = asyncio.Event()
    task = asyncio.create_task(consumer.run(fails_on_poison, stopping))
    async with asyncio.timeout(20):
        while len(by_key(notebook.records)) < 30:
            await asyncio.sleep(0.02)
    await stream.produce([OutgoingRecord("numbers", KEYS[0], b"2")])
    async with asyncio.timeout(20):
        while by_key(notebook.records)[KEYS[0]] != [0, 1, 2]:
            await asyncio.sleep(0.02)
    stopping.set()
    await task
    assert KEYS[7] not in by_key(notebook.records)
    assert await consumer.lag() >= 2


async def test_members_of_a_group_share_the_records_and_each_is_handled_once(stream: Stream, stream_pool: Pool) -> None:
    await stream.produce(numbered(20))
    notebooks = [Notebook(seconds=0.01), Notebook(seconds=0.01)]
    members = [(stream.consumer(["numbers"], "g", maximum_records=20), notebook) for notebook in notebooks]
    await run_until(members, 800)
    assert sorted(await written(stream_pool)) == sorted((key, number) for key in KEYS for number in range(20))
    assert all(len(notebook.records) >= 100 for notebook in notebooks)


async def test_records_of_one_key_are_never_with_two_members_at_once(stream: Stream) -> None:
    busy: set[str] = set()
    handled: list[Record] = []

    async def refuses_company(records: Sequence[Record], connection: Connection) -> None:
        keys = {record.key for record in records}
        assert not keys & busy
        busy.update(keys)
        await asyncio.sleep(0.005)
        busy.difference_update(keys)
        handled.extend(records)

    stopping = asyncio.Event()
    members = [stream.consumer(["numbers"], "g", maximum_records=10) for _ in range(3)]
    tasks = [asyncio.create_task(member.run(refuses_company, stopping)) for member in members]
    for start in range(10):
        await stream.produce([OutgoingRecord("numbers", key, str(start).encode()) for key in KEYS])
    async with asyncio.timeout(30):
        while len(handled) < 400:
            await asyncio.sleep(0.01)
    stopping.set()
    await asyncio.gather(*tasks)
    assert by_key(handled) == {key: list(range(10)) for key in KEYS}


async def test_groups_know_nothing_of_one_another(stream: Stream) -> None:
    await stream.produce(numbered(2))
    first, second = Notebook(), Notebook()
    await drain(stream.consumer(["numbers"], "first"), first)
    await stream.produce(numbered(1))
    await drain(stream.consumer(["numbers"], "second"), second)
    assert (len(first.records), len(second.records)) == (80, 120)
    assert await stream.lags() == {"first": 40, "second": 0}


async def test_a_group_goes_on_where_it_stopped(stream: Stream) -> None:
    await stream.produce(numbered(3))
    before, after = Notebook(), Notebook()
    await stream.consumer(["numbers"], "g", maximum_records=10).step(before)
    await drain(stream.consumer(["numbers"], "g"), after)
    assert 0 < len(before.records) <= 10
    assert len(before.records) + len(after.records) == 120
    assert by_key([*before.records, *after.records]) == {key: [0, 1, 2] for key in KEYS}


async def test_a_batch_comes_from_one_topic_and_no_topic_is_forgotten(stream: Stream) -> None:
    await stream.produce([*numbered(30, "busy"), *numbered(1, "quiet", ["a"])])
    notebook = Notebook()
    consumer = stream.consumer(["busy", "quiet"], "g", maximum_records=40)
    for _ in range(12):
        await consumer.step(notebook)
    assert all(len({record.topic for record in batch}) == 1 for batch in notebook.batches)
    assert [record.topic for record in notebook.records].count("quiet") == 1
    assert await consumer.lag() > 0


async def test_other_topics_are_not_touched(stream: Stream) -> None:
    await stream.produce([*numbered(1, "mine"), *numbered(1, "other")])
    notebook = Notebook()
    consumer = stream.consumer(["mine"], "g")
    assert await consumer.lag() == 40
    await drain(consumer, notebook)
    assert {record.topic for record in notebook.records} == {"mine"}
    assert await consumer.lag() == 0
