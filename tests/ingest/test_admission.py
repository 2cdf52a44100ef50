"""What is admitted, what is set aside, and why: never an exception, whatever a car sends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.admission import admit
from ingest.received import Received
from telemetry_schema.batches import decode_batch, encode_batch
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import encode_event
from telemetry_schema.frames import FrameBatch, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic, Up, up_topic
from tests.ingest.conftest import BOOT, T0, T0_MS, VIN, make_batch

CORRELATION = BOOT.bytes + (9).to_bytes(8, "big")
OTHER_VIN = "5YJ3E1EA7KF317000"


def received(payload: bytes, content_type: str = PROTOBUF, kind: Up = Up.BATCHES, correlation: bytes = b"") -> Received:
    return Received(up_topic(VIN, kind), payload, content_type, correlation, T0)


def moved(batch: FrameBatch, by: timedelta) -> FrameBatch:
    return replace(batch, recorded_at_ms=batch.recorded_at_ms + int(by.total_seconds() * 1000))


def test_a_sound_batch_goes_on_as_it_came_and_is_answered_for() -> None:
    payload = encode_batch(make_batch(7))
    verdict = admit(received(payload))
    assert verdict.record.topic == StreamTopic.BATCHES
    assert verdict.record.key == VIN
    assert verdict.record.value == payload
    assert verdict.acknowledgement is not None
    answer = verdict.acknowledgement
    assert (answer.boot_id, answer.sequence, answer.disposition) == (BOOT, 7, wire.DISPOSITION_STORED)


def test_json_becomes_protobuf_behind_the_bridge() -> None:
    batch = make_batch(7, [0, 1000], {"vehicle_speed_kmh": [10, 20]})
    verdict = admit(received(encode_batch(batch, JSON), JSON))
    assert verdict.record.headers["content-type"] == PROTOBUF
    assert decode_batch(verdict.record.value).columns[1].values.tolist() == [10, 20]


def test_signals_that_the_catalogue_lacks_are_admitted() -> None:
    batch = make_batch(1)
    batch.columns[60_001] = SignalColumn(np.array([1.0, 2.0]))  # type: ignore[index]
    assert admit(received(encode_batch(batch))).record.topic == StreamTopic.BATCHES


@pytest.mark.parametrize(
    ("payload", "content_type", "reason", "disposition"),
    [
        (b"\xff\xff\xff", PROTOBUF, "undecodable", "quarantined"),
        (b"{", JSON, "undecodable", "quarantined"),
        (encode_batch(make_batch(1))[:-3], PROTOBUF, "undecodable", "quarantined"),
        (b"", PROTOBUF, "missing_identity", None),
        (encode_batch(make_batch(1)), "text/csv", "unknown_content_type", None),
        (encode_batch(make_batch(1, vin=OTHER_VIN)), PROTOBUF, "vin_mismatch", "refused"),
        (encode_batch(moved(make_batch(1), timedelta(minutes=6))), PROTOBUF, "clock_in_future", "quarantined"),
        (
            encode_batch(moved(make_batch(1), -timedelta(days=365.25 * 56))),
            PROTOBUF,
            "clock_before_2000",
            "quarantined",
        ),
    ],
)
def test_what_cannot_be_taken_is_set_aside_with_its_bytes_and_its_reason(
    payload: bytes, content_type: str, reason: str, disposition: str | None
) -> None:
    verdict = admit(received(payload, content_type, correlation=CORRELATION))
    assert verdict.record.topic == StreamTopic.QUARANTINE
    assert verdict.record.value == payload
    assert verdict.record.headers["reason"] == reason
    assert verdict.record.headers["detail"]
    assert disposition in (None, verdict.record.headers["disposition"])
    assert verdict.acknowledgement is not None
    assert verdict.acknowledgement.reason == reason
    assert verdict.acknowledgement.boot_id == BOOT


def test_five_minutes_ahead_is_still_a_clock_and_one_bad_instant_withholds_the_batch() -> None:
    near = moved(make_batch(1, [0]), timedelta(minutes=5))
    assert admit(received(encode_batch(near))).record.topic == StreamTopic.BATCHES
    mixed = make_batch(1, [0, -T0_MS])
    verdict = admit(received(encode_batch(mixed)))
    assert verdict.record.topic == StreamTopic.QUARANTINE
    assert verdict.record.headers["frames"] == "2"


def test_events_have_their_own_topic_and_the_same_checks() -> None:
    event = wire.Event(vin=VIN, boot_id=BOOT.bytes, boot_number=1, sequence=3, recorded_at_ms=T0_MS)
    event.engine_start.succeeded = True
    assert admit(received(encode_event(event), kind=Up.EVENTS)).record.topic == StreamTopic.EVENTS
    event.vin = OTHER_VIN
    assert admit(received(encode_event(event), kind=Up.EVENTS)).record.headers["reason"] == "vin_mismatch"


def test_a_topic_that_is_not_ours_is_set_aside_and_nobody_is_answered() -> None:
    verdict = admit(received(b"x")._replace(topic=f"servicelane/v1/{VIN}/up/gossip"))
    assert verdict.record.headers["reason"] == "unknown_topic"
    assert verdict.acknowledgement is None


@pytest.mark.parametrize("correlation", [b"", b"short", bytes(24), b"x" * 25])
def test_garbage_without_usable_correlation_is_kept_all_the_same(correlation: bytes) -> None:
    verdict = admit(received(b"\xff", correlation=correlation))
    assert verdict.record.topic == StreamTopic.QUARANTINE
    assert verdict.acknowledgement is not None
    assert verdict.acknowledgement.boot_id is None


@given(
    st.binary(max_size=300),
    st.sampled_from([PROTOBUF, JSON, "", "x/y"]),
    st.sampled_from(list(Up)),
    st.binary(max_size=30),
)
def test_random_bytes_never_raise_and_are_kept(payload: bytes, content_type: str, kind: Up, correlation: bytes) -> None:
    verdict = admit(received(payload, content_type, kind, correlation))
    assert verdict.record.topic == StreamTopic.QUARANTINE
    assert verdict.record.value == payload
    assert all("\0" not in text for text in verdict.record.headers.values())


@given(st.integers(0, 200), st.integers(0, 255))
def test_one_damaged_byte_never_raises(place: int, value: int) -> None:
    payload = bytearray(encode_batch(make_batch(7)))
    payload[place % len(payload)] = value
    assert admit(received(bytes(payload))).record.value


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_answered(document: object) -> None:
    verdict = admit(received(json.dumps(document).encode(), JSON))
    assert verdict.record.topic == StreamTopic.QUARANTINE


def test_a_boot_id_of_its_own_is_told_from_the_correlation() -> None:
    """The payload counts where it can be read: correlation only stands in for one that cannot."""
    other = UUID("00000000-0000-4000-8000-00000000000f")
    payload = encode_batch(moved(make_batch(7), timedelta(hours=1)))
    verdict = admit(received(payload, correlation=other.bytes + (1).to_bytes(8, "big")))
    assert verdict.acknowledgement is not None
    assert (verdict.acknowledgement.boot_id, verdict.acknowledgement.sequence) == (BOOT, 7)
