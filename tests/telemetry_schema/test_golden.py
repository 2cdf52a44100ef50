"""Yesterday's bytes are read today. A golden file is never changed: a reader that needs it changed is a broken reader.

A new kind of message gets a file of its own: `SERVICELANE_RECORD_GOLDEN=1 pytest tests/telemetry_schema/test_golden.py`
writes those that are missing.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from google.protobuf import json_format
from google.protobuf.message import Message

from telemetry_schema.batches import decode_batch, encode_batch
from telemetry_schema.content import JSON, PROTOBUF, read_message, write_message
from telemetry_schema.events import EVENT_KINDS, decode_acknowledgements, decode_command_result, decode_event
from telemetry_schema.frames import FrameBatch
from telemetry_schema.generated import servicelane_v1_pb2 as wire

GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {PROTOBUF: ".bin", JSON: ".json"}
CONTENT_TYPES = pytest.mark.parametrize("content_type", [PROTOBUF, JSON])


def golden(name: str, content_type: str) -> bytes:
    return (GOLDEN / f"{name}{SUFFIX[content_type]}").read_bytes()


@pytest.fixture(autouse=True)
def _record(messages: dict[str, Message], batch: FrameBatch) -> None:
    if "SERVICELANE_RECORD_GOLDEN" not in os.environ:
        return
    for name, message in messages.items():
        for content_type, suffix in SUFFIX.items():
            path = GOLDEN / f"{name}{suffix}"
            if not path.exists():
                path.write_bytes(
                    encode_batch(batch, content_type) if name == "batch" else write_message(message, content_type)
                )


def test_every_kind_of_message_has_its_golden_files(messages: dict[str, Message]) -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}{end}" for name in messages for end in SUFFIX.values()}
    top = {"Batch", "Event", "CommandResult", "Acknowledgement", "Command", "Finding"}
    assert {message.DESCRIPTOR.name for message in messages.values()} == top
    assert {f"event_{kind}" for kind in EVENT_KINDS} <= messages.keys()


@CONTENT_TYPES
def test_yesterdays_bytes_mean_what_they_meant(messages: dict[str, Message], content_type: str) -> None:
    for name, message in messages.items():
        if name != "batch":
            read = read_message(golden(name, content_type), type(message)(), content_type)
            assert read == message, name


def test_todays_bytes_are_yesterdays(messages: dict[str, Message]) -> None:
    for name, message in messages.items():
        assert write_message(message) == golden(name, PROTOBUF), name


def test_todays_json_says_what_yesterdays_said(messages: dict[str, Message], batch: FrameBatch) -> None:
    for name, message in messages.items():
        today = encode_batch(batch, JSON) if name == "batch" else write_message(message, JSON)
        assert json.loads(today) == json.loads(golden(name, JSON)), name


@CONTENT_TYPES
def test_yesterdays_batch_gives_its_columns(batch: FrameBatch, content_type: str) -> None:
    read = decode_batch(golden("batch", content_type), content_type)
    assert (read.identity, read.clock_quality, read.drops) == (batch.identity, batch.clock_quality, batch.drops)
    assert read.recorded_at_ms.tolist() == batch.recorded_at_ms.tolist()
    assert read.columns.keys() == batch.columns.keys()
    for signal_id, column in batch.columns.items():
        found = read.columns[signal_id]
        assert found.values.dtype == column.values.dtype
        assert found.values.tolist() == column.values.tolist()
        assert (found.at is None) == (column.at is None)
        assert found.at is None or np.array_equal(found.at, column.at)


@CONTENT_TYPES
def test_the_codecs_take_yesterdays_messages(messages: dict[str, Message], content_type: str) -> None:
    for name in messages:
        if name.startswith("event_"):
            decode_event(golden(name, content_type), content_type)
    assert decode_command_result(golden("command_result", content_type), content_type).reason == "engine runs"
    stored, late, unreadable = decode_acknowledgements(golden("acknowledgement", content_type), content_type)
    assert (stored.sequence, stored.disposition) == (7, wire.DISPOSITION_STORED)
    assert (late.disposition, late.reason) == (wire.DISPOSITION_QUARANTINED, "clock_in_future")
    assert unreadable.boot_id is None
    (deferred,) = decode_acknowledgements(golden("acknowledgement_deferred", content_type), content_type)
    assert (deferred.disposition, deferred.reason, deferred.retry_after_ms) == (
        wire.DISPOSITION_DEFERRED,
        "over_budget",
        1500,
    )


def test_a_field_of_tomorrow_survives_a_reader_of_today() -> None:
    tomorrow = golden("event_engine_start", PROTOBUF) + b"\xfa\x3f\x03new"  # field 1023, three bytes
    assert b"\xfa\x3f\x03new" in decode_event(tomorrow).SerializeToString()
    words = json_format.MessageToDict(decode_event(golden("event_engine_start", JSON), JSON))
    assert decode_event(json.dumps({**words, "tomorrow": {"x": 1}}).encode(), JSON)
