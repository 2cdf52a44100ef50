"""The two MQTT 5 packets of which a bridge handles thousands a second: PUBLISH, and the PUBACK that answers it.

Everything else of the protocol is paho's. These two are read and written here because paho needs a hundred
microseconds to read a PUBLISH with two properties, and a fleet leaves fewer than that for the whole way of a frame
(`python -m benchmarks` shows both). The format is that of MQTT 5.0, sections 3.3 and 3.4.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ingest.received import Received
from telemetry_schema.content import PROTOBUF

_TYPE_AND_QOS: Final = 0xF6
_PUBLISH_QOS_1: Final = 0x32
_RETAIN: Final = 0x01
_CONTENT_TYPE, _RESPONSE_TOPIC, _CORRELATION, _SUBSCRIPTION, _USER = 0x03, 0x08, 0x09, 0x0B, 0x26
_FIXED: Final = {0x01: 1, 0x02: 4, 0x23: 2}
_LONGEST_LENGTH: Final = 4
_CORRELATION_BYTES: Final = 24
_USUAL: Final = b"\x03\x00\x16application/x-protobuf\x09\x00\x18"
"""The properties that our head units write, up to the correlation data."""


class MalformedPacketError(ValueError):
    """The broker sent what MQTT 5 does not allow."""


def find_packet(buffer: bytes, at: int) -> tuple[int, int] | None:
    """Where the packet that begins at `at` has its body, and where it ends; None while it is not whole.

    Raises MalformedPacketError.
    """
    length = shift = 0
    for place in range(at + 1, min(len(buffer), at + 1 + _LONGEST_LENGTH)):
        octet = buffer[place]
        length |= (octet & 0x7F) << shift
        shift += 7
        if octet < 0x80:
            end = place + 1 + length
            return (place + 1, end) if end <= len(buffer) else None
    if len(buffer) > at + _LONGEST_LENGTH:
        raise MalformedPacketError("a length of more than four bytes")
    return None


def is_publish(head: int) -> bool:
    """With QoS 1; what comes with another QoS is not what the bridge subscribed to."""
    return head & _TYPE_AND_QOS == _PUBLISH_QOS_1


def read_publish(buffer: bytes, at: int, body: int, end: int, received_at: datetime) -> Received:
    """The PUBLISH with QoS 1 that `find_packet` found. Without a content type a message is protobuf.

    Raises MalformedPacketError.
    """
    try:
        topic_end = body + 2 + (buffer[body] << 8 | buffer[body + 1])
        topic = buffer[body + 2 : topic_end].decode(errors="replace")
        mid = buffer[topic_end] << 8 | buffer[topic_end + 1]
        properties, payload = _read_length(buffer, topic_end + 2)
        payload += properties
        if payload > end:
            raise IndexError
        content_type, correlation = _read_properties(buffer, payload - properties, payload)
        is_retained = bool(buffer[at] & _RETAIN)
        return Received(
            topic, buffer[payload:end], content_type or PROTOBUF, correlation, received_at, mid, is_retained
        )
    except IndexError as error:
        raise MalformedPacketError("a PUBLISH that is shorter than it says") from error


def _read_properties(body: bytes, at: int, end: int) -> tuple[str, bytes]:
    """Content type and correlation data, empty where they are missing; the others are skipped."""
    if body.startswith(_USUAL, at) and end == at + len(_USUAL) + _CORRELATION_BYTES:
        return PROTOBUF, body[end - _CORRELATION_BYTES : end]
    content_type, correlation = "", b""
    while at < end:
        kind = body[at]
        at += 1
        if kind in _FIXED:
            at += _FIXED[kind]
        elif kind == _SUBSCRIPTION:
            _, at = _read_length(body, at)
        elif kind in (_CONTENT_TYPE, _RESPONSE_TOPIC, _CORRELATION, _USER):
            value, at = _read_field(body, at)
            if kind == _CONTENT_TYPE:
                content_type = value.decode(errors="replace")
            elif kind == _CORRELATION:
                correlation = value
            elif kind == _USER:
                _, at = _read_field(body, at)
        else:
            raise MalformedPacketError(f"a PUBLISH with the unknown property {kind}")
    if at != end:
        raise MalformedPacketError("properties of a PUBLISH that are longer than they say")
    return content_type, correlation


def _read_field(body: bytes, at: int) -> tuple[bytes, int]:
    """What two bytes of length announce, and where it ends."""
    end = at + 2 + (body[at] << 8 | body[at + 1])
    if end > len(body):
        raise IndexError
    return body[at + 2 : end], end


def _read_length(body: bytes, at: int) -> tuple[int, int]:
    """A number of one to four bytes, and where it ends."""
    length = shift = 0
    for place in range(at, at + _LONGEST_LENGTH):
        length |= (body[place] & 0x7F) << shift
        shift += 7
        if body[place] < 0x80:
            return length, place + 1
    raise MalformedPacketError("a length of more than four bytes")


def write_publish(topic: str, payload: bytes, content_type: str) -> bytes:
    """A PUBLISH with QoS 0."""
    name, kind = topic.encode(), content_type.encode()
    properties = bytes((_CONTENT_TYPE,)) + len(kind).to_bytes(2, "big") + kind
    body = len(name).to_bytes(2, "big") + name + _write_length(len(properties)) + properties + payload
    return b"\x30" + _write_length(len(body)) + body


def write_puback(mid: int) -> bytes:
    """Success, in its short form."""
    return b"\x40\x02" + mid.to_bytes(2, "big")


def _write_length(length: int) -> bytes:
    written = bytearray()
    while length >= 0x80:
        written.append(length & 0x7F | 0x80)
        length >>= 7
    written.append(length)
    return bytes(written)
