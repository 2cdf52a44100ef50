"""What the bridge reads and writes itself of MQTT is what paho reads and writes."""

from __future__ import annotations

import random
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt import _packet
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest.mqtt_packets import (
    MalformedPacketError,
    find_packet,
    is_publish,
    read_publish,
    write_puback,
    write_publish,
)
from ingest.publish_tap import PublishTap
from ingest.received import Received
from telemetry_schema.content import PROTOBUF
from tests.ingest.conftest import T0

TOPIC = "servicelane/v1/9SVABCDE0TA000001/up/batches"
PINGRESP = b"\xd0\x00"


def properties(**given: Any) -> Properties:
    made = Properties(PacketTypes.PUBLISH)
    for name, value in given.items():
        setattr(made, name, value)
    return made


def written_by_paho(topic: str, payload: bytes, mid: int, flags: int, given: Properties) -> bytes:
    body = len(topic.encode()).to_bytes(2, "big") + topic.encode() + mid.to_bytes(2, "big") + given.pack() + payload
    length = bytearray()
    mqtt.Client._pack_remaining_length(None, length, len(body))  # type: ignore[arg-type]
    return bytes([0x32 | flags]) + bytes(length) + body


@pytest.mark.parametrize("flags", [0, 1, 8])
@pytest.mark.parametrize("size", [0, 1, 100, 20_000])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ContentType": "application/json; charset=utf-8", "CorrelationData": bytes(range(24))},
        {
            "PayloadFormatIndicator": 1,
            "MessageExpiryInterval": 10,
            "TopicAlias": 3,
            "ResponseTopic": "a/b",
            "UserProperty": [("name", "value"), ("more", "")],
            "SubscriptionIdentifier": 200_000,
            "CorrelationData": b"",
            "ContentType": "ä",
        },
    ],
)
def test_a_publish_reads_as_paho_reads_it(flags: int, size: int, given: dict[str, Any]) -> None:
    payload = random.Random(size).randbytes(size)
    data = written_by_paho(TOPIC, payload, 4711, flags, properties(**given))
    packet = find_packet(PINGRESP + data + data, len(PINGRESP))
    assert packet is not None
    assert is_publish(data[0])
    assert packet[1] == len(PINGRESP + data)
    found = read_publish(PINGRESP + data + data, len(PINGRESP), *packet, T0)
    expected = (given.get("ContentType", PROTOBUF), given.get("CorrelationData", b""))
    assert found == Received(TOPIC, payload, *expected, T0, 4711, bool(flags & 1))


def test_a_publish_and_a_puback_of_ours_are_read_by_paho() -> None:
    data = write_publish("a/b", b"x" * 300, "application/json")
    packet = find_packet(data, 0)
    assert packet is not None
    read = _packet.decode_publish(data[0], bytearray(data[packet[0] :]), mqtt.MQTTv5)
    assert (read.topic, bytes(read.payload), read.qos, read.properties.ContentType) == (  # type: ignore[union-attr]
        b"a/b",
        b"x" * 300,
        0,
        "application/json",
    )
    assert _packet.decode_puback(0x40, bytearray(write_puback(4711)[2:]), mqtt.MQTTv5).mid == 4711


def test_a_packet_that_ends_early_is_malformed_and_nothing_else_is_raised() -> None:
    data = written_by_paho(TOPIC, b"payload", 7, 0, properties(ContentType="a", UserProperty=("b", "c")))
    packet = find_packet(data, 0)
    assert packet is not None
    body, end = packet
    for shorter in range(body, end - len(b"payload")):
        for buffer in (data[:shorter], data, data + data):
            with pytest.raises(MalformedPacketError):
                read_publish(buffer, 0, body, shorter, T0)
    chance = random.Random(5)
    for _ in range(20_000):
        changed = bytearray(data)
        changed[chance.randrange(body, end)] = chance.randrange(256)
        try:
            read_publish(bytes(changed) + data, 0, body, end, T0)
        except MalformedPacketError:
            continue


MUCH = 2**20


class Line:
    """A socket that hands out what it was given in pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.sent = b""
        self.takes = 3

    def recv(self, bufsize: int) -> bytes:
        if not self.pieces:
            raise BlockingIOError
        return self.pieces.pop(0)

    def send(self, data: bytes | bytearray) -> int:
        if not self.takes:
            raise BlockingIOError
        self.takes -= 1
        self.sent += data[:10]
        return min(10, len(data))

    def close(self) -> None: ...
    def fileno(self) -> int:
        return 0

    def setblocking(self, flag: bool) -> None: ...


def test_publishes_pass_paho_by_and_everything_else_reaches_it() -> None:
    publishes = [written_by_paho(TOPIC, bytes([n]) * 200, n, 0, properties(ContentType="a")) for n in (1, 2, 3)]
    data = PINGRESP + publishes[0] + publishes[1] + PINGRESP + publishes[2]
    line = Line([data[at : at + 1] for at in range(len(data))])
    tap = PublishTap(line)
    found: list[Received] = []
    while line.pieces:
        found += tap.receive(MUCH)
    assert [one.mid for one in found] == [1, 2, 3]
    assert tap.wants_paho
    assert tap.recv(1) + tap.recv(100) == PINGRESP * 2
    with pytest.raises(BlockingIOError):
        tap.recv(1)


def test_no_more_is_read_than_may_wait() -> None:
    publishes = [written_by_paho(TOPIC, bytes([n]) * 2**18, n, 0, properties(ContentType="a")) for n in range(1, 10)]
    line = Line(list(publishes))
    tap = PublishTap(line)
    assert [one.mid for one in tap.receive(2 * len(publishes[0]))] == [1, 2]
    assert len(line.pieces) == 7
    assert [one.mid for one in tap.receive(10 * MUCH)] == list(range(3, 10))


def test_what_the_socket_does_not_take_waits() -> None:
    line = Line([])
    tap = PublishTap(line)
    assert tap.send(b"x" * 50) == 50
    tap.flush()
    assert (len(line.sent), tap.wants_write) == (30, True)
    line.takes = 5
    tap.flush()
    assert (len(line.sent), tap.wants_write) == (50, False)


def test_the_end_of_the_connection_and_nonsense_end_it_for_paho_too() -> None:
    ended = PublishTap(Line([b""]))
    assert ended.receive(MUCH) == []
    assert ended.recv(10) == b""
    nonsense = PublishTap(Line([b"\x32\xff\xff\xff\xff\xff"]))
    assert nonsense.receive(MUCH) == []
    assert nonsense.recv(10) == b""
