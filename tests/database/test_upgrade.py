"""A database of the first release, filled, then brought to today's version: everything is there and goes on."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from booking_api.telemetry_continuity import continuity, trace
from database.connection import open_pool
from database.migrations import migrate
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.telemetry_writer import GROUP, TelemetryWriter
from servicelane.schema import migration_folders
from streaming.partitions import PARTITIONS, partition_of
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from tests.ingest.conftest import BOOT, T0, VIN, make_batch

RELEASED = {
    "streaming": ["0001_stream"],
    "vehicles": ["0001_vehicles"],
    "ingest": ["0001_telemetry", "0002_samples", "0003_published"],
    "diagnostics": ["0001_diagnostics"],
    "maintenance_planner": ["0001_planner"],
    "booking_api": ["0001_booking"],
}
"""Version 0.1.0."""

EVENT_BOOT = UUID("00000000-0000-4000-8000-00000000000e")


@pytest.fixture
def released_folders(tmp_path: Path) -> list[tuple[str, Path]]:
    folders = []
    for package, path in migration_folders():
        (tmp_path / package).mkdir()
        for name in RELEASED.get(package, []):
            shutil.copy(path / f"{name}.sql", tmp_path / package)
        folders.append((package, tmp_path / package))
    return folders


def fill(url: str) -> int:
    """What the first release wrote: sequences 1, 2 and 4 of a boot, an event, a quarantine; 5 waits on the stream."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "insert into vehicles.vehicles (vin, model_id, make, model, model_year, drivetrain, in_service_on)"
            " values (%s, 'petrol-compact', 'Own', 'Car', 2022, 'petrol', '2022-01-01') returning vehicle_id",
            [VIN],
        ).fetchone()
        assert row is not None
        vehicle_id = int(row[0])
        for sequence in (1, 2, 4):
            for frame in (0, 1):
                connection.execute(
                    "insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number,"
                    " sequence, frame, clock_quality, late, vehicle_speed_kmh)"
                    " values (%s, %s, %s, %s, 1, %s, %s, 0, false, %s)",
                    [vehicle_id, at(sequence, frame), T0 + timedelta(minutes=9), BOOT, sequence, frame, 10 * sequence],
                )
        _fill_beside(connection, vehicle_id)
        _fill_stream(connection)
    return vehicle_id


def at(sequence: int, frame: int) -> datetime:
    return T0 + timedelta(seconds=10 * sequence + frame)


def _fill_beside(connection: psycopg.Connection, vehicle_id: int) -> None:
    signals = {"vehicle_speed_kmh": {"value": 40.0, "recorded_at": at(4, 1).isoformat(timespec="milliseconds")}}
    connection.execute(
        "insert into telemetry.latest_state values (%s, %s, %s, 0, %s)", [vehicle_id, at(4, 1), T0, Jsonb(signals)]
    )
    connection.execute(
        "insert into telemetry.events (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at,"
        " clock_quality, kind, details) values (%s, %s, 3, 2, %s, %s, 0, 'engine_start', '{}')",
        [vehicle_id, EVENT_BOOT, T0, T0],
    )
    connection.execute(
        "insert into telemetry.quarantine (vin, topic, content_type, reason, disposition, detail, boot_id, sequence,"
        " frames, received_at, payload) values (%s, 'telemetry.batches.v1', 'application/x-protobuf',"
        " 'undecodable', 'quarantined', 'of yesterday', %s, 3, 2, %s, %s)",
        [VIN, BOOT, T0, encode_batch(make_batch(3, (30_000, 31_000)))],
    )


def _fill_stream(connection: psycopg.Connection) -> None:
    for partition in range(PARTITIONS):
        connection.execute(
            "insert into streaming.offsets (group_name, topic, partition) values (%s, 'telemetry.batches.v1', %s)",
            [GROUP, partition],
        )
    headers = {"content-type": "application/x-protobuf", "received-at": T0.isoformat(), "vin": VIN}
    for sequence in (4, 5):  # the first of them again, as after a lost acknowledgement
        offsets_ms = (sequence * 10_000, sequence * 10_000 + 1000)
        connection.execute(
            "insert into streaming.records (topic, partition, key, value, headers) values (%s, %s, %s, %s, %s)",
            ["telemetry.batches.v1", partition_of(VIN), VIN, encode_batch(make_batch(sequence, offsets_ms)),
             json.dumps(headers)],
        )  # fmt: skip


@pytest.fixture
async def upgraded(any_empty_database_url: str, released_folders: list[tuple[str, Path]]) -> str:
    await migrate(any_empty_database_url, released_folders)
    fill(any_empty_database_url)
    before = _everything(any_empty_database_url)
    await migrate(any_empty_database_url, migration_folders())
    assert _everything(any_empty_database_url) == before
    return any_empty_database_url


def _everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """What anybody could read through the views of the first release."""
    views = [f"published.{name}" for name in ("vehicles", "samples", "events", "quarantine", "stored_frames")]
    with psycopg.connect(url) as connection:
        rows = {view: connection.execute(f"select * from {view}".encode()).fetchall() for view in views}
        found = {view: sorted(found, key=str) for view, found in rows.items()}
        found["state"] = connection.execute("select vehicle_id, values from published.latest_state").fetchall()
    return found


async def test_everything_is_there_and_today_s_writer_goes_on(upgraded: str) -> None:
    async with open_pool(upgraded) as pool:
        stream = PostgresStream(pool)
        consumer = stream.consumer(TOPICS, GROUP)
        while await consumer.step(RedriveWriter(TelemetryWriter(stream)).handle):
            pass
        async with pool.connection() as connection:
            boots = {boot.boot_id: boot for boot in await continuity(connection, VIN)}
            traced = await trace(connection, VIN, BOOT, 5)
    assert boots[BOOT].stored == ((1, 2), (4, 5))
    assert (boots[BOOT].set_aside, boots[BOOT].missing) == (((3, 3),), ())
    assert boots[BOOT].repeats == 1
    assert boots[EVENT_BOOT].missing == ((1, 2),)
    assert traced.state == "stored"
    with psycopg.connect(upgraded) as connection:
        (count,) = connection.execute("select count(*) from telemetry.samples").fetchone() or (0,)
    assert count == 8


async def test_an_upgrade_that_ran_is_not_run_again(upgraded: str) -> None:
    assert await migrate(upgraded, migration_folders()) == []
