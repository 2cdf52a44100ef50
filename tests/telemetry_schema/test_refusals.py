"""Each reason for which the codecs refuse a message, and what they say about it."""

import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from telemetry_schema.batches import MAXIMUM_COLUMNS, MAXIMUM_FRAMES, decode_batch, encode_batch
from telemetry_schema.content import JSON, PROTOBUF, write_message
from telemetry_schema.events import decode_command_result, decode_event
from telemetry_schema.frames import FrameBatch
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason

R = RefusalReason
GOOD = {
    "bootIdText": "6f1d8f2e-3c4b-4a5d-9e6f-708192a3b4c5",
    "bootNumber": 1,
    "sequence": 1,
    "vin": "1M8GDM9AXKP042788",
}


def refusal(decode: Callable[[bytes, str], Any], payload: bytes, content_type: str = PROTOBUF) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decode(payload, content_type)
    assert caught.value.detail
    return caught.value


def json_refusal(decode: Callable[[bytes, str], Any], **members: Any) -> Refusal:
    return refusal(decode, json.dumps({**GOOD, "recordedAtOffsetMs": [0, 1], **members}).encode(), JSON)


def column_refusal(**members: Any) -> Refusal:
    return json_refusal(decode_batch, columns=[members])


@pytest.mark.parametrize("payload", [b"\xff", b"\x0a\x7fshort", b"\x0b" * 200])
def test_bytes_that_are_no_protobuf_are_undecodable(payload: bytes) -> None:
    for decode in (decode_batch, decode_event, decode_command_result):
        assert refusal(decode, payload).reason is R.UNDECODABLE


def test_bytes_of_a_truncated_batch_are_refused(batch: FrameBatch) -> None:
    payload = encode_batch(batch)
    reasons = {refusal(decode_batch, payload[:cut]).reason for cut in range(1, 40)}
    assert reasons <= {R.UNDECODABLE, R.MISSING_IDENTITY, R.EMPTY}


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b"null", b'{"vin": {"a": 1}}',
    b'{"sequence": -1}', b'{"vin": "", "vin": ""}', b'{"bootId": 5}', b'{"columns": {"signal": 1}}',
    b'{"vin": "\\ud800"}',
    b'{"recordedAtOffsetMs": [1e400]}', b'{"sequence": ' + b"9" * 5000 + b"}", b'{"columns":' * 100, b"[" * 100_000,
])  # fmt: skip
def test_text_that_is_no_json_of_ours_is_undecodable(payload: bytes) -> None:
    for decode in (decode_batch, decode_event, decode_command_result):
        found = refusal(decode, payload, JSON)
        ours = payload == b'{"columns": {"signal": 1}}' or payload.startswith(b'{"recorded')
        assert found.reason is R.UNDECODABLE or (ours and decode is not decode_batch)
        assert len(found.detail) <= 300


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/json2", "application/octet-stream", "x" * 1000]
)
def test_other_content_types_are_unknown(content_type: str) -> None:
    found = refusal(decode_batch, b"", content_type)
    assert found.reason is R.UNKNOWN_CONTENT_TYPE
    assert "application/json" in found.detail
    with pytest.raises(Refusal):
        write_message(wire.Event(), content_type)


@pytest.mark.parametrize("members", [
    {"bootIdText": ""}, {"bootIdText": "not a uuid"}, {"bootNumber": 0}, {"sequence": 0}, {"sequence": 2**63},
    {"bootIdText": "", "bootId": "AAAA"}, {"bootId": "AAAAAAAAAAAAAAAAAAAAAA=="},
])  # fmt: skip
def test_an_identity_that_is_not_whole_is_missing(members: dict[str, Any]) -> None:
    for decode in (decode_batch, decode_event, decode_command_result):
        assert json_refusal(decode, **members).reason is R.MISSING_IDENTITY


def test_a_batch_without_frames_is_empty() -> None:
    assert json_refusal(decode_batch, recordedAtOffsetMs=[]).reason is R.EMPTY


def test_an_event_without_a_kind_is_empty_and_one_of_a_newer_car_is_not() -> None:
    assert json_refusal(decode_event, recordedAtMs=1).reason is R.EMPTY
    assert json_refusal(decode_event, windowSmashed={"loudness": 3}).reason is R.EMPTY
    newer = wire.Event(boot_id=b"b" * 16, boot_number=1, sequence=1).SerializeToString() + b"\xfa\x3f\x03new"
    assert decode_event(newer).WhichOneof("kind") is None


def test_more_frames_than_the_limit_are_too_many() -> None:
    found = json_refusal(decode_batch, recordedAtOffsetMs=[0] * (MAXIMUM_FRAMES + 1))
    assert found.reason is R.TOO_MANY_FRAMES
    assert str(MAXIMUM_FRAMES) in found.detail


@pytest.mark.parametrize("members", [
    {"signal": 60},
    {"signal": 60, "numbers": {"value": [1]}},
    {"signal": 60, "numbers": {"value": [1, 2, 3]}},
    {"signal": 60, "at": [0], "numbers": {"value": [1, 2]}},
    {"signal": 60, "at": [1, 0], "numbers": {"value": [1, 2]}},
    {"signal": 60, "at": [0, 0], "numbers": {"value": [1, 2]}},
    {"signal": 60, "at": [2], "numbers": {"value": [1]}},
    {"signal": 60, "at": [2**32 - 1], "numbers": {"value": [1]}},
    {"signal": 60, "float32": "AAAA"},
    {"signal": 2, "float64": "AAAAAA=="},
])  # fmt: skip
def test_values_that_do_not_fit_the_frames_are_of_the_wrong_shape(members: dict[str, Any]) -> None:
    found = column_refusal(**members)
    assert found.reason is R.COLUMN_SHAPE
    assert f"signal {members['signal']}" in found.detail


def test_two_columns_of_one_signal_and_too_many_columns_are_of_the_wrong_shape() -> None:
    column = {"signal": 60, "numbers": {"value": [1, 2]}}
    assert json_refusal(decode_batch, columns=[column, column]).reason is R.COLUMN_SHAPE
    many = [{**column, "signal": 1000 + place} for place in range(MAXIMUM_COLUMNS + 1)]
    assert json_refusal(decode_batch, columns=many).reason is R.COLUMN_SHAPE
    assert decode_batch(json.dumps({**GOOD, "recordedAtOffsetMs": [0, 1], "columns": many[1:]}).encode(), JSON)


@pytest.mark.parametrize("members", [
    {"signal": 60, "texts": {"value": ["fast", "slow"]}},
    {"signal": 16, "numbers": {"value": [1, 2]}},
    {"signal": 60, "float64": "AAAAAAAAAAAAAAAAAAAAAA=="},
    {"signal": 181, "numbers": {"value": [1.5, 2]}},
    {"signal": 181, "numbers": {"value": ["NaN", 2]}},
    {"signal": 181, "numbers": {"value": [3e9, 2]}},
    {"signal": 96, "numbers": {"value": [2.0**63, 2]}},
    {"signal": 301, "numbers": {"value": [1, 2]}},
    {"signal": 301, "booleans": "AAI="},
])  # fmt: skip
def test_values_of_another_type_than_the_signals_are_of_the_wrong_type(members: dict[str, Any]) -> None:
    assert column_refusal(**members).reason is R.COLUMN_TYPE


def test_instants_outside_of_any_calendar_are_undecodable() -> None:
    lowest = -(2**63)
    assert json_refusal(decode_batch, recordedAtOffsetMs=[0, lowest]).reason is R.UNDECODABLE
    assert json_refusal(decode_batch, recordedAtOffsetMs=[0, 2**63 - 1]).reason is R.UNDECODABLE
    assert json_refusal(decode_batch, baseRecordedAtMs=lowest).reason is R.UNDECODABLE


@pytest.mark.parametrize(("code", "status"), [(0x1_000_000, 0), (0x017100, 0x100)])
def test_a_code_above_24_bits_is_out_of_range(code: int, status: int) -> None:
    found = json_refusal(decode_event, dtcReport={"codes": [{"code": code, "status": status}]})
    assert found.reason is R.VALUE_OUT_OF_RANGE


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"system": 9}, "code system 9"),
        ({"scope": 9}, "list of codes 9"),
        ({"statusAvailabilityMask": 0x100}, "status_availability_mask"),
        ({"codes": [{"code": 1, "faultDetectionCounter": 128}]}, "fault_detection_counter"),
    ],
)
def test_a_report_of_codes_that_cannot_be_understood_is_kept_for_later(members: dict[str, Any], named: str) -> None:
    found = json_refusal(decode_event, dtcReport={"ecu": "7E8", **members})
    assert found.reason is R.VALUE_OUT_OF_RANGE
    assert named in found.detail


@pytest.mark.parametrize("members", [
    {"odometerKm": "NaN", "readiness": {}},
    {"engineStart": {"restVoltageV": "Infinity"}},
    {"dtcReport": {"codes": [{"freezeFrame": {"values": [{"signal": 1, "value": "-Infinity"}]}}]}},
])  # fmt: skip
def test_numbers_of_an_event_that_are_not_finite_are_out_of_range(members: dict[str, Any]) -> None:
    assert json_refusal(decode_event, **members).reason is R.VALUE_OUT_OF_RANGE


def test_a_text_with_nul_is_undecodable_since_no_database_holds_it() -> None:
    assert json_refusal(decode_batch, vin="\0").reason is R.UNDECODABLE
    assert column_refusal(signal=16, texts={"value": ["ON", "\0"]}).reason is R.UNDECODABLE
    assert json_refusal(decode_batch, drops=[{"reason": "a\0"}]).reason is R.UNDECODABLE
    assert json_refusal(decode_event, dtcReport={"ecu": "\0"}).reason is R.UNDECODABLE
    assert json_refusal(decode_command_result, reason="\0").reason is R.UNDECODABLE


def test_a_refusal_can_be_read_and_pickled() -> None:
    found = Refusal(R.EMPTY, "send frames")
    assert str(found) == "empty: send frames"
    copied = pickle.loads(pickle.dumps(found))
    assert (copied.reason, copied.detail) == (R.EMPTY, "send frames")


RAISED_BY_CODECS = {
    R.UNDECODABLE, R.UNKNOWN_CONTENT_TYPE, R.MISSING_IDENTITY, R.EMPTY, R.COLUMN_SHAPE, R.COLUMN_TYPE,
    R.TOO_MANY_FRAMES, R.VALUE_OUT_OF_RANGE,
}  # fmt: skip
RAISED_AT_ADMISSION = {
    R.UNKNOWN_TOPIC, R.INVALID_VIN, R.VIN_MISMATCH, R.UNKNOWN_VEHICLE, R.CLOCK_BEFORE_2000, R.CLOCK_IN_FUTURE,
    R.OVER_BUDGET,
}  # fmt: skip


def test_every_reason_belongs_to_the_codecs_or_to_admission() -> None:
    assert set(R) == RAISED_BY_CODECS | RAISED_AT_ADMISSION


def test_a_control_unit_with_an_endless_name_is_refused() -> None:
    def report(ecu: str) -> bytes:
        return json.dumps(
            GOOD | {"recordedAtMs": 1_519_891_200_000, "dtcReport": {"ecu": ecu, "complete": True}}
        ).encode()

    assert decode_event(report("E" * 64), JSON).dtc_report.ecu == "E" * 64
    assert refusal(decode_event, report("E" * 65), JSON).reason == R.VALUE_OUT_OF_RANGE
