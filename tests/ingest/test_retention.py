"""Retention on plain PostgreSQL: what is older than wanted goes, a little at a time, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import ValidationError

from database.connection import Pool
from ingest import retention_store
from ingest.retention import SMALL_TABLES, delete_old
from ingest.retention_settings import RetentionSettings
from tests.ingest.conftest import T0

NOW = T0 + timedelta(days=1000)
SETTINGS = {
    "samples_days": 100,
    "positions_days": 50,
    "by_minute_days": 200,
    "by_hour_days": 300,
    "by_day_days": 400,
    **{f"{table}_days": 150 for table in SMALL_TABLES},
}
KEPT_DAYS = {
    "samples": 100,
    "positions": 50,
    "engine_by_minute": 200,
    "driving_by_hour": 300,
    "wheels_by_day": 400,
    **dict.fromkeys(SMALL_TABLES, 150),
}

STATEMENTS = {
    "samples": """insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence,
        frame, clock_quality, late) select n %% 7 + 1, at, at, gen_random_uuid(), 1, n, 1, 1, false""",
    "positions": """insert into telemetry.positions (vehicle_id, recorded_at, boot_number, boot_id, sequence, frame)
        select n %% 7 + 1, at, 1, gen_random_uuid(), n, 1""",
    "engine_by_minute": "insert into telemetry.engine_by_minute (vehicle_id, bucket_at) select n %% 7 + 1, at",
    "driving_by_hour": "insert into telemetry.driving_by_hour (vehicle_id, bucket_at) select n %% 7 + 1, at",
    "wheels_by_day": "insert into telemetry.wheels_by_day (vehicle_id, bucket_at) select n %% 7 + 1, at",
    "events": """insert into telemetry.events (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at,
        clock_quality, kind, details) select 3, gen_random_uuid(), n, 1, at, at, 1, 'engine_start', '{}'""",
    "dtc_reports": """insert into telemetry.dtc_reports (vehicle_id, boot_id, sequence, boot_number, recorded_at,
        received_at, clock_quality, ecu, complete, cleared, codes)
        select 3, gen_random_uuid(), n, 1, at, at, 1, '7E8', true, false, '[]'""",
    "command_results": """insert into telemetry.command_results (vehicle_id, boot_id, sequence, recorded_at,
        received_at, command_id, status, reason) select 3, gen_random_uuid(), n, at, at, '', 'done', ''""",
    "drops": """insert into telemetry.drops (vehicle_id, boot_id, sequence, position, reason, priority, frames,
        to_recorded_at) select 3, gen_random_uuid(), n, 0, 'buffer_full', 'telemetry', 1, at""",
    "sample_collisions": """insert into telemetry.sample_collisions (vehicle_id, boot_id, sequence, frame, recorded_at,
        received_at, boot_number, signals) select 3, gen_random_uuid(), n, 1, at, at, 1, '{}'""",
    "quarantine": """insert into telemetry.quarantine (topic, content_type, reason, disposition, detail, received_at,
        payload, redriven_at) select 't', '', 'r', 'quarantined', '', at, '', case when n %% 2 = 0 then at end""",
}
INSTANTS = {"drops": "to_recorded_at", "quarantine": "received_at"} | {
    name: "bucket_at" for name in STATEMENTS if "_by_" in name
}
HOURS = 24 * 500
STRIDE = 12


async def fill(pool: Pool, table: str) -> None:
    """A row each twelve hours over 500 days before now."""
    ats = [NOW - timedelta(hours=hours) for hours in range(0, HOURS, STRIDE)]
    source = " from unnest(%(ats)s::timestamptz[]) with ordinality as row (at, n)"
    async with pool.connection() as connection:
        await connection.execute((STATEMENTS[table] + source).encode(), {"ats": ats})


async def instants(pool: Pool, table: str) -> list[datetime]:
    query = f"select {INSTANTS.get(table, 'recorded_at')} as at from telemetry.{table} order by 1"
    async with pool.connection() as connection:
        return [row["at"] for row in await (await connection.execute(query.encode())).fetchall()]


async def delete(pool: Pool, **settings: Any) -> dict[str, int]:
    async with pool.connection() as connection:
        return await delete_old(connection, RetentionSettings(**settings), NOW)


async def test_each_table_loses_what_is_older_than_its_days_and_nothing_else(pool: Pool) -> None:
    for table in STATEMENTS:
        await fill(pool, table)
    before = {table: await instants(pool, table) for table in STATEMENTS}
    deleted = await delete(pool, **SETTINGS)
    midnight = NOW.replace(hour=0, minute=0)
    for table, days in KEPT_DAYS.items():
        kept = [at for at in before[table] if at >= midnight - timedelta(days=days)]
        assert 0 < len(kept) < HOURS // STRIDE
        assert await instants(pool, table) == kept, table
        assert deleted[table] == HOURS // STRIDE - len(kept)
    assert sum((await delete(pool, **SETTINGS)).values()) == 0


async def test_it_works_in_steps_over_cars_and_rows(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps far smaller than the work: nothing is skipped between them."""
    for name in ("_CARS_AT_ONCE", "_ROWS_OF_A_CAR", "_ROWS_AT_ONCE"):
        monkeypatch.setattr(retention_store, name, 3)
    for table in ("samples", "events"):
        await fill(pool, table)
    async with pool.connection() as connection:
        assert (await retention_store.delete_old_of_cars(connection, "samples", NOW, 0)) == (3, 9)
        await connection.rollback()
    await delete(pool, **SETTINGS | {"samples_days": 480, "by_minute_days": 0, "by_hour_days": 0, "by_day_days": 0})
    assert len(await instants(pool, "samples")) == 480 * 2 + 1
    assert len(await instants(pool, "events")) == 150 * 2 + 1


async def test_what_leaves_the_quarantine_without_having_been_driven_again_is_counted(pool: Pool) -> None:
    name = "servicelane_retention_quarantine_unresolved_total"
    counted = REGISTRY.get_sample_value(name) or 0
    await fill(pool, "quarantine")
    deleted = await delete(pool, quarantine_days=150)
    assert (REGISTRY.get_sample_value(name) or 0) - counted == deleted["quarantine"] // 2 > 0


async def test_nothing_goes_where_everything_is_to_be_kept(pool: Pool) -> None:
    for table in STATEMENTS:
        await fill(pool, table)
    assert await delete(pool, **SETTINGS, keep_everything=True) == {}
    assert await delete(pool, **dict.fromkeys(SETTINGS, 0)) == {}


@pytest.mark.parametrize(("setting", "days"), [("by_minute_days", 99), ("samples_days", 0), ("by_day_days", 299)])
def test_an_aggregate_is_kept_at_least_as_long_as_what_it_is_made_from(setting: str, days: int) -> None:
    with pytest.raises(ValidationError, match="keep an aggregate at least as long as what it is made from"):
        RetentionSettings(**SETTINGS | {setting: days})


def test_the_settings_are_days_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_RETENTION_POSITIONS_DAYS", "7")
    assert RetentionSettings().kept("positions") == timedelta(days=7)
    monkeypatch.setenv("INGEST_RETENTION_SAMPLES_DAYS", "3")
    with pytest.raises(ValidationError, match="SAMPLES_DAYS is below 14"):
        RetentionSettings()
