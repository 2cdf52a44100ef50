"""What the contenders are sent: the same drives in every form."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from benchmarks.ingest.drives import POSITIONS, QUANTITIES, drive
from benchmarks.ingest.payloads import TSV_COLUMNS, Form, Load, Message, read_messages, shifted, write_messages
from telemetry_schema.batches import decode_batch
from telemetry_schema.catalogue import signals_by_name
from telemetry_schema.events import decode_event
from telemetry_schema.topics import Up

START_MS = 1_780_000_000_000
LOAD = Load(cars=3, frames=1500, frames_per_message=10)


@pytest.fixture
def messages(request: pytest.FixtureRequest, tmp_path: Path) -> list[Message]:
    return _messages(tmp_path, LOAD, request.param)


def _messages(folder: Path, load: Load, form: Form) -> list[Message]:
    write_messages(folder / "messages.npz", load, form)
    return list(read_messages(folder / "messages.npz"))


def test_thirty_signals_of_the_catalogue_and_a_position() -> None:
    known = signals_by_name()
    assert len(QUANTITIES) == 30
    assert all(known[name] for name in (*(quantity.name for quantity in QUANTITIES), *POSITIONS))


def test_values_are_plausible_so_that_nothing_is_set_aside() -> None:
    own = drive(1, 500, seed=1)
    for number, quantity in enumerate(QUANTITIES):
        signal = signals_by_name()[quantity.name]
        assert signal.low is not None
        assert signal.high is not None
        assert own.values[:, number].min() >= signal.low
        assert own.values[:, number].max() <= signal.high


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = [one.payload for one in _messages(tmp_path, LOAD, Form.PROTOBUF)]
    assert [one.payload for one in _messages(tmp_path, LOAD, Form.PROTOBUF)] == first
    other = Load(LOAD.cars, LOAD.frames, LOAD.frames_per_message, seed=2)
    assert [one.payload for one in _messages(tmp_path, other, Form.PROTOBUF)] != first


@pytest.mark.parametrize("messages", [Form.PROTOBUF], indirect=True)
def test_protobuf_is_what_our_head_units_send(messages: list[Message]) -> None:
    own = drive(1, LOAD.frames_per_car, LOAD.seed)
    batches = [one for one in messages if one.car == 1 and one.kind is Up.BATCHES]
    read = [decode_batch(shifted(one, Form.PROTOBUF, START_MS)) for one in batches]
    assert np.concatenate([batch.recorded_at_ms for batch in read]).tolist() == (own.at_ms + START_MS).tolist()
    speed = signals_by_name()["vehicle_speed_kmh"].id
    speeds = np.concatenate([batch.columns[speed].values for batch in read])
    assert speeds.tolist() == own.values[:, 0].astype(np.float32).tolist()


@pytest.mark.parametrize("messages", [Form.PROTOBUF], indirect=True)
def test_sequences_count_batches_and_code_reports_together(messages: list[Message]) -> None:
    for car in range(LOAD.cars):
        assert sorted(one.sequence for one in messages if one.car == car) == list(
            range(1, sum(one.car == car for one in messages) + 1)
        )
    reports = [one for one in messages if one.kind is Up.EVENTS]
    assert len(reports) == sum(len(drive(car, LOAD.frames_per_car, LOAD.seed).reports) for car in range(LOAD.cars))
    assert reports
    for one in reports:
        event = decode_event(shifted(one, Form.PROTOBUF, START_MS))
        assert event.recorded_at_ms >= START_MS
        assert len(event.dtc_report.codes) <= 3


@pytest.mark.parametrize("messages", [Form.TSV], indirect=True)
def test_a_line_holds_the_same_frame(messages: list[Message]) -> None:
    own = drive(0, LOAD.frames_per_car, LOAD.seed)
    lines = shifted(messages[0], Form.TSV, START_MS).decode().split("\n")
    assert len(lines) == 10
    row = dict(zip(TSV_COLUMNS, lines[3].split("\t"), strict=True))
    assert np.datetime64(row["recorded_at"].removesuffix("Z"), "ms").astype(int) == START_MS + own.at_ms[3]
    assert (row["vehicle_id"], row["sequence"], row["frame"]) == ("1", "1", "3")
    assert UUID(row["boot_id"]) == own.boot_id
    assert [float(row[quantity.name]) for quantity in QUANTITIES] == own.values[3].tolist()
    assert row["latitude_deg"] == "\\N"
    assert float(lines[0].split("\t")[TSV_COLUMNS.index("latitude_deg")]) == own.positions[0, 0]


@pytest.mark.parametrize("messages", [Form.JSON], indirect=True)
def test_json_holds_the_same_frame(messages: list[Message]) -> None:
    own = drive(0, LOAD.frames_per_car, LOAD.seed)
    frame = json.loads(shifted(messages[0], Form.JSON, START_MS))[3]
    assert frame["recorded_at"] == START_MS + own.at_ms[3]
    assert [frame[quantity.name] for quantity in QUANTITIES] == own.values[3].tolist()


def test_a_single_frame_as_json_is_one_object(tmp_path: Path) -> None:
    (first, *_) = _messages(tmp_path, Load(1, 2, 1), Form.JSON)
    assert isinstance(json.loads(shifted(first, Form.JSON, START_MS)), dict)


@pytest.mark.parametrize("messages", [Form.TSV], indirect=True)
def test_the_cars_take_turns(messages: list[Message]) -> None:
    assert [one.car for one in messages[:6]] == [0, 1, 2, 0, 1, 2]
