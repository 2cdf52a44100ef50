"""What the stream on Kafka does beyond the contract: offsets after rows, rebalances, bounds, clear refusals, lag."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from prometheus_client import REGISTRY

from database.connection import Connection, Pool, open_pool
from database.errors import UnavailableError
from streaming import kafka_consumer, kafka_member
from streaming.contract import OutgoingRecord, Record, StreamSetUpError, UnusableRecordError
from streaming.kafka import KafkaStream
from streaming.kafka_member import KafkaMember
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_producer import RECORD_BYTES
from streaming.kafka_topics import ensure_topics
from streaming.partitions import PARTITIONS, partition_of
from streaming.retrying import Partition
from streaming.settings import KafkaSettings
from tests.kafka_fixtures import topics_made
from tests.streaming.kafka_streams import KEYS, TOPIC, Log, Running, numbered, until


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


async def test_a_batch_whose_offsets_were_not_committed_comes_again(
    kafka: KafkaStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kafka.produce(numbered(2))
    log = Log()
    with monkeypatch.context() as broken:
        broken.setattr(KafkaMember, "commit", _commits_nothing)
        assert await kafka.consumer([TOPIC], "g").step(log) == 80
    assert await kafka.consumer([TOPIC], "g").lag() == 80
    assert await kafka.consumer([TOPIC], "g").step(log) == 80
    assert sorted(log.seen) == sorted([*_expected(2), *_expected(2)])
    assert await kafka.consumer([TOPIC], "g").lag() == 0


async def test_offsets_are_committed_only_after_the_rows(kafka: KafkaStream, pool: Pool) -> None:
    await kafka.produce(numbered(1))
    lags: list[int] = []

    async def looks(records: Sequence[Record], connection: Connection) -> None:
        lags.append(await kafka.consumer([TOPIC], "g").lag())

    assert await kafka.consumer([TOPIC], "g").step(looks) == 40
    assert lags == [40]
    assert await kafka.consumer([TOPIC], "g").lag() == 0


async def test_a_rebalance_in_the_middle_of_a_batch_loses_and_repeats_nothing(kafka: KafkaStream) -> None:
    """The first member is in a batch of every partition; what it is to give back stays with it until that is done."""
    await kafka.produce(numbered(3))
    in_batch, go_on = asyncio.Event(), asyncio.Event()
    first, second = Log(), Log(seconds=0.01)

    async def waits(records: Sequence[Record], connection: Connection) -> None:
        in_batch.set()
        await go_on.wait()
        await first(records, connection)

    async with Running(kafka.consumer([TOPIC], "g", maximum_records=120), waits):
        await in_batch.wait()
        async with Running(kafka.consumer([TOPIC], "g", maximum_records=20), second):
            await asyncio.sleep(1.0)  # ten heartbeats: the rebalance is through
            await kafka.produce(numbered(2, first=3))
            await asyncio.sleep(0.3)
            assert second.records == []  # everything is still the first member's
            go_on.set()
            await until(lambda: len(first.records) + len(second.records) >= 200)
    assert sorted([*first.seen, *second.seen]) == sorted(_expected(5))
    assert second.partitions
    assert await kafka.consumer([TOPIC], "g").lag() == 0


async def test_a_rebalance_does_not_stop_a_member_that_keeps_its_partitions(kafka: KafkaStream) -> None:
    """While the group waits for a slow member, the quick one goes on with what it has."""
    stands_still, slow_in_batch, slow_may_go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
    quick, before_it_stood_still = Log(), Log()

    async def slow(records: Sequence[Record], connection: Connection) -> None:
        await before_it_stood_still(records, connection)
        if stands_still.is_set():
            slow_in_batch.set()
            await slow_may_go_on.wait()

    async def both_have_partitions() -> bool:
        await kafka.produce(numbered(1))
        await asyncio.sleep(0.2)
        return bool(quick.records) and bool(before_it_stood_still.records)

    async with (
        Running(kafka.consumer([TOPIC], "g", maximum_records=10), slow),
        Running(kafka.consumer([TOPIC], "g", maximum_records=10), quick),
    ):
        await until(both_have_partitions)
        stands_still.set()
        await kafka.produce(numbered(5))
        await slow_in_batch.wait()
        async with Running(kafka.consumer([TOPIC], "g", maximum_records=10), Log()):
            await asyncio.sleep(0.5)
            before = len(quick.records)
            await kafka.produce(numbered(5, first=20))
            await until(lambda: len(quick.records) > before)
            slow_may_go_on.set()


async def test_a_member_that_the_group_gave_up_starts_again_from_what_is_committed(
    kafka: KafkaStream, kafka_settings: KafkaSettings
) -> None:
    await kafka.produce(numbered(2))
    member = KafkaMember(kafka_settings, [kafka_settings.prefix + TOPIC], kafka_settings.prefix + "g", {})
    async with member.joined():
        await until(lambda: _filled(member, 80))
        parts = member.take(80)
        member._consumer._coordinator.reset_generation()  # as after a session that expired
        async with asyncio.timeout(20):
            while any(member._held.get(Partition(*part.held.place)) is part.held for part in parts):
                await member.fill(0.1)
        await member.done(parts)
        assert await kafka.consumer([TOPIC], "g").lag() == 80
        await until(lambda: _filled(member, 80))
        assert len(_records(member)) == 80


async def test_a_member_whose_handler_is_stuck_loses_its_partitions_to_others(
    kafka: KafkaStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_member, "HANDLER_SECONDS", 1.0)
    await kafka.produce(numbered(2))
    stuck, let_go = asyncio.Event(), asyncio.Event()
    log = Log()

    async def hangs(records: Sequence[Record], connection: Connection) -> None:
        stuck.set()
        await let_go.wait()

    async with (
        Running(kafka.consumer([TOPIC], "g"), hangs),
        Running(kafka.consumer([TOPIC], "g"), log),
    ):
        await stuck.wait()
        await until(lambda: set(log.seen) == set(_expected(2)))
        let_go.set()
        await kafka.produce(numbered(1, first=2))
        await until(lambda: _all_handled(kafka))


async def test_the_buffer_is_bounded_and_everything_still_comes(
    kafka: KafkaStream, kafka_settings: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_member, "BUFFER_RECORDS", 50)
    monkeypatch.setattr(kafka_member, "PARTITION_BYTES", 40)
    await kafka.produce(numbered(20))
    member = KafkaMember(kafka_settings, [kafka_settings.prefix + TOPIC], kafka_settings.prefix + "g", {})
    seen: list[Record] = []
    async with member.joined():
        async with asyncio.timeout(60):
            while len(seen) < 800:
                await member.fill(0.05)
                assert len(_records(member)) <= 50
                parts = member.take(10)
                seen += [record for part in parts for record in part.records]
                await member.done(parts)
    assert len(seen) == 800
    assert await kafka.consumer([TOPIC], "g").lag() == 0


async def test_a_partition_in_trouble_keeps_little_and_the_others_go_on(
    kafka: KafkaStream, kafka_settings: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_member, "TROUBLE_RECORDS", 3)
    await kafka.produce(numbered(20, keys=["bad"]))
    other = next(key for key in KEYS if partition_of(key) != partition_of("bad"))
    await kafka.produce(numbered(5, keys=[other]))
    member = KafkaMember(kafka_settings, [kafka_settings.prefix + TOPIC], kafka_settings.prefix + "g", {})
    bad = Partition(kafka_settings.prefix + TOPIC, partition_of("bad"))
    async with member.joined():
        await until(lambda: _filled(member, 25))
        member.put_back(member.take(100, only=bad))
        await member.fill(0.3)
        assert sorted(_records(member)) == sorted([b"0", b"1", b"2", *(b"%d" % n for n in range(5))])
        await member.done(member.take(100, leave=[bad]))
        await member.done(member.take(100, only=bad))
        await until(lambda: _filled(member, 17))
        assert _records(member) == [b"%d" % n for n in range(3, 20)]


async def test_the_lag_is_shown(kafka: KafkaStream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_consumer, "_LAG_EVERY_SECONDS", 0.0)
    await kafka.produce(numbered(1))
    async with Running(kafka.consumer([TOPIC], "shown"), _fails):
        await until(lambda: _shown_lag("shown") == 40)


async def test_a_record_that_is_too_large_is_refused_and_nothing_of_the_call_is_produced(kafka: KafkaStream) -> None:
    good, bad = OutgoingRecord(TOPIC, "k", b"x"), OutgoingRecord(TOPIC, "k", bytes(RECORD_BYTES + 1))
    with pytest.raises(UnusableRecordError, match=TOPIC):
        await kafka.produce([good, bad])
    assert await kafka.consumer([TOPIC], "g").lag() == 0
    await kafka.produce([OutgoingRecord(TOPIC, "k", bytes(RECORD_BYTES))])
    assert await kafka.consumer([TOPIC], "g").lag() == 1


async def test_a_topic_with_another_number_of_partitions_is_refused(
    stream_pool: Pool, kafka_settings: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr("streaming.kafka_topics.PARTITIONS", PARTITIONS - 1)
        async with topics_made(kafka_settings, [TOPIC]):
            other.undo()
            offsets, stream = KafkaOffsets(kafka_settings), KafkaStream(stream_pool, kafka_settings)
            with pytest.raises(StreamSetUpError, match="STREAMING_KAFKA_PREFIX"):
                await ensure_topics(offsets, kafka_settings, [TOPIC])
            with pytest.raises(StreamSetUpError, match=f"{PARTITIONS - 1} partitions"):
                await stream.produce(numbered(1))
            await offsets.close()
            await stream.close()


async def test_topics_that_are_there_are_left_alone_and_too_many_replicas_are_explained(
    kafka: KafkaStream, kafka_settings: KafkaSettings
) -> None:
    async with KafkaOffsets(kafka_settings) as offsets:
        assert await ensure_topics(offsets, kafka_settings, [TOPIC]) == []
        three = kafka_settings.model_copy(update={"replication": 3})
        with pytest.raises(StreamSetUpError, match="STREAMING_KAFKA_REPLICATION"):
            await ensure_topics(offsets, three, ["another"])


async def test_what_waits_in_the_outbox_counts_although_no_relay_runs(kafka: KafkaStream, stream_pool: Pool) -> None:
    async with stream_pool.connection() as connection:
        await kafka.produce(numbered(1), connection)
    assert await kafka.lags() == {"kafka-relay": 40}


async def test_a_topic_that_the_relay_does_not_carry_is_refused(kafka: KafkaStream, stream_pool: Pool) -> None:
    async with stream_pool.connection() as connection:
        with pytest.raises(UnusableRecordError, match="unheard"):
            await kafka.produce([OutgoingRecord("unheard", "k", b"")], connection)


async def test_without_a_broker_the_address_is_asked_for(stream_pool: Pool) -> None:
    with pytest.raises(StreamSetUpError, match="STREAMING_KAFKA_BOOTSTRAP"):
        await KafkaStream(stream_pool, KafkaSettings(bootstrap="")).produce(numbered(1))


def _expected(count: int) -> list[tuple[str, int]]:
    return [(key, number) for number in range(count) for key in KEYS]


def _records(member: KafkaMember) -> list[bytes]:
    return [record.value for held in member._held.values() for record in held.records]


async def _filled(member: KafkaMember, count: int) -> bool:
    await member.fill(0.05)
    return len(_records(member)) >= count


def _shown_lag(group: str) -> float | None:
    return REGISTRY.get_sample_value("servicelane_stream_lag", {"group": group, "topic": TOPIC})


async def _all_handled(kafka: KafkaStream) -> bool:
    return await kafka.consumer([TOPIC], "g").lag() == 0


async def _commits_nothing(member: KafkaMember) -> None:
    return


async def _fails(records: Sequence[Record], connection: Connection) -> None:
    raise UnavailableError("the database is away")
