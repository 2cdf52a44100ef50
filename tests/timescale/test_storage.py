"""What the migrations make where TimescaleDB is: hypertables, columnstore, continuous aggregates, policies."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from database.connection import Connection, Pool, connect
from database.migrations import migrate
from database.queries import Queries
from database.storage import fetch_storage
from database.timescale import has_timescale
from ingest import aggregate_store, retention_store
from ingest.aggregate_spans import DAY
from ingest.aggregates import POLICIES_LOOK_BACK, STEPS, TimescaleAggregates
from ingest.retention import delete_old
from ingest.retention_settings import RetentionSettings
from servicelane.schema import migration_folders
from streaming.contract import Record
from telemetry_schema.topics import StreamTopic

GROUPS: Final = ("driving", "engine", "fuel", "low_voltage", "service", "traction", "wheels")
BOOT: Final = UUID("00000000-0000-4000-8000-000000000001")
LATER_BOOT: Final = UUID("00000000-0000-4000-8000-000000000002")
OLD: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
QUERIES: Final = Queries(Path("ingest/queries"))


async def rows(connection: Connection, query: str, **parameters: Any) -> list[dict[str, Any]]:
    return await (await connection.execute(query.encode(), parameters)).fetchall()


async def insert_samples(
    connection: Connection,
    instants: Sequence[datetime],
    volts: Sequence[float],
    *,
    table: str = "telemetry.samples",
    boot_id: UUID = BOOT,
    boot_number: int = 1,
    vehicle_id: int = 1,
) -> None:
    await connection.execute(
        f"""insert into {table} (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame,
                clock_quality, late, stored_at, system_voltage_v)
            select %(vehicle_id)s, at, at, %(boot_id)s, %(boot_number)s, 1, n, 1, false, now(), volts
            from unnest(%(instants)s::timestamptz[], %(volts)s::real[])
                with ordinality as row (at, volts, n)""".encode(),
        {
            "vehicle_id": vehicle_id,
            "boot_id": boot_id,
            "boot_number": boot_number,
            "instants": list(instants),
            "volts": list(volts),
        },
    )


async def test_every_migration_applies_again_and_changes_nothing(timescale_url: str) -> None:
    relations = "select oid::regclass::text, relkind from pg_class where relnamespace::regnamespace::text !~ '^pg_'"
    jobs = "select job_id, proc_name, schedule_interval, config from timescaledb_information.jobs order by job_id"
    async with await connect(timescale_url) as connection:
        assert await has_timescale(connection)
        before = await rows(connection, relations + " order by 1"), await rows(connection, jobs)
    applied = await migrate(timescale_url, migration_folders(), again=True)
    assert len(applied) > 10
    async with await connect(timescale_url) as connection:
        assert (await rows(connection, relations + " order by 1"), await rows(connection, jobs)) == before


async def test_samples_and_positions_are_hypertables_with_a_columnstore(timescale_pool: Pool) -> None:
    async with timescale_pool.connection() as connection:
        dimensions = await rows(
            connection,
            """select hypertable_name as name, column_name as by, time_interval as interval
               from timescaledb_information.dimensions where hypertable_schema = 'telemetry' order by 1""",
        )
        settings = await rows(
            connection,
            """select hypertable::text as name, segmentby, orderby
               from timescaledb_information.hypertable_columnstore_settings
               where hypertable::text like 'telemetry.%%' and segmentby is not null order by 1""",
        )
        keys = await rows(
            connection,
            """select indrelid::regclass::text as name from pg_index
               where indrelid in ('telemetry.samples'::regclass, 'telemetry.positions'::regclass) and indisunique""",
        )
    assert dimensions == [
        {"name": "positions", "by": "recorded_at", "interval": timedelta(days=7)},
        {"name": "samples", "by": "recorded_at", "interval": timedelta(days=1)},
    ]
    assert [(row["segmentby"], row["orderby"]) for row in settings] == [("vehicle_id", "recorded_at")] * 2
    assert sorted(row["name"] for row in keys) == ["telemetry.positions", "telemetry.samples"]


async def test_every_group_is_a_continuous_aggregate_in_every_step(timescale_pool: Pool) -> None:
    async with timescale_pool.connection() as connection:
        found = await rows(
            connection,
            """select view_name as name, materialized_only from timescaledb_information.continuous_aggregates
               where view_schema = 'telemetry'""",
        )
    assert {row["name"] for row in found} == {f"{group}_by_{step.name}" for group in GROUPS for step in STEPS}
    assert all(row["materialized_only"] for row in found)


async def test_every_policy_is_there_once(timescale_pool: Pool) -> None:
    async with timescale_pool.connection() as connection:
        found = await rows(
            connection,
            """select proc_name, schedule_interval as every, (config ->> 'start_offset')::interval as back,
                      count(*) as n
               from timescaledb_information.jobs where proc_name like 'policy%%'
                 and proc_name <> 'policy_retention'
               group by 1, 2, 3""",
        )
    refresh = {
        (row["every"], row["back"]): row["n"] for row in found if "refresh_continuous_aggregate" in row["proc_name"]
    }
    assert refresh == {
        (timedelta(minutes=1), timedelta(days=3)): len(GROUPS),
        (timedelta(minutes=10), timedelta(days=4)): len(GROUPS),
        (timedelta(hours=1), timedelta(days=7)): len(GROUPS),
    }
    assert min(back for _, back in refresh) == POLICIES_LOOK_BACK
    assert sum(row["n"] for row in found if row["proc_name"] == "policy_compression") == 2


async def test_a_chunk_in_the_columnstore_takes_late_rows_repeats_and_other_versions(timescale_pool: Pool) -> None:
    """The writer's own statements, but for COPY, which this build lacks."""
    instants = [OLD + timedelta(seconds=n) for n in range(300)]
    async with timescale_pool.connection() as connection:
        await insert_samples(connection, instants, [12.0] * 300, vehicle_id=7)
    async with timescale_pool.connection() as connection:
        packed = await rows(connection, "select compress_chunk(chunk) from show_chunks('telemetry.samples') as chunk")
        assert len(packed) == 1
    half = timedelta(milliseconds=500)
    staged = "pg_temp.staging_samples"
    async with timescale_pool.connection() as connection:
        await QUERIES.run(connection, "create_staging")
        await insert_samples(connection, instants[:3], [12.0] * 3, table=staged, vehicle_id=7)  # the same again
        await insert_samples(
            connection, [at + half for at in instants[:5]], [11.0] * 5, table=staged, boot_id=LATER_BOOT, vehicle_id=7
        )
        await insert_samples(
            connection, instants[10:14], [10.0] * 4, table=staged, boot_id=LATER_BOOT, boot_number=2, vehicle_id=7
        )
        await insert_samples(
            connection, instants[20:22], [9.0] * 2, table=staged, boot_id=UUID(int=1), boot_number=0, vehicle_id=7
        )
        inserted = await QUERIES.one(connection, "insert_samples")
        (span,) = await QUERIES.all(connection, "fetch_taken_spans")
        await QUERIES.run(connection, "plan_for_settling")
        await QUERIES.run(connection, "keep_losing_samples", **span)
        beaten = await QUERIES.run(connection, "delete_beaten_samples", **span)
        won = await QUERIES.run(connection, "insert_winning_samples", **span)
    assert inserted == {"new": 5}
    assert (beaten, won) == (4, 4)
    async with timescale_pool.connection() as connection:
        volts = await rows(
            connection,
            """select system_voltage_v as v, count(*) as n from telemetry.samples
               where vehicle_id = 7 group by 1 order by 1""",
        )
        lost = await rows(
            connection,
            """select signals ->> 'system_voltage_v' as v, count(*) as n from telemetry.sample_collisions
               where vehicle_id = 7 group by 1 order by 1""",
        )
    assert [(row["v"], row["n"]) for row in volts] == [(10.0, 4), (11.0, 5), (12.0, 296)]
    assert [(row["v"], row["n"]) for row in lost] == [("12", 4), ("9", 2)]


async def test_late_rows_reach_every_step_of_the_aggregates_through_the_job(timescale_pool: Pool) -> None:
    """Long past what the policies look at, and into a chunk that is in the columnstore."""
    day = OLD - timedelta(days=40)
    aggregates = TimescaleAggregates(timescale_pool, timescale_pool.conninfo)
    async with timescale_pool.connection() as connection:
        await insert_samples(connection, [day + timedelta(seconds=n) for n in range(90)], [12.0] * 90, vehicle_id=8)
        await aggregates.note([notice(8, day, day + timedelta(seconds=90))], connection, OLD)
    assert await aggregates.refresh(OLD) == 0, "it is gathered first"
    assert await aggregates.refresh(OLD + timedelta(hours=1)) == 1
    assert await low_voltage(timescale_pool, 8) == {
        "minute": [(60, 12.0), (30, 12.0)],
        "hour": [(90, 12.0)],
        "day": [(90, 12.0)],
    }
    async with timescale_pool.connection() as connection:
        await rows(connection, "select compress_chunk(chunk, true) from show_chunks('telemetry.samples') as chunk")
    async with timescale_pool.connection() as connection:
        await insert_samples(connection, [day + timedelta(minutes=2)], [3.0], vehicle_id=8)
        await aggregates.note([notice(8, day + timedelta(minutes=2), day + timedelta(minutes=2))], connection, OLD)
    await aggregates.refresh(OLD + timedelta(hours=1))
    assert (await low_voltage(timescale_pool, 8))["day"] == [(91, pytest.approx((90 * 12 + 3) / 91))]
    assert await aggregates.refresh(OLD + timedelta(days=1)) == 0, "nothing is noted twice"


async def test_a_month_that_comes_late_leaves_the_aggregates_as_they_would_have_been(timescale_pool: Pool) -> None:
    """Two cars with the same month: one in order; then the other, backwards, into chunks that are packed by then."""
    chance = random.Random(3)
    month = []
    for day in range(0, 31, 4):
        start = OLD + timedelta(days=day, hours=chance.uniform(0, 9))
        instants = [start + timedelta(seconds=60 * n * chance.random()) for n in range(60)]
        month.append((instants, [chance.uniform(0, 36) for _ in instants]))
    aggregates = TimescaleAggregates(timescale_pool, timescale_pool.conninfo)

    async def come(vehicle_id: int, some: Sequence[tuple[list[datetime], list[float]]]) -> None:
        async with timescale_pool.connection() as connection:
            for instants, volts in some:
                await insert_samples(connection, instants, volts, vehicle_id=vehicle_id)
                await aggregates.note([notice(vehicle_id, min(instants), max(instants))], connection, OLD + 90 * DAY)
        while await aggregates.refresh(OLD + 91 * DAY):
            pass

    await come(11, month)
    wanted = await sums(timescale_pool, 11)
    assert len(wanted["minute"]) > 200
    assert len(wanted["day"]) == len(month)
    async with timescale_pool.connection() as connection:
        await rows(connection, "select compress_chunk(chunk, true) from show_chunks('telemetry.samples') as chunk")
    await come(12, month[4:][::-1])
    assert await sums(timescale_pool, 12) != wanted
    await come(12, month[:4][::-1])
    assert await sums(timescale_pool, 12) == wanted
    assert await sums(timescale_pool, 11) == wanted


async def sums(pool: Pool, vehicle_id: int) -> dict[str, list[dict[str, Any]]]:
    """Count, extremes and sum as they are stored, to the last bit."""
    async with pool.connection() as connection:
        return {
            step.name: await rows(
                connection,
                f"""select bucket_at, system_voltage_v_count as n, system_voltage_v_min, system_voltage_v_max,
                           system_voltage_v_sum
                    from telemetry.low_voltage_by_{step.name} where vehicle_id = %(vehicle_id)s order by bucket_at""",
                vehicle_id=vehicle_id,
            )
            for step in STEPS
        }


async def test_what_is_touched_again_while_it_is_refreshed_stays_noted(timescale_pool: Pool) -> None:
    day = OLD - timedelta(days=60)
    aggregates = TimescaleAggregates(timescale_pool, timescale_pool.conninfo)
    async with timescale_pool.connection() as connection:
        await aggregates.note([notice(9, day, day)], connection, OLD)
        fetched = await aggregate_store.fetch_touched_day(connection, OLD + timedelta(hours=1))
    async with timescale_pool.connection() as connection:
        await aggregates.note([notice(9, day, day)], connection, OLD)
    async with timescale_pool.connection() as connection:
        await aggregate_store.forget_touched(connection, fetched)
    assert await aggregates.refresh(OLD + timedelta(hours=1)) == 1


async def test_the_policies_refresh_what_came_in_time(timescale_pool: Pool) -> None:
    """As the background workers run them, from the finest to the coarsest."""
    async with timescale_pool.connection() as connection:
        (now,) = await rows(connection, "select date_bin('1 hour', now(), 'epoch') - interval '5 hours' as at")
        await insert_samples(
            connection, [now["at"] + timedelta(seconds=n) for n in range(120)], [13.0] * 120, vehicle_id=6
        )
    async with await connect(timescale_pool.conninfo, autocommit=True) as connection:
        for job in await rows(
            connection,
            """select job_id from timescaledb_information.jobs where proc_name = 'policy_refresh_continuous_aggregate'
               order by schedule_interval""",
        ):
            await connection.execute("call run_job(%(job_id)s)", job)
    found = await low_voltage(timescale_pool, 6)
    assert found == {"minute": [(60, 13.0)] * 2, "hour": [(120, 13.0)], "day": [(120, 13.0)]}


async def test_retention_drops_old_chunks_by_policies_that_follow_the_settings(timescale_pool: Pool) -> None:
    at = OLD - timedelta(days=100)
    async with timescale_pool.connection() as connection:
        await insert_samples(connection, [at], [12.0], vehicle_id=5)
    settings = RetentionSettings(samples_days=20, by_minute_days=30, by_hour_days=40, by_day_days=0, positions_days=14)
    assert await policies(timescale_pool, settings) == {
        "samples": timedelta(days=20),
        "positions": timedelta(days=14),
        **{f"{group}_by_minute": timedelta(days=30) for group in GROUPS},
        **{f"{group}_by_hour": timedelta(days=40) for group in GROUPS},
    }
    async with await connect(timescale_pool.conninfo, autocommit=True) as connection:
        (job,) = await rows(
            connection,
            """select job_id from timescaledb_information.jobs
               where proc_name = 'policy_retention' and hypertable_name = 'samples'""",
        )
        await connection.execute("call run_job(%(job_id)s)", job)
        assert await rows(connection, "select from telemetry.samples where vehicle_id = 5") == []
        assert len(await rows(connection, "select from telemetry.samples where vehicle_id = 6")) == 120
    assert await policies(timescale_pool, RetentionSettings(keep_everything=True)) == {}


async def test_the_storage_is_named_with_its_chunks(timescale_pool: Pool) -> None:
    """After the tests above, of which some packed chunks."""
    async with timescale_pool.connection() as connection:
        await rows(connection, "select add_retention_policy('telemetry.engine_by_hour', interval '70 days')")
        found = {row["name"]: row for row in await fetch_storage(connection)}
        await connection.rollback()
    assert {row["kind"] for row in found.values()} == {"table", "hypertable", "continuous aggregate"}
    assert sum(row["kind"] == "continuous aggregate" for row in found.values()) == len(GROUPS) * len(STEPS)
    samples = found["telemetry.samples"]
    assert (samples["kind"], samples["kept"]) == ("hypertable", None)
    assert samples["chunks"] >= samples["packed_chunks"]
    assert found["telemetry.engine_by_hour"]["kept"] == timedelta(days=70)
    assert found["telemetry.events"]["chunks"] is None


async def policies(pool: Pool, settings: RetentionSettings) -> dict[str, timedelta]:
    async with pool.connection() as connection:
        await delete_old(connection, settings, datetime.now(UTC))
        return await retention_store.fetch_retention_policies(connection)


async def low_voltage(pool: Pool, vehicle_id: int) -> dict[str, list[tuple[int, float]]]:
    """(count, mean) of the system's voltage, bucket by bucket, by step."""
    found = {}
    async with pool.connection() as connection:
        for step in STEPS:
            query = f"""select system_voltage_v_count as n, system_voltage_v_mean as mean
                        from published.low_voltage_by_{step.name} where vehicle_id = {vehicle_id} order by bucket_at"""
            found[step.name] = [(row["n"], row["mean"]) for row in await rows(connection, query)]
    return found


def notice(vehicle_id: int, from_at: datetime, to_at: datetime) -> Record:
    value = {
        "vehicle_id": vehicle_id,
        "vin": "",
        "from_ms": int(from_at.timestamp() * 1000),
        "to_ms": int(to_at.timestamp() * 1000),
        "kinds": ["samples"],
        "late": True,
    }
    return Record(StreamTopic.STORED, "", json.dumps(value).encode(), {}, from_at)
