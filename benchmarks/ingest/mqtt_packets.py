"""The few MQTT 5 packets that the load generator speaks, as bytes, and a reader of what the broker answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

CONNACK: Final = 0x20
PUBLISH: Final = 0x30
PUBACK: Final = 0x40
SUBACK: Final = 0x90
DISCONNECT_BYTES: Final = b"\xe0\x00"
_PUBACK_START: Final = b"\x40\x02"
_RECEIVE_MAXIMUM: Final = 0x21
_TWO_BYTE: Final = frozenset({0x13, 0x21, 0x22})
_FOUR_BYTE: Final = frozenset({0x11, 0x27})
_ONE_BYTE: Final = frozenset({0x24, 0x25, 0x28, 0x29, 0x2A})


class Packet(NamedTuple):
    """`kind` is the first byte without its flags; `body` is what follows the length."""

    kind: int
    flags: int
    body: bytes


def connect(client_id: str, user: str | None, password: str | None, session_seconds: int, keepalive: int) -> bytes:
    """CONNECT that keeps its session, as a head unit does."""
    flags = (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
    properties = b"\x11" + session_seconds.to_bytes(4, "big")
    body = _text("MQTT") + b"\x05" + bytes([flags]) + keepalive.to_bytes(2, "big")
    body += _length(len(properties)) + properties + _text(client_id)
    body += b"".join(_text(text) for text in (user, password) if text is not None)
    return _packet(0x10, body)


def subscribe(packet_id: int, topic_filter: str) -> bytes:
    """SUBSCRIBE with QoS 1."""
    return _packet(0x82, packet_id.to_bytes(2, "big") + b"\x00" + _text(topic_filter) + b"\x01")


def publish(topic: str, payload: bytes, packet_id: int, content_type: str, correlation: bytes) -> bytes:
    """PUBLISH with QoS 1."""
    properties = b"\x03" + _text(content_type) + b"\x09" + _binary(correlation)
    head = _text(topic) + packet_id.to_bytes(2, "big") + _length(len(properties)) + properties
    return _packet(0x32, head + payload)


def again(published: bytes) -> bytes:
    """The same PUBLISH, marked as a repetition."""
    return bytes([published[0] | 0x08]) + published[1:]


def puback(packet_id: int) -> bytes:
    return _PUBACK_START + packet_id.to_bytes(2, "big")


def count_pubacks(data: bytes) -> int | None:
    """How many PUBACKs `data` is, where it is nothing but those in their shortest form; else None."""
    count, rest = divmod(len(data), 4)
    return count if not rest and data[::4] == b"\x40" * count and data[1::4] == b"\x02" * count else None


def split(data: bytes) -> tuple[list[Packet], bytes]:
    """The whole packets of `data`, and the bytes of one that has not come whole yet."""
    packets: list[Packet] = []
    start = 0
    while (found := _next(data, start)) is not None:
        packet, start = found
        packets.append(packet)
    return packets, data[start:]


def published_message(packet: Packet) -> tuple[str, int | None, bytes]:
    """Topic, packet id (None at QoS 0) and payload of a PUBLISH."""
    body = packet.body
    at = 2 + int.from_bytes(body[:2], "big")
    topic = body[2:at].decode()
    packet_id = None
    if packet.flags & 0x06:
        packet_id = int.from_bytes(body[at : at + 2], "big")
        at += 2
    length, at = _read_length(body, at) or (0, at)
    return topic, packet_id, body[at + length :]


def reason_of(packet: Packet) -> int:
    """The reason code of a PUBACK or a CONNACK; 0 where it is left out."""
    return packet.body[1 if packet.kind == CONNACK else 2] if len(packet.body) > (packet.kind != CONNACK) + 1 else 0


def receive_maximum(connack: Packet) -> int:
    """How many publishes the broker takes before it has acknowledged one; 65,535 where it names no limit."""
    length, at = _read_length(connack.body, 2) or (0, 2)
    for identifier, value in _properties(connack.body[at : at + length]):
        if identifier == _RECEIVE_MAXIMUM:
            return int.from_bytes(value, "big")
    return 65_535


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        identifier = data[at]
        at += 1
        width = _property_width(identifier, data, at)
        yield identifier, data[at : at + width]
        at += width


def _property_width(identifier: int, data: bytes, at: int) -> int:
    if identifier in _ONE_BYTE:
        return 1
    if identifier in _TWO_BYTE:
        return 2
    if identifier in _FOUR_BYTE:
        return 4
    text = 2 + int.from_bytes(data[at : at + 2], "big")
    return text + 2 + int.from_bytes(data[at + text : at + text + 2], "big") if identifier == 0x26 else text


def _next(data: bytes, start: int) -> tuple[Packet, int] | None:
    if start >= len(data):
        return None
    read = _read_length(data, start + 1)
    if read is None or read[1] + read[0] > len(data):
        return None
    length, at = read
    return Packet(data[start] & 0xF0, data[start] & 0x0F, data[at : at + length]), at + length


def _read_length(data: bytes, at: int) -> tuple[int, int] | None:
    """A variable byte integer and the place behind it; None where it is cut off."""
    value = shift = 0
    while at < len(data):
        value |= (data[at] & 0x7F) << shift
        at += 1
        if not data[at - 1] & 0x80:
            return value, at
        shift += 7
    return None


def _packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + _length(len(body)) + body


def _length(value: int) -> bytes:
    out = bytearray()
    while True:
        value, digit = divmod(value, 128)
        out.append(digit | (0x80 if value else 0))
        if not value:
            return bytes(out)


def _text(text: str) -> bytes:
    return _binary(text.encode())


def _binary(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data
