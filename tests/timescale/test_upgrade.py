"""A database of the version before hypertables, on a server with TimescaleDB: its rows move and are aggregated."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from database.connection import Pool, connect
from database.migrations import migrate
from ingest.aggregates import TimescaleAggregates
from servicelane.schema import migration_folders
from tests.timescale_fixtures import OneAtATime

SAMPLES: Final = """
insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame,
    clock_quality, late, system_voltage_v)
select 1, timestamptz '2026-01-01 00:00+00' + n * interval '1 hour', now(), gen_random_uuid(), 1, 1, n, 1, false, n
from generate_series(1, 30) as n
"""
POSITIONS: Final = """
insert into telemetry.positions (vehicle_id, recorded_at, boot_number, boot_id, sequence, frame, latitude_deg)
select vehicle_id, recorded_at, boot_number, boot_id, sequence, frame, 48 from telemetry.samples
"""
CHUNKS: Final = """
select hypertable_name as name, count(*) as n from timescaledb_information.chunks
where hypertable_schema = 'telemetry' group by 1 order by 1
"""


async def test_plain_tables_become_hypertables_with_their_rows(empty_timescale_url: str, tmp_path: Path) -> None:
    (tmp_path / "ingest").mkdir()
    for path in sorted(Path("ingest/migrations").glob("000[1-4]_*.sql")):
        shutil.copy(path, tmp_path / "ingest")
    early = {"streaming": Path("streaming/migrations"), "vehicles": Path("vehicles/migrations")}
    await migrate(empty_timescale_url, [(name, early.get(name, tmp_path / name)) for name, _ in migration_folders()])
    async with await connect(empty_timescale_url) as connection:
        for statement in (SAMPLES, POSITIONS):
            await connection.execute(statement.encode())
    await migrate(empty_timescale_url, migration_folders())
    aggregates = TimescaleAggregates(cast(Pool, OneAtATime(empty_timescale_url)), empty_timescale_url)
    while await aggregates.refresh(datetime.now(UTC)):
        pass
    async with await connect(empty_timescale_url) as connection:
        chunks = await (await connection.execute(CHUNKS.encode())).fetchall()
        days = await (await connection.execute("select * from published.low_voltage_by_day order by 2")).fetchall()
    assert [(row["name"], row["n"]) for row in chunks] == [("positions", 1), ("samples", 2)]
    assert [(row["system_voltage_v_count"], row["system_voltage_v_max"]) for row in days] == [(23, 23.0), (7, 30.0)]
