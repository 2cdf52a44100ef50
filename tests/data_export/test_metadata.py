"""What a file says of itself, and which columns it has."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest
from psycopg.types.json import Jsonb

from data_export.errors import UnknownVehicleError
from data_export.layout import ExportFormat
from data_export.reader import read_export, read_metadata
from database.connection import Pool
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema import catalogue
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import Storage, signals
from telemetry_schema.frames import FrameBatch, Identity, SignalColumn
from telemetry_schema.topics import StreamTopic
from tests.data_export.conftest import ALL_SIGNALS, BOOT, DAY, NOW, T0, VIN, export, put, put_sample

FORMATS: tuple[ExportFormat, ...] = ("parquet", "csv")
SAMPLE_COLUMNS = ["received_at", "clock_quality", "late"]


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_file_names_its_period_its_cars_its_units_and_its_catalogue(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    names = ("coolant_temperature_c", "odometer_km")
    file = await export(exporter, ALL_SIGNALS, format=format_, vins=(VIN,), signals=names)
    told = read_metadata(file)
    assert (told["from_at"], told["to_at"]) == (T0.isoformat(), (T0 + DAY).isoformat())
    assert (told["selection"], told["vehicles"], told["vins"]) == ("vehicles", 1, [VIN])
    assert (told["catalogue_version"], told["vss_version"]) == (catalogue.VERSION, catalogue.VSS_VERSION)
    assert (told["format_version"], told["what"], told["made_at"]) == (1, "signals", NOW.isoformat())
    assert told["made_by"].startswith("servicelane ")
    assert told["columns"]["odometer_km"] == {
        "type": "double precision",
        "unit": "km",
        "description": catalogue.signal("odometer_km").description,
        "signal_id": 2,
        "vss_path": "Vehicle.TraveledDistance",
        "vss_scale": 1000,
    }
    frame = read_export(file)
    assert frame.attrs["units"] == {"coolant_temperature_c": "°C", "odometer_km": "km"}
    assert frame.attrs["vss_paths"]["odometer_km"] == "Vehicle.TraveledDistance"
    assert frame.attrs["catalogue_version"] == catalogue.VERSION
    assert frame.attrs["metadata"] == [told]


async def test_other_readers_of_parquet_find_the_units_at_the_columns(exporter: Pool, cars: tuple[int, int]) -> None:
    file = await export(exporter, ALL_SIGNALS, signals=("engine_speed_rpm",))
    schema = pq.read_schema(io.BytesIO(file))
    told = schema.field("engine_speed_rpm").metadata
    assert (told[b"unit"], told[b"signal_id"]) == (b"1/min", b"60")
    assert told[b"vss_path"] == b"Vehicle.Powertrain.CombustionEngine.Speed"
    assert json.loads(schema.metadata[b"servicelane"])["what"] == "signals"


async def test_other_readers_of_csv_skip_the_lines_of_the_metadata(
    pool: Pool, exporter: Pool, cars: tuple[int, int]
) -> None:
    async with pool.connection() as connection:
        await put_sample(connection, cars[0], odometer_km=5)
    file = await export(exporter, ALL_SIGNALS, format="csv", signals=("odometer_km",))
    plain = [line for line in file.decode().splitlines() if not line.startswith("#")]
    assert plain[0] == "vin,recorded_at,received_at,clock_quality,late,odometer_km"
    assert plain[1] == f'"{VIN}",2026-05-04 08:00:00.000000Z,2026-05-04 08:00:00.000000Z,1,false,5'
    assert len(plain) == 2


async def test_signals_that_were_named_are_the_columns(pool: Pool, exporter: Pool, cars: tuple[int, int]) -> None:
    async with pool.connection() as connection:
        await put_sample(connection, cars[0], odometer_km=5, vehicle_speed_kmh=50, extra=Jsonb({"60000": 1}))
    names = ("engine_speed_rpm", "odometer_km")
    frame = read_export(await export(exporter, ALL_SIGNALS, signals=names))
    assert list(frame.columns) == ["vin", *SAMPLE_COLUMNS, "odometer_km", "engine_speed_rpm"]
    frame = read_export(await export(exporter, ALL_SIGNALS, signals=("extra",)))
    assert frame["extra"].tolist() == [{"60000": 1}]


async def test_without_names_all_that_these_cars_have_ever_sent_are_the_columns(
    pool: Pool, exporter: Pool, cars: tuple[int, int]
) -> None:
    async with pool.connection() as connection:
        for car, signal in zip(cars, ("odometer_km", "vehicle_speed_kmh"), strict=True):
            await put_sample(connection, car, **{signal: 5})
            state = {"vehicle_id": car, "last_recorded_at": T0, "last_received_at": T0, "clock_quality": 1}
            said = {signal: {"value": 5, "recorded_at": "2026-05-04T08:00:00.000+00:00"}}
            await put(connection, "telemetry.latest_state", state | {"signals": Jsonb(said)})
    one = read_export(await export(exporter, ALL_SIGNALS, vins=(VIN,)))
    assert list(one.columns) == ["vin", *SAMPLE_COLUMNS, "odometer_km"]
    fleet = read_export(await export(exporter, ALL_SIGNALS))
    assert list(fleet.columns) == ["vin", *SAMPLE_COLUMNS, "vehicle_speed_kmh", "odometer_km"]
    assert fleet["odometer_km"].isna().tolist() == [False, True]


def _value(storage: Storage, low: float | None) -> object:
    return {Storage.TEXT: "ON", Storage.BOOLEAN: True}.get(storage, low)


async def test_whatever_the_writer_stores_leaves(pool: Pool, exporter: Pool, cars: tuple[int, int]) -> None:
    """Every signal of the catalogue once, each in a frame of its own."""
    columns = {
        signal.id: SignalColumn(
            np.array([_value(signal.storage, signal.low)], dtype=signal.storage.dtype), np.array([number])
        )
        for number, signal in enumerate(signals())
    }
    instants = int(T0.timestamp() * 1000) + np.arange(len(columns), dtype=np.int64)
    batch = FrameBatch(Identity(VIN, BOOT, 1, 1), instants, columns)
    headers = {"content-type": "application/x-protobuf", "received-at": T0.isoformat(), "vin": VIN}
    stream = PostgresStream(pool)
    await stream.produce([OutgoingRecord(StreamTopic.BATCHES, VIN, encode_batch(batch), headers)])
    while await stream.consumer(TOPICS, GROUP).step(TelemetryWriter(stream).handle):
        pass
    frame = read_export(await export(exporter, ALL_SIGNALS, with_positions=True))
    assert len(frame) == len(columns)
    for number, signal in enumerate(signals()):
        there = frame[signal.name].notna()
        assert there.sum() == 1, signal.name
        assert frame.index[there][0] == T0 + timedelta(milliseconds=number)
        assert frame[signal.name][there].iloc[0] == _value(signal.storage, signal.low), signal.name


async def test_a_car_that_does_not_exist_is_named(exporter: Pool, cars: tuple[int, int]) -> None:
    with pytest.raises(UnknownVehicleError, match="1M8GDM9A0KP999999"):
        await export(exporter, ALL_SIGNALS, vins=(VIN, "1M8GDM9A0KP999999"))
