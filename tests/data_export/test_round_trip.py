"""What is stored is what a reader finds in the file, of every type, in both formats."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from data_export.encoders import encoder_of
from data_export.layout import ExportColumn, ExportFormat
from data_export.reader import read_export
from database.connection import Connection, Pool, open_pool
from database.roles import role_of
from diagnostics.code_numbers import code_text
from tests.data_export.conftest import ALL_SIGNALS, BOOT, DAY, OTHER_VIN, T0, VIN, enrol, export, put, put_sample

FORMATS: tuple[ExportFormat, ...] = ("parquet", "csv")
EXTREMES: list[dict[str, Any]] = [
    {
        "vehicle_speed_kmh": 0.1,
        "odometer_km": 0.1,
        "current_gear": -32768,
        "overall_weight_kg": 2**31 - 1,
        "engine_revolutions": 2**63 - 1,
        "is_moving": True,
        "ignition_state": "ON",
    },
    {
        "vehicle_speed_kmh": 3.4028234663852886e38,
        "odometer_km": 1.7976931348623157e308,
        "current_gear": 32767,
        "overall_weight_kg": -(2**31),
        "engine_revolutions": -(2**63),
        "is_moving": False,
        "ignition_state": "",
    },
    {
        "vehicle_speed_kmh": 1.401298464324817e-45,
        "odometer_km": 5e-324,
        "current_gear": 0,
        "overall_weight_kg": 0,
        "engine_revolutions": 2**53 + 1,
        "is_moving": None,
        "ignition_state": ' "点火", \r\n# rows: 9\n=1+1;\t\\N',
    },
    dict.fromkeys(
        (
            "vehicle_speed_kmh",
            "odometer_km",
            "current_gear",
            "overall_weight_kg",
            "engine_revolutions",
            "is_moving",
            "ignition_state",
        )
    ),
]
"""By row; the last has no value at all. 0.1 is another number as `real` than as `double precision`."""


def plain(value: Any) -> Any:
    """None for whatever pandas says for no value, numbers as Python's."""
    if (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float | np.floating) and np.isnan(value))
    ):
        return None
    return value.item() if isinstance(value, np.generic) else value


@pytest.mark.parametrize("format_", FORMATS)
async def test_every_type_of_a_signal_comes_back_as_it_was_stored(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    instants = [T0 + timedelta(milliseconds=number) for number in (0, 1, 999, 86_399_999)]
    async with pool.connection() as connection:
        for recorded_at, values in zip(instants, EXTREMES, strict=True):
            await put_sample(connection, cars[0], recorded_at, **values)
    frame = read_export(await export(exporter, ALL_SIGNALS, format=format_))
    assert frame.index.tolist() == instants
    assert str(frame.index.dtype) == "datetime64[us, UTC]"
    assert set(frame["vin"]) == {VIN}
    for name in EXTREMES[0]:
        stored = [one[name] for one in EXTREMES]
        if name == "vehicle_speed_kmh":
            stored = [None if value is None else float(np.float32(value)) for value in stored]
        assert [plain(value) for value in frame[name]] == stored, name


@pytest.mark.parametrize("format_", FORMATS)
async def test_the_period_holds_its_first_instant_and_not_its_last(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    millisecond = timedelta(milliseconds=1)
    async with pool.connection() as connection:
        for recorded_at in (T0 - millisecond, T0, T0 + DAY - millisecond, T0 + DAY):
            await put_sample(connection, cars[0], recorded_at, odometer_km=1)
    frame = read_export(await export(exporter, ALL_SIGNALS, format=format_))
    assert frame.index.tolist() == [T0, T0 + DAY - millisecond]


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_fleet_comes_car_by_car_in_the_order_of_time(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    async with pool.connection() as connection:
        for second in (5, 3, 4):
            for car in reversed(cars):
                await put_sample(connection, car, T0 + timedelta(seconds=second), odometer_km=car * 10 + second)
    frame = read_export(await export(exporter, ALL_SIGNALS, format=format_))
    assert frame["vin"].tolist() == [VIN] * 3 + [OTHER_VIN] * 3
    assert frame["odometer_km"].tolist() == [cars[0] * 10 + n for n in (3, 4, 5)] + [
        cars[1] * 10 + n for n in (3, 4, 5)
    ]
    one = read_export(await export(exporter, ALL_SIGNALS, format=format_, vins=(OTHER_VIN,)))
    assert one["vin"].tolist() == [OTHER_VIN] * 3


@pytest.mark.parametrize("format_", FORMATS)
async def test_nothing_in_the_period_is_a_file_without_rows(
    exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    frame = read_export(await export(exporter, ALL_SIGNALS, format=format_, vins=(VIN,)))
    assert len(frame) == 0
    assert str(frame.index.dtype) == "datetime64[us, UTC]"


async def put_message(connection: Connection, table: str, car: int, at: datetime, sequence: int, **values: Any) -> None:
    row = {"vehicle_id": car, "boot_id": BOOT, "boot_number": 1, "sequence": sequence, "clock_quality": 1}
    await put(connection, table, row | {"recorded_at": at, "received_at": at} | values)


@pytest.mark.parametrize("format_", FORMATS)
async def test_events_come_back_with_their_details(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    details = {"crank_minimum_voltage_v": 8.1, "succeeded": True, "words": '启动, "x"\n'}
    async with pool.connection() as connection:
        for sequence, told in ((2, {}), (1, details)):
            values = {"kind": "engine_start", "odometer_km": None, "details": Jsonb(told)}
            await put_message(connection, "telemetry.events", cars[0], T0, sequence, **values)
    frame = read_export(await export(exporter, ALL_SIGNALS, what="events", format=format_))
    assert frame["details"].tolist() == [details, {}]
    assert frame["kind"].tolist() == ["engine_start"] * 2
    assert frame["odometer_km"].isna().all()


@pytest.mark.parametrize("format_", FORMATS)
async def test_code_reports_come_code_by_code_without_positions(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    values = [{"signal": 61, "value": 90.5}, {"signal": 9, "value": 48.1}, {"signal": 60_000, "value": 11.5}]
    first = {"code": 0x017100, "status": 8, "freeze_frame": {"recorded_at_ms": 5, "values": values}, "occurrences": 3}
    second = {"code": 0xFFFFFF, "status": 255}
    told: dict[str, Any] = {"ecu": "ECM", "complete": True, "cleared": False}
    async with pool.connection() as connection:
        for sequence, codes in ((1, [first, second]), (2, [])):
            at = T0 + timedelta(seconds=sequence)
            await put_message(connection, "telemetry.dtc_reports", cars[0], at, sequence, codes=Jsonb(codes), **told)
    frame = read_export(await export(exporter, ALL_SIGNALS, what="code_reports", format=format_))
    assert [plain(code) for code in frame["code"]] == [code_text(0x017100), code_text(0xFFFFFF), None]
    assert [plain(status) for status in frame["status"]] == [8, 255, None]
    assert [plain(number) for number in frame["occurrences"]] == [3, None, None]
    assert frame["freeze_frame"].tolist() == [{"recorded_at_ms": 5, "coolant_temperature_c": 90.5}, None, None]
    assert frame["complete"].tolist() == [True] * 3


async def put_episode(connection: Connection, car: int, code: str, first: datetime, ended: datetime | None) -> None:
    row = {"vehicle_id": car, "ecu": "ECM", "code": code, "first_seen_at": first, "last_seen_at": ended or first}
    row |= {"status": "cleared" if ended else "confirmed", "ended_at": ended, "occurrences": 2, "recurred": False}
    row |= {"mil": True, "severity": 3, "titles": Jsonb({"en": "Cylinder 2 misfires", "zh": "2缸失火"})}
    frame = {"values": [{"signal": 10, "value": 11.5}, {"signal": 60, "value": 2100}]}
    await put(
        connection, "diagnostics.code_episodes", row | {"freeze_frame": Jsonb(frame), "transitions": Jsonb([[5, 8]])}
    )


@pytest.mark.parametrize("format_", FORMATS)
async def test_codes_are_those_that_were_there_in_the_period(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    spans = {
        "ended": (T0 - 3 * DAY, T0 - DAY),
        "over": (T0 - 2 * DAY, T0),
        "open": (T0 - DAY, None),
        "within": (T0, T0),
        "later": (T0 + DAY, None),
    }
    async with pool.connection() as connection:
        for code, (first, ended) in spans.items():
            await put_episode(connection, cars[0], code, first, ended)
    frame = read_export(await export(exporter, ALL_SIGNALS, what="codes", format=format_))
    assert frame["code"].tolist() == ["over", "open", "within"]
    assert frame["title_zh"].tolist() == ["2缸失火"] * 3
    assert [plain(at) for at in frame["ended_at"]] == [T0, None, T0]
    assert frame["freeze_frame"].tolist() == [{"engine_speed_rpm": 2100}] * 3
    assert frame["transitions"].tolist() == [[[5, 8]]] * 3


@pytest.mark.parametrize("format_", FORMATS)
async def test_findings_come_with_those_that_have_ended(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    evidence = [{"signal": "rest_voltage_v", "value": 11.9, "words": {"en": "at rest", "zh": "静置"}}]
    row = {"vehicle_id": cars[0], "kind": "battery_weak", "component": "battery_12v", "severity": 3}
    row |= {"evidence": Jsonb(evidence), "texts": Jsonb({"en": "The battery is weak.", "zh": "电量不足。"})}
    async with pool.connection() as connection:
        for number, ended in enumerate((T0 + DAY, None, T0 - DAY), 1):
            at = {"found_at": T0 - 2 * DAY, "onset_at": T0 - 3 * DAY, "ended_at": ended}
            await put(connection, "diagnostics.findings", row | at | {"finding_id": UUID(int=number)})
    frame = read_export(await export(exporter, ALL_SIGNALS, what="findings", format=format_))
    assert frame["finding_id"].tolist() == [str(UUID(int=1)), str(UUID(int=2))]
    assert [plain(at) for at in frame["ended_at"]] == [T0 + DAY, None]
    assert frame["evidence"].tolist() == [evidence] * 2
    assert frame["text_zh"].tolist() == ["电量不足。"] * 2


INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # aware below
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
ROWS = st.lists(
    st.tuples(
        INSTANTS,
        st.none() | st.floats(width=32, allow_nan=False, allow_infinity=False),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.booleans(),
        st.none() | TEXTS,
        st.none() | st.dictionaries(TEXTS, TEXTS, max_size=2).map(json.dumps),
    ),
    max_size=6,
)
COLUMNS = (
    ExportColumn("vin", "text"),
    ExportColumn("recorded_at", "instant"),
    ExportColumn("a", "real"),
    ExportColumn("b", "double precision"),
    ExportColumn("c", "bigint"),
    ExportColumn("d", "boolean"),
    ExportColumn("e", "text"),
    ExportColumn("f", "json"),
)
METADATA = {
    "format_version": 1,
    "made_by": "test",
    "what": "signals",
    "pseudonymous": False,
    "catalogue_version": 1,
    "columns": {column.name: column.as_json() for column in COLUMNS},
}


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=60, derandomize=True, database=None)
@given(pieces=st.lists(ROWS, max_size=3))
def test_whatever_is_written_is_read(format_: ExportFormat, pieces: list[list[tuple[Any, ...]]]) -> None:
    encoder = encoder_of(format_, COLUMNS, METADATA)
    added = [encoder.add({7: VIN}, [(7, *row) for row in rows]) for rows in pieces if rows]
    frame = read_export(b"".join([encoder.begin(), *added, encoder.end()]))
    written = [row for rows in pieces for row in rows]
    assert [plain(at) for at in frame.index] == [row[0] for row in written]
    for place, name in enumerate("abcde", 1):
        found = [plain(value) for value in frame[name]]
        assert found == [row[place] for row in written]
        assert [math.copysign(1, value) for value in found if value == 0 and isinstance(value, float)] == [
            math.copysign(1, row[place]) for row in written if row[place] == 0 and isinstance(row[place], float)
        ]
    assert frame["f"].tolist() == [None if row[6] is None else json.loads(row[6]) for row in written]


async def test_every_table_leaves_the_oldest_and_the_newest_server(any_database_url: str) -> None:
    async with open_pool(any_database_url) as pool:
        async with pool.connection() as connection:
            car = await enrol(connection, VIN)
            await put_sample(connection, car, odometer_km=5)
            await put_episode(connection, car, "P0302-00", T0, None)
            told = {"ecu": "ECM", "complete": True, "cleared": False, "codes": Jsonb([{"code": 0x017100, "status": 8}])}
            await put_message(connection, "telemetry.dtc_reports", car, T0, 1, **told)
        async with open_pool(any_database_url, role_of("data_export")) as exporter:
            for what, rows in (("signals", 1), ("events", 0), ("codes", 1), ("code_reports", 1), ("findings", 0)):
                assert len(read_export(await export(exporter, ALL_SIGNALS, what=what))) == rows
            frame = read_export(await export(exporter, ALL_SIGNALS, with_positions=True))
            assert len(frame) == 1
