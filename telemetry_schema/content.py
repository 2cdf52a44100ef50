"""The two content types of every message: protobuf, and protobuf-JSON for people and simple devices."""

from __future__ import annotations

from typing import Final, TypeVar

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from telemetry_schema.refusals import Refusal, RefusalReason

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
CONTENT_TYPES: Final = (PROTOBUF, JSON)

_M = TypeVar("_M", bound=Message)


def write_message(message: Message, content_type: str = PROTOBUF) -> bytes:
    if content_type == JSON:
        return json_format.MessageToJson(message, indent=None).encode()
    return message.SerializeToString(deterministic=True)


def read_message(payload: bytes, into: _M, content_type: str = PROTOBUF) -> _M:
    """`into`, filled from `payload`. Raises Refusal(undecodable) or Refusal(unknown_content_type).

    Unknown protobuf fields are kept; unknown JSON members are ignored, so that a newer sender is understood.
    """
    try:
        if content_type == PROTOBUF:
            into.ParseFromString(payload)
        elif content_type == JSON:
            json_format.Parse(payload, into, ignore_unknown_fields=True, max_recursion_depth=20)
        else:
            raise Refusal(
                RefusalReason.UNKNOWN_CONTENT_TYPE, f"content type {content_type!r}; send one of {CONTENT_TYPES}"
            )
    except (DecodeError, json_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(RefusalReason.UNDECODABLE, f"not a {into.DESCRIPTOR.name} message: {error}"[:300]) from error
    return into
