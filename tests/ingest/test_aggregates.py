"""Aggregates on plain PostgreSQL: they are a function of the stored rows, whatever came when and how often."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from database.connection import Pool, open_pool
from database.migrations import migrate
from ingest.aggregate_store import count_touched, take_touched
from ingest.aggregates import PlainAggregates
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from ingest.upkeep import GROUP as AGGREGATES_GROUP
from ingest.upkeep import TOPICS as AGGREGATES_TOPICS
from servicelane.schema import migration_folders
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.catalogue import Signal, Storage, signal, signals
from tests.ingest.conftest import T0, VIN, enrol, make_batch, record_of
from tests.postgres_fixtures import TestServer

NOT_AGGREGATED = {"current_gear", "traction_cell_id_min", "traction_cell_id_max"}
"""Numbers that are names: neither their mean nor their extremes say anything."""

OTHER_VIN = "1HGCM82633A004352"
NOW = T0 + timedelta(days=40)
STEPS = ("minute", "hour", "day")


@pytest.fixture(params=["18"])
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """On the newest server, and where a test asks for it on the oldest."""
    server: TestServer = request.getfixturevalue(f"postgres_{request.param}")
    url = server.create_database()
    yield url
    server.drop_database(url)


both_servers = pytest.mark.parametrize("server_url", ["15", "18"], indirect=True)


@pytest.fixture
async def pool(server_url: str) -> AsyncIterator[Pool]:
    async with open_pool(server_url) as opened:
        yield opened


@pytest.fixture
async def cars(pool: Pool) -> list[int]:
    async with pool.connection() as connection:
        return [await enrol(connection), await enrol(connection, OTHER_VIN)]


async def store(stream: PostgresStream, records: Sequence[OutgoingRecord]) -> None:
    await stream.produce(records)
    consumer, writer = stream.consumer(TOPICS, GROUP), TelemetryWriter(stream)
    while await consumer.step(writer.handle):
        pass


async def keep(pool: Pool, now: datetime = NOW, kept: timedelta | None = None) -> None:
    """What the process does, with its rights, until nothing is due for some hours."""
    async with open_pool(str(pool.conninfo), role="servicelane_ingest", maximum=1) as own:
        aggregates = PlainAggregates(own, kept)
        consumer = PostgresStream(own).consumer(AGGREGATES_TOPICS, AGGREGATES_GROUP)
        while await consumer.step(lambda records, connection: aggregates.note(records, connection, now)):
            pass
        for hours in range(4):
            while await aggregates.refresh(now + timedelta(hours=hours)):
                pass


async def fetch(pool: Pool, query: str) -> list[dict[str, Any]]:
    async with pool.connection() as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def all_aggregates(pool: Pool) -> dict[str, list[dict[str, Any]]]:
    groups = await fetch(pool, "select distinct group_name as name from published.aggregated_signals order by 1")
    names = [f"{group['name']}_by_{step}" for group in groups for step in STEPS]
    return {name: await fetch(pool, f"select * from telemetry.{name} order by vehicle_id, bucket_at") for name in names}


def is_numeric(one: Signal) -> bool:
    return one.storage not in (Storage.BOOLEAN, Storage.TEXT) and not one.is_personal


async def test_every_numeric_signal_is_in_one_group_and_its_sum_is_as_fine_as_it_can_be(pool: Pool) -> None:
    """A new signal is added to a group of its own, by a migration (CONTRIBUTING.md)."""
    found = {row["signal"]: row for row in await fetch(pool, "select * from telemetry.aggregated_signals")}
    assert set(found) == {one.name for one in signals() if is_numeric(one)} - NOT_AGGREGATED
    for name, row in found.items():
        low, high = signal(name).low, signal(name).high
        assert low is not None
        assert high is not None
        if row["sum_bits"] is not None:
            assert 2**30 <= max(-low, high) * 2 ** row["sum_bits"] < 2**31, name
        else:
            assert signal(name).description.startswith("Total") or signal(name).storage is Storage.DOUBLE, name


async def test_every_group_has_every_column_in_every_step(pool: Pool) -> None:
    columns = {
        (row["table_name"], row["column_name"])
        for row in await fetch(
            pool, "select table_name, column_name from information_schema.columns where table_schema = 'published'"
        )
    }
    for row in await fetch(pool, "select * from published.aggregated_signals"):
        for step in STEPS:
            for statistic in ("count", "min", "max") if row["is_total"] else ("count", "min", "max", "mean"):
                assert (f"{row['group_name']}_by_{step}", f"{row['signal']}_{statistic}") in columns


@both_servers
async def test_a_minute_an_hour_and_a_day_say_what_was_stored(
    pool: Pool, stream: PostgresStream, cars: list[int]
) -> None:
    rng = np.random.default_rng(7)
    offsets = np.arange(0, 7200, 20) * 1000
    speed = rng.uniform(0, 200, len(offsets)).astype("<f4")
    odometer = 1000 + np.cumsum(rng.uniform(0, 1, len(offsets)))
    await store(
        stream, [record_of(make_batch(1, offsets.tolist(), {"vehicle_speed_kmh": speed, "odometer_km": odometer}))]
    )
    await keep(pool)
    for step, bucket_seconds in (("minute", 60), ("hour", 3600), ("day", 86_400)):
        rows = await fetch(pool, f"select * from published.driving_by_{step} order by bucket_at")
        place = (int(T0.timestamp()) + offsets // 1000) // bucket_seconds
        assert [row["bucket_at"].timestamp() for row in rows] == (np.unique(place) * bucket_seconds).tolist()
        for row, number in zip(rows, np.unique(place), strict=True):
            within = place == number
            assert row["vehicle_id"] == cars[0]
            assert row["vehicle_speed_kmh_count"] == within.sum()
            assert row["vehicle_speed_kmh_min"] == pytest.approx(speed[within].min(), rel=1e-6)
            assert row["vehicle_speed_kmh_max"] == pytest.approx(speed[within].max(), rel=1e-6)
            assert row["vehicle_speed_kmh_mean"] == pytest.approx(speed[within].astype(float).mean(), rel=1e-7)
            assert row["odometer_km_max"] == odometer[within].max()
            assert row["trip_distance_km_count"] == 0
            assert row["trip_distance_km_mean"] is None
    assert await fetch(pool, "select * from published.engine_by_day") == []


def month(vin: str, seed: int) -> list[OutgoingRecord]:
    """Thirty days of one car: a batch of 40 frames each, over an hour and a half, values of every kind of column."""
    rng = np.random.default_rng(seed)
    names = ("vehicle_speed_kmh", "system_voltage_v", "engine_speed_rpm", "odometer_km", "engine_revolutions")
    highs = (350, 36, 16_384, 3_000_000, 10**12)
    batches = []
    for day in range(30):
        start = day * 86_400_000 + int(rng.integers(0, 20 * 3_600_000))
        offsets = start + np.sort(rng.choice(5_400_000, 40, replace=False))
        values = {
            name: rng.uniform(0, high, 40).astype(signal(name).storage.dtype)
            for name, high in zip(names, highs, strict=True)
        }
        batches.append(record_of(make_batch(day + 1, offsets.tolist(), values, vin=vin)))
    return batches


@both_servers
async def test_a_month_that_comes_late_leaves_the_aggregates_as_they_would_have_been(
    pool: Pool, stream: PostgresStream, cars: list[int]
) -> None:
    """One car in order and the other beside it; then the first a month late, backwards, with repeats."""
    prompt, late = month(OTHER_VIN, 1), month(VIN, 2)
    for record in zip(prompt, late, strict=True):
        await store(stream, record)
    await keep(pool)
    wanted = await all_aggregates(pool)
    assert min(len(wanted[name]) for name in ("driving_by_day", "engine_by_day", "low_voltage_by_day")) > 50
    assert len(wanted["engine_by_minute"]) > 1500

    async with pool.connection() as connection:
        await connection.execute("truncate telemetry.samples, telemetry.continuity, telemetry.touched")
        for name in wanted:
            await connection.execute(f"truncate telemetry.{name}".encode())
    await store(stream, prompt)
    await keep(pool)
    without = await all_aggregates(pool)
    assert {row["vehicle_id"] for row in without["engine_by_day"]} == {cars[1]}
    for number, record in enumerate(reversed(late)):
        await store(stream, [record])
        if number % 10 == 0:
            await keep(pool)
    await store(stream, late[:3])
    await keep(pool)
    assert await all_aggregates(pool) == wanted


async def test_another_version_of_a_frame_replaces_what_it_gave(
    pool: Pool, stream: PostgresStream, cars: list[int]
) -> None:
    await store(stream, [record_of(make_batch(1, [0, 1000], {"system_voltage_v": [12.0, 14.0]}))])
    await keep(pool)
    later_boot = UUID("00000000-0000-4000-8000-000000000002")
    await store(stream, [record_of(make_batch(1, [0], {"vehicle_speed_kmh": [50.0]}, boot=later_boot, boot_number=2))])
    await keep(pool)
    (row,) = await fetch(pool, "select * from published.low_voltage_by_day")
    assert (row["system_voltage_v_count"], row["system_voltage_v_mean"]) == (1, 14.0)
    await store(stream, [record_of(make_batch(2, [1000], {"is_moving": [True]}, boot=later_boot, boot_number=2))])
    await keep(pool)
    for step in STEPS:
        assert await fetch(pool, f"select * from published.low_voltage_by_{step}") == [], "nothing is left of it"


async def test_a_minute_is_made_once_it_is_over_and_an_hour_as_far_as_it_has_come(
    pool: Pool, stream: PostgresStream, cars: list[int]
) -> None:
    offsets = list(range(0, 300_000, 10_000))
    await store(stream, [record_of(make_batch(1, offsets))])
    now = T0 + timedelta(minutes=4)
    aggregates = PlainAggregates(pool)
    consumer = stream.consumer(AGGREGATES_TOPICS, AGGREGATES_GROUP)
    await consumer.step(lambda records, connection: aggregates.note(records, connection, now - timedelta(minutes=3)))
    assert await aggregates.refresh(now - timedelta(minutes=2)) == 0, "not due yet"

    async def instants() -> list[datetime]:
        return [row["bucket_at"] for row in await fetch(pool, "select bucket_at from published.driving_by_minute")]

    assert await aggregates.refresh(now) == 1
    assert sorted(await instants()) == [T0, T0 + timedelta(minutes=1)]
    assert await aggregates.refresh(now) == 0
    await aggregates.refresh(now + timedelta(minutes=11))
    await aggregates.refresh(now + timedelta(minutes=22))
    assert len(await instants()) == 5
    (hour,) = await fetch(pool, "select * from published.driving_by_hour")
    assert (hour["bucket_at"], hour["vehicle_speed_kmh_count"]) == (T0, 30)


async def test_what_retention_may_have_touched_keeps_its_aggregates(
    pool: Pool, stream: PostgresStream, cars: list[int]
) -> None:
    """A straggler from a day of which the samples are gone must not make the day's aggregate one of itself alone."""
    await store(stream, [record_of(make_batch(1, [0, 1000], {"system_voltage_v": [12.0, 14.0]}))])
    await keep(pool, T0 + timedelta(hours=1))
    before = await all_aggregates(pool)
    async with pool.connection() as connection:
        await connection.execute("delete from telemetry.samples")
    await store(stream, [record_of(make_batch(2, [2000], {"system_voltage_v": [10.0]}))])
    await keep(pool, T0 + timedelta(days=31), timedelta(days=30))
    assert await all_aggregates(pool) == before
    await keep(pool, T0 + timedelta(days=31))
    assert await all_aggregates(pool) == before, "it is not noted any more either"


async def test_two_keepers_at_once_do_the_work_once(pool: Pool, stream: PostgresStream, cars: list[int]) -> None:
    await store(stream, month(VIN, 3))
    aggregates = PlainAggregates(pool)
    consumer = stream.consumer(AGGREGATES_TOPICS, AGGREGATES_GROUP)
    await consumer.step(lambda records, connection: aggregates.note(records, connection, NOW))
    later = NOW + timedelta(hours=1)
    async with pool.connection() as one, pool.connection() as other:
        first = await take_touched(one, "minute", later, 40, 300)
        second = await take_touched(other, "minute", later, 40, 300)
        assert first
        assert not second, "the rest is held by the first"
        await one.rollback()
    while await aggregates.refresh(later):
        pass
    async with pool.connection() as connection:
        assert "minute" not in await count_touched(connection)


async def test_a_database_that_holds_samples_gets_their_aggregates(empty_database_url: str, tmp_path: Path) -> None:
    """Upgraded from the version before aggregates."""
    (tmp_path / "ingest").mkdir()
    for path in sorted(Path("ingest/migrations").glob("000[1-4]_*.sql")):
        shutil.copy(path, tmp_path / "ingest")
    folders = [
        (name, path if name in ("streaming", "vehicles") else tmp_path / name) for name, path in migration_folders()
    ]
    await migrate(empty_database_url, folders)
    async with open_pool(empty_database_url) as pool:
        async with pool.connection() as connection:
            await connection.execute(
                """insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence,
                       frame, clock_quality, late, system_voltage_v)
                   select 1, %(at)s::timestamptz + n * interval '1 hour', now(), gen_random_uuid(), 1, 1, n, 1, false, n
                   from generate_series(1, 30) as n""",
                {"at": datetime(2026, 1, 1, tzinfo=UTC)},
            )
        await migrate(empty_database_url, migration_folders())
        await migrate(empty_database_url, migration_folders(), again=True)
        await keep(pool, datetime.now(UTC) + timedelta(days=1))
        rows = await fetch(pool, "select * from published.low_voltage_by_day order by bucket_at")
    assert [(row["system_voltage_v_count"], row["system_voltage_v_max"]) for row in rows] == [(23, 23.0), (7, 30.0)]
