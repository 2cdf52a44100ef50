from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from database.connection import Connection, Pool
from ingest import telemetry_writer
from ingest.packed_messages import packed
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.frames import ClockQuality, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic
from tests.ingest.conftest import BOOT, T0, T0_MS, VIN, enrol, make_batch, record_of

LATER_BOOT = UUID("00000000-0000-4000-8000-000000000002")


async def write(stream: PostgresStream, records: Iterable[OutgoingRecord]) -> None:
    await stream.produce(list(records))
    writer = TelemetryWriter(stream)
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(writer.handle):
        pass


async def rows(pool: Pool, query: str) -> list[dict[str, Any]]:
    """Without `stored_at`, which is the one thing that another run may change."""
    async with pool.connection() as connection:
        found = await (await connection.execute(query.encode())).fetchall()
    return [{name: value for name, value in row.items() if name != "stored_at"} for row in found]


@pytest.fixture
async def car(pool: Pool) -> int:
    async with pool.connection() as connection:
        return await enrol(connection)


SAMPLES = "select * from telemetry.samples order by vehicle_id, recorded_at"
COLLISIONS = "select * from telemetry.sample_collisions order by vehicle_id, boot_id, sequence, frame"


async def test_a_batch_becomes_rows_with_its_provenance(pool: Pool, stream: PostgresStream, car: int) -> None:
    await write(stream, [record_of(make_batch(7, [0, 1000], {"vehicle_speed_kmh": [1.5, 2.5]}))])
    first, second = await rows(pool, SAMPLES)
    assert (first["vehicle_id"], first["boot_id"], first["sequence"], first["frame"]) == (car, BOOT, 7, 0)
    assert (first["recorded_at"], second["recorded_at"]) == (T0, T0 + timedelta(seconds=1))
    assert (first["vehicle_speed_kmh"], second["vehicle_speed_kmh"]) == (1.5, 2.5)
    assert first["engine_speed_rpm"] is None
    assert first["late"] is False
    (clocks,) = await rows(pool, "select min(stored_at) >= min(received_at) as in_order from telemetry.samples")
    assert clocks["in_order"] is True


async def test_every_storage_type_comes_back_as_it_went(pool: Pool, stream: PostgresStream, car: int) -> None:
    values = {
        "odometer_km": [123456.789012],
        "engine_revolutions": [9_000_000_000_001],
        "current_gear": [-1],
        "overall_weight_kg": [1500],
        "is_moving": [True],
    }
    batch = make_batch(1, [0], values)
    batch.columns[16] = SignalColumn(np.array(["ON"], dtype=object))  # type: ignore[index]
    await write(stream, [record_of(batch)])
    (row,) = await rows(pool, SAMPLES)
    assert {name: row[name] for name in values} == {name: column[0] for name, column in values.items()}
    assert row["ignition_state"] == "ON"


async def test_a_missing_value_is_null_and_its_neighbours_stay(pool: Pool, stream: PostgresStream, car: int) -> None:
    batch = make_batch(1, [0, 1000, 2000], {"vehicle_speed_kmh": [1, 2, 3]})
    batch.columns[60] = SignalColumn(np.array([900.0]), np.array([1]))  # type: ignore[index]
    batch.columns[16] = SignalColumn(np.array(["ON", "START"], dtype=object), np.array([0, 2]))  # type: ignore[index]
    await write(stream, [record_of(batch)])
    stored = await rows(pool, SAMPLES)
    assert [row["engine_speed_rpm"] for row in stored] == [None, 900.0, None]
    assert [row["ignition_state"] for row in stored] == ["ON", None, "START"]
    assert [row["vehicle_speed_kmh"] for row in stored] == [1, 2, 3]


async def test_a_repeated_sequence_is_stored_once(pool: Pool, stream: PostgresStream, car: int) -> None:
    record = record_of(make_batch())
    await write(stream, [record, record])
    await write(stream, [record])
    assert len(await rows(pool, SAMPLES)) == 2
    assert await rows(pool, COLLISIONS) == []


VERSIONS = [
    make_batch(1, [0, 1000], {"vehicle_speed_kmh": [10, 11]}),
    make_batch(2, [0, 2000], {"vehicle_speed_kmh": [20, 21]}),
    make_batch(1, [0, 0, 1000], {"vehicle_speed_kmh": [30, 31, 32]}, boot=LATER_BOOT, boot_number=2),
]


async def test_in_any_order_and_any_number_of_times_the_same_rows_remain(
    pool: Pool, stream: PostgresStream, car: int
) -> None:
    """Two frames of one batch share an instant, one boot supersedes another, batches overlap in between."""
    expected: list[list[dict[str, Any]]] | None = None
    for order in itertools.permutations(VERSIONS):
        async with pool.connection() as connection:
            await connection.execute("truncate telemetry.samples, telemetry.sample_collisions, telemetry.continuity")
        repeated = [*order, *random.Random(3).sample(order, 2)]
        for batch in repeated[:2]:
            await write(stream, [record_of(batch)])
        await write(stream, map(record_of, repeated[2:]))
        found = [await rows(pool, SAMPLES), await rows(pool, COLLISIONS)]
        expected = expected or found
        assert found == expected
    assert expected is not None
    shown, kept = expected
    assert [row["vehicle_speed_kmh"] for row in shown] == [31, 32, 21]
    assert sorted(row["signals"]["vehicle_speed_kmh"] for row in kept) == [10, 11, 20, 30]


async def test_each_frame_is_counted_once_wherever_it_is_kept(pool: Pool, stream: PostgresStream, car: int) -> None:
    await write(stream, map(record_of, [*VERSIONS, *VERSIONS]))
    (count,) = await rows(
        pool,
        "select count(*) as rows, count(distinct (boot_id, sequence, frame)) as frames from published.stored_frames",
    )
    assert count == {"rows": 7, "frames": 7}


async def test_absurd_values_are_set_aside_and_named(pool: Pool, stream: PostgresStream, car: int) -> None:
    values = {"coolant_temperature_c": [90, 9999, float("nan")], "vehicle_speed_kmh": [50, 51, float("inf")]}
    await write(stream, [record_of(make_batch(5, [0, 1000, 2000], values))])
    stored = await rows(pool, SAMPLES)
    assert [row["coolant_temperature_c"] for row in stored] == [90, None, None]
    assert [row["vehicle_speed_kmh"] for row in stored] == [50, 51, None]
    (kept,) = await rows(pool, "select * from telemetry.quarantine")
    assert (kept["reason"], kept["frames"], kept["sequence"]) == ("value_out_of_range", 0, 5)
    assert "coolant_temperature_c (2)" in kept["detail"]
    assert kept["payload"] == record_of(make_batch(5, [0, 1000, 2000], values)).value


async def test_unknown_signals_survive_by_their_number(pool: Pool, stream: PostgresStream, car: int) -> None:
    batch = make_batch(1, [0, 1000])
    batch.columns[60_000] = SignalColumn(np.array([7.5]), np.array([1]))  # type: ignore[index]
    await write(stream, [record_of(batch)])
    assert [row["extra"] for row in await rows(pool, SAMPLES)] == [None, {"60000": 7.5}]


async def test_positions_are_kept_apart(pool: Pool, stream: PostgresStream, car: int) -> None:
    values = {"vehicle_speed_kmh": [1, 2], "latitude_deg": [49.0, 49.1], "longitude_deg": [8.4, 8.5]}
    await write(stream, [record_of(make_batch(1, [0, 1000], values))])
    assert "latitude_deg" not in (await rows(pool, SAMPLES))[0]
    found = await rows(pool, "select latitude_deg, longitude_deg from telemetry.positions order by recorded_at")
    assert found == [{"latitude_deg": 49.0, "longitude_deg": 8.4}, {"latitude_deg": 49.1, "longitude_deg": 8.5}]


async def test_where_an_instant_is_taken_the_higher_version_and_all_others_keep_their_positions(
    pool: Pool, stream: PostgresStream, car: int
) -> None:
    await write(stream, [record_of(make_batch(1, [0], {"latitude_deg": [49.0]}))])
    again = make_batch(1, [0, 1000], {"latitude_deg": [50.0, 50.1]}, boot=LATER_BOOT, boot_number=2)
    await write(stream, [record_of(again)])
    found = await rows(pool, "select latitude_deg from telemetry.positions order by recorded_at")
    assert found == [{"latitude_deg": 50.0}, {"latitude_deg": 50.1}]


async def test_the_latest_state_never_goes_back_and_missing_means_unchanged(
    pool: Pool, stream: PostgresStream, car: int
) -> None:
    newest = replace(make_batch(2, [60_000], {"vehicle_speed_kmh": [80]}), clock_quality=ClockQuality.SYNCHRONISED)
    await write(stream, [record_of(newest, T0 + timedelta(minutes=1))])
    older = {"vehicle_speed_kmh": [10], "coolant_temperature_c": [70]}
    await write(stream, [record_of(make_batch(1, [0], older), T0 + timedelta(minutes=2))])
    (state,) = await rows(pool, "select * from published.latest_state")
    assert state["last_recorded_at"] == T0 + timedelta(minutes=1)
    assert state["last_received_at"] == T0 + timedelta(minutes=2)
    assert state["clock_quality"] == ClockQuality.SYNCHRONISED
    assert {name: entry["value"] for name, entry in state["values"].items()} == {
        "vehicle_speed_kmh": 80,
        "coolant_temperature_c": 70,
    }


async def test_a_frame_that_comes_long_after_its_recording_is_late(
    pool: Pool, stream: PostgresStream, car: int
) -> None:
    await write(stream, [record_of(make_batch(), T0 + timedelta(hours=3))])
    assert [row["late"] for row in await rows(pool, SAMPLES)] == [True, True]


async def test_an_unknown_car_is_withheld_and_its_neighbour_stored(
    pool: Pool, stream: PostgresStream, car: int
) -> None:
    stranger = make_batch(3, [0, 1000, 2000], vin="11111111111111111")
    await write(stream, [record_of(stranger), record_of(make_batch())])
    (kept,) = await rows(pool, "select * from published.quarantine")
    assert (kept["reason"], kept["frames"], kept["sequence"]) == ("unknown_vehicle", 3, 3)
    assert len(await rows(pool, SAMPLES)) == 2


async def test_a_poison_record_does_not_stop_the_ones_behind_it(pool: Pool, stream: PostgresStream, car: int) -> None:
    good = record_of(make_batch())
    await write(stream, [OutgoingRecord(good.topic, VIN, b"\xff\xff garbage", good.headers), good])
    (kept,) = await rows(pool, "select * from published.quarantine")
    assert kept["reason"] == "undecodable"
    assert len(await rows(pool, SAMPLES)) == 2


async def test_of_packed_messages_each_is_stored_or_set_aside_alone(
    pool: Pool, stream: PostgresStream, car: int
) -> None:
    headers = record_of(make_batch()).headers
    batches = [record_of(make_batch(number, [1000 * number]))._replace(headers=headers) for number in (1, 2, 3)]
    poison = batches[0]._replace(value=b"\xff")
    (record,) = packed([batches[0], poison, *batches[1:]])
    await write(stream, [record])
    assert [row["sequence"] for row in await rows(pool, SAMPLES)] == [1, 2, 3]
    (set_aside,) = await rows(pool, "select payload, reason from telemetry.quarantine")
    assert (bytes(set_aside["payload"]), set_aside["reason"]) == (b"\xff", "undecodable")


def event(sequence: int, **kind: Any) -> OutgoingRecord:
    message = wire.Event(vin=VIN, boot_id=BOOT.bytes, boot_number=1, sequence=sequence, recorded_at_ms=T0_MS, **kind)
    headers = {"content-type": "application/x-protobuf", "received-at": T0.isoformat(), "vin": VIN}
    return OutgoingRecord(StreamTopic.EVENTS, VIN, message.SerializeToString(), headers)


async def test_events_code_reports_and_drops_have_their_own_tables(
    pool: Pool, stream: PostgresStream, car: int
) -> None:
    start = wire.EngineStart(crank_minimum_voltage_v=10.25, succeeded=True)
    codes = [wire.Dtc(code=0x030100, status=0xAF)]
    drops = [wire.Drops(reason="buffer_full", priority="telemetry", frames=12, from_recorded_at_ms=T0_MS)]
    records = [
        event(1, engine_start=start, odometer_km=1000.5),
        event(2, dtc_report=wire.DtcReport(ecu="ECM", complete=True, codes=codes)),
        event(3, buffer_drops=wire.BufferDrops(drops=drops)),
    ]
    await write(stream, [*records, *records])
    found = await rows(pool, "select kind, details, odometer_km from published.events order by sequence")
    assert [row["kind"] for row in found] == ["engine_start", "buffer_drops"]
    assert found[0]["details"] == {"crank_minimum_voltage_v": 10.25, "succeeded": True}
    assert found[0]["odometer_km"] == 1000.5
    (report,) = await rows(pool, "select ecu, complete, codes from published.dtc_reports")
    assert report == {"ecu": "ECM", "complete": True, "codes": [{"code": 0x030100, "status": 0xAF}]}
    (dropped,) = await rows(pool, "select reason, frames from telemetry.drops")
    assert dropped == {"reason": "buffer_full", "frames": 12}


async def test_a_list_of_codes_says_which_list_it_is(pool: Pool, stream: PostgresStream, car: int) -> None:
    lamps = wire.Lamps(red_stop=wire.LAMP_STATE_FLASHING, malfunction=wire.LAMP_STATE_OFF)
    active = wire.DtcReport(
        ecu="00", complete=True, system=wire.CODE_SYSTEM_J1939, scope=wire.CODE_SCOPE_ACTIVE, lamps=lamps
    )
    masked = wire.DtcReport(ecu="7E8", status_availability_mask=0x0C)
    plain = wire.DtcReport(ecu="ECM")
    await write(stream, [event(n, dtc_report=one) for n, one in enumerate((active, masked, plain), 1)])
    found = await rows(pool, "select system, scope, status_mask, lamps from published.code_reports order by sequence")
    assert [tuple(row.values()) for row in found] == [
        ("j1939", "active", 255, {"malfunction": "off", "red_stop": "flashing"}),
        ("uds", "memory", 0x0C, {}),
        ("uds", "memory", 255, {}),
    ]


async def test_one_notice_per_car_says_what_is_new(pool: Pool, stream: PostgresStream, car: int) -> None:
    heard: list[dict[str, Any]] = []

    async def listen(records: Any, _: Connection) -> None:
        heard.extend(json.loads(record.value) for record in records)

    await write(stream, [record_of(make_batch(1)), record_of(make_batch(2, [5000]))])
    await stream.consumer([StreamTopic.STORED], "test").step(listen)
    (notice,) = heard
    assert notice == {
        "vehicle_id": car,
        "vin": VIN,
        "from_ms": T0_MS,
        "to_ms": T0_MS + 5000,
        "kinds": ["samples"],
        "late": False,
    }


async def test_the_table_has_a_column_for_every_signal(pool: Pool) -> None:
    from telemetry_schema.catalogue import signals

    found = await rows(
        pool,
        "select column_name, data_type from information_schema.columns"
        " where table_schema = 'telemetry' and table_name = 'samples'",
    )
    columns = {row["column_name"]: row["data_type"] for row in found}
    expected = {signal.name: signal.storage.value for signal in signals() if not signal.is_personal}
    assert {name: columns.get(name) for name in expected} == expected
    assert not set(columns) - set(expected) - set(_KEYS)


_KEYS = (
    "vehicle_id", "recorded_at", "received_at", "stored_at", "boot_id", "boot_number", "sequence", "frame",
    "clock_quality", "late", "extra",
)  # fmt: skip


@pytest.mark.parametrize("table", ["samples", "positions"])
async def test_no_statistics_are_kept_of_what_frames_are_not_found_by(pool: Pool, table: str) -> None:
    found = await rows(
        pool,
        "select attname from pg_attribute where attnum > 0 and not attisdropped"
        f" and attrelid = 'telemetry.{table}'::regclass and attstattarget is distinct from 0",
    )
    assert {row["attname"] for row in found} == {"vehicle_id", "recorded_at"}


async def test_many_frames_are_written_in_parts(
    pool: Pool, stream: PostgresStream, car: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry_writer, "FRAMES_AT_ONCE", 3)
    batches = [make_batch(number, [10_000 * number, 10_000 * number + 1000]) for number in range(1, 8)]
    await write(stream, [record_of(batch) for batch in batches])
    assert [row["sequence"] for row in await rows(pool, SAMPLES)] == [n for n in range(1, 8) for _ in range(2)]
    (state,) = await rows(pool, "select * from published.latest_state")
    assert state["last_recorded_at"] == T0 + timedelta(seconds=71)
    (notice,) = await rows(pool, "select value from streaming.records where topic = 'telemetry.stored.v1'")
    assert json.loads(notice["value"])["to_ms"] == T0_MS + 71_000
