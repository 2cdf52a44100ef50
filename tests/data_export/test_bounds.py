"""Memory does not grow with the rows; an export sees one state, holds nobody up, and ends when nobody wants it."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest
from psycopg import sql

from data_export import service, store
from data_export.encoders import ParquetEncoder
from data_export.layout import ExportColumn, ExportFormat
from data_export.models import ExportRequest
from data_export.reader import read_export
from data_export.tables import signal_table
from database.connection import Pool, open_pool
from telemetry_schema.catalogue import signal
from tests.data_export.conftest import ALL_SIGNALS, OTHER_VIN, T0, VIN, enrol, export, planned, put_sample

ROOT = Path(__file__).parents[2]
FORMATS: tuple[ExportFormat, ...] = ("parquet", "csv")
FILL = """
insert into telemetry.samples (
    vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame, clock_quality, late,
    vehicle_speed_kmh, odometer_km, engine_speed_rpm, coolant_temperature_c, is_moving, current_gear, ignition_state)
select %(car)s, %(from)s + number * interval '1 second', %(from)s + number * interval '1 second', gen_random_uuid(), 1,
    number, 0, 1, false, number %% 130, number * 0.013, 800 + number %% 5000, 90 + number %% 7, true, number %% 6,
    'text ' || number
from generate_series(0, %(rows)s - 1) as number
"""
PEAK = """
import re, sys
from pathlib import Path
from servicelane.__main__ import app
try:
    app(sys.argv[1:])
finally:
    print("peak", re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


def fill(url: str, car: int, rows: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(FILL, {"car": car, "from": T0, "rows": rows})
        connection.execute("analyze telemetry.samples")


def peak_mb(url: str, out: Path, rows: int, *words: str) -> float:
    """Of `servicelane export` of the first so many rows, as a process of its own."""
    period = ["--from", T0.isoformat(), "--to", (T0 + timedelta(seconds=rows)).isoformat()]
    command = [sys.executable, "-c", PEAK, "export", "--fleet", *period, "--out", str(out), "--force", *words]
    command += ["--data-dir", str(out.parent)]
    environment = {**os.environ, "DATABASE_URL": url}
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert f"{rows:,} rows of 2 cars" in finished.stdout
    return int(finished.stderr.split()[-1]) / 1024


@pytest.mark.parametrize(("format_", "few", "many"), [("parquet", 44_000, 100_000), ("csv", 7_000, 40_000)])
def test_memory_does_not_grow_with_the_rows(
    database_url: str, cars: tuple[int, int], tmp_path: Path, format_: ExportFormat, few: int, many: int
) -> None:
    """Of all columns of the catalogue, 40,000 rows are 30 MB in Arrow, 50 MB as tuples; Parquet holds so many back."""
    fill(database_url, cars[0], many)
    of_few = peak_mb(database_url, tmp_path / f"few.{format_}", few)
    of_many = peak_mb(database_url, tmp_path / f"many.{format_}", many)
    assert of_many - of_few < 20, f"{of_few:.0f} MB for {few} rows, {of_many:.0f} MB for {many}"


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("format_", FORMATS)
def test_memory_does_not_grow_with_two_million_rows(
    database_url: str, cars: tuple[int, int], tmp_path: Path, format_: ExportFormat
) -> None:
    fill(database_url, cars[0], 2_000_000)
    signals = ("--signals", "vehicle_speed_kmh,odometer_km,engine_speed_rpm,ignition_state")
    few = peak_mb(database_url, tmp_path / f"few.{format_}", 500_000, *signals)
    many = peak_mb(database_url, tmp_path / f"many.{format_}", 2_000_000, *signals)
    assert many - few < 20, f"{few:.0f} MB for 500,000 rows, {many:.0f} MB for 2,000,000"


def test_a_row_group_is_neither_the_file_nor_a_row() -> None:
    """Whoever reads a part of the file finds it, and the end of the file stays short."""
    columns = [ExportColumn("vin", "text"), *(ExportColumn(f"signal_{number}", "real") for number in range(99))]
    encoder = ParquetEncoder(columns, {})
    rows = [(1, *[float(number)] * 50, *[None] * 49) for number in range(500)]
    pieces = [encoder.begin(), *(encoder.add({1: VIN}, rows) for _ in range(180)), encoder.end()]
    file = pq.ParquetFile(io.BytesIO(b"".join(pieces)))
    groups = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    assert groups == [40_000, 40_000, 10_000]
    assert file.metadata.serialized_size < 90_000
    assert len(pieces[-1]) < sum(map(len, pieces)) / 2


async def test_samples_come_from_the_index_without_a_sort(any_database_url: str) -> None:
    """A sort would keep the first row back until the last was read, and write the whole to the server's disk."""
    async with open_pool(any_database_url) as pool, pool.connection() as connection:
        numbers = [await enrol(connection, vin) for vin in (VIN, OTHER_VIN)]
        await connection.commit()
        for car in numbers:
            await asyncio.to_thread(fill, any_database_url, car, 10_000)
        table = signal_table((signal("odometer_km"),), with_extra=False)
        span = {"vehicle_ids": numbers, "from_at": T0, "to_at": T0 + timedelta(hours=2)}
        explain = sql.SQL("explain declare exported cursor for {}").format(store._statement(table))
        rows = await (await connection.execute(explain, span)).fetchall()
    lines = [line for row in rows for line in row.values()]
    assert any("samples_vehicle_id_recorded_at_key" in line for line in lines), lines
    assert not any("Sort" in line for line in lines), lines


async def test_an_export_is_of_one_state_of_the_database(pool: Pool, exporter: Pool, cars: tuple[int, int]) -> None:
    """What is stored while it runs is not in it, not even of a car whose turn comes later."""
    async with pool.connection() as connection:
        for car in cars:
            await put_sample(connection, car, odometer_km=1)
    pieces = []
    async with planned(exporter, ALL_SIGNALS) as (reading, plan), aclosing(service.chunks(reading, plan)) as chunks:
        async for chunk in chunks:
            pieces.append(chunk)
            async with pool.connection() as connection:
                await put_sample(connection, cars[1], T0 + timedelta(seconds=len(pieces)), odometer_km=2)
    frame = read_export(b"".join(pieces))
    assert len(pieces) > 1
    assert frame["odometer_km"].tolist() == [1, 1]


async def test_an_export_holds_back_no_reader_of_the_stream(pool: Pool, exporter: Pool, cars: tuple[int, int]) -> None:
    """Readers go below the oldest transaction with an id; one that only reads has none."""
    async with planned(exporter, ALL_SIGNALS), pool.connection() as connection:
        await connection.execute("select pg_current_xact_id()")
        row = await (
            await connection.execute(
                "select count(*) filter (where backend_xid is not null) as writing, count(*) as running "
                "from pg_stat_activity where application_name = 'servicelane_data_export' and state like 'idle in%'"
            )
        ).fetchone()
    assert row == {"writing": 0, "running": 1}


async def running_queries(pool: Pool) -> int:
    async with pool.connection() as connection:
        row = await (
            await connection.execute(
                "select count(*) as n from pg_stat_activity "
                "where application_name = 'servicelane_data_export' and state <> 'idle'"
            )
        ).fetchone()
    assert row is not None
    return int(row["n"])


async def give_up(pool: Pool, exporter: Pool, request: ExportRequest, after: int) -> None:
    """Takes so many pieces, then nothing more, and is cancelled."""
    taken = asyncio.Event()

    async def take() -> None:
        async with planned(exporter, request) as (reading, plan), aclosing(service.chunks(reading, plan)) as chunks:
            for _ in range(after):
                await anext(chunks)
            taken.set()
            await anext(chunks)
            await asyncio.Event().wait()

    task = asyncio.create_task(take())
    await taken.wait()
    await asyncio.sleep(0.2)
    assert await running_queries(pool) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await running_queries(pool) == 0


async def test_an_export_that_is_given_up_between_two_pieces_ends_its_query(
    pool: Pool, exporter: Pool, cars: tuple[int, int], database_url: str
) -> None:
    await asyncio.to_thread(fill, database_url, cars[0], 5_000)
    await give_up(pool, exporter, replace(ALL_SIGNALS, format="csv"), after=2)
    assert len(read_export(await export(exporter, ALL_SIGNALS))) == 5_000


async def test_an_export_that_is_given_up_within_a_query_ends_it(
    pool: Pool, exporter: Pool, cars: tuple[int, int]
) -> None:
    async with pool.connection() as blocker:
        await blocker.execute("lock table telemetry.events in access exclusive mode")
        await give_up(pool, exporter, replace(ALL_SIGNALS, what="events"), after=1)
    assert len(read_export(await export(exporter, ALL_SIGNALS, what="events"))) == 0
