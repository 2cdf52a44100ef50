"""The packets of the load generator; that a real broker takes them is shown by the small run of the whole benchmark."""

from __future__ import annotations

import pytest

from benchmarks.ingest.mqtt_packets import (
    CONNACK,
    PUBACK,
    PUBLISH,
    again,
    count_pubacks,
    puback,
    publish,
    published_message,
    reason_of,
    receive_maximum,
    split,
)

TOPIC = "servicelane/v1/SLBENCH0000000001/up/batches"
CORRELATION = bytes(range(24))


@pytest.mark.parametrize("size", [0, 1, 60, 127, 128, 5_000, 16_383, 40_000])
def test_a_publish_is_read_back_whatever_its_length(size: int) -> None:
    payload = bytes(index % 251 for index in range(size))
    packets, rest = split(publish(TOPIC, payload, 513, "application/x-protobuf", CORRELATION))
    assert rest == b""
    assert [packet.kind for packet in packets] == [PUBLISH]
    assert published_message(packets[0]) == (TOPIC, 513, payload)


def test_a_publish_without_quality_of_service_has_no_packet_id() -> None:
    head = len(TOPIC).to_bytes(2, "big") + TOPIC.encode() + b"\x00"
    packets, _ = split(b"\x30" + bytes([len(head) + 3]) + head + b"abc")
    assert published_message(packets[0]) == (TOPIC, None, b"abc")


def test_packets_that_come_in_pieces_are_kept_until_they_are_whole() -> None:
    stream = publish(TOPIC, b"x" * 300, 7, "text/plain", b"") + puback(9) + publish(TOPIC, b"y", 8, "text/plain", b"")
    for place in range(len(stream)):
        first, rest = split(stream[:place])
        second, left = split(rest + stream[place:])
        assert [packet.kind for packet in first + second] == [PUBLISH, PUBACK, PUBLISH]
        assert left == b""


def test_pubacks_are_counted_only_where_there_is_nothing_else() -> None:
    many = b"".join(puback(number) for number in range(1, 1000))
    assert count_pubacks(many) == 999
    assert count_pubacks(many[:-1]) is None
    assert count_pubacks(many + publish(TOPIC, b"", 1, "", b"")) is None
    assert count_pubacks(b"\x40\x04\x00\x01\x10\x00" * 2) is None


def test_a_reason_is_read_where_the_broker_gives_one() -> None:
    (silent, refused), _ = split(puback(1) + b"\x40\x03\x00\x02\x87")
    assert reason_of(silent) == 0
    assert reason_of(refused) == 0x87


def test_the_receive_maximum_stands_between_other_properties() -> None:
    properties = b"\x22\x00\x0a" + b"\x27\x00\x04\x00\x00" + b"\x21\x03\xe8" + b"\x2a\x00"
    (connack,), _ = split(b"\x20" + bytes([3 + len(properties)]) + b"\x00\x00" + bytes([len(properties)]) + properties)
    assert connack.kind == CONNACK
    assert receive_maximum(connack) == 1000


def test_without_a_receive_maximum_the_protocol_names_it() -> None:
    (connack,), _ = split(b"\x20\x03\x00\x00\x00")
    assert receive_maximum(connack) == 65_535


def test_a_repetition_differs_in_its_mark_alone() -> None:
    first = publish(TOPIC, b"abc", 1, "text/plain", b"")
    assert again(first)[0] == first[0] | 0x08
    assert again(first)[1:] == first[1:]
