"""The two content types of every message: protobuf, and protobuf-JSON for people and simple devices."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from telemetry_schema.refusals import Refusal, RefusalReason

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
CONTENT_TYPES: Final = (PROTOBUF, JSON)
_MAXIMUM_DEPTH: Final = 20

_M = TypeVar("_M", bound=Message)


def plain_content_type(content_type: str) -> str:
    """One of CONTENT_TYPES: without parameters such as `; charset=utf-8`, in lower case. Raises Refusal for others."""
    if content_type == PROTOBUF:
        return PROTOBUF
    plain = content_type.split(";", 1)[0].strip().lower()
    if plain not in CONTENT_TYPES:
        raise Refusal(
            RefusalReason.UNKNOWN_CONTENT_TYPE,
            f"content type {content_type[:80]!r}; send {PROTOBUF} or {JSON} as MQTT 5 content-type",
        )
    return plain


def write_message(message: Message, content_type: str = PROTOBUF) -> bytes:
    """The message as bytes, the same bytes for the same message. Raises Refusal(unknown_content_type)."""
    if plain_content_type(content_type) == JSON:
        return json_format.MessageToJson(message, indent=None, ensure_ascii=False).encode()
    return message.SerializeToString(deterministic=True)


def read_message(payload: bytes, into: _M, content_type: str = PROTOBUF) -> _M:
    """`into`, filled from `payload`. Raises Refusal(undecodable) or Refusal(unknown_content_type).

    Unknown protobuf fields are kept; unknown JSON members are ignored, so that a newer sender is understood.
    """
    plain = plain_content_type(content_type)
    try:
        if plain == PROTOBUF:
            into.ParseFromString(payload)
        elif not payload.lstrip().startswith(b"{"):
            raise json_format.ParseError("JSON must be one object in braces")  # lists and texts would read as empty
        else:
            json_format.Parse(payload, into, ignore_unknown_fields=True, max_recursion_depth=_MAXIMUM_DEPTH)
    except (DecodeError, json_format.ParseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        # The JSON reader lets more than its own error through when members have a shape that it does not expect.
        raise Refusal(RefusalReason.UNDECODABLE, f"not a {into.DESCRIPTOR.name} message: {error}"[:300]) from error
    return into


def refuse_nul(texts: Any, where: str) -> None:
    """Refusal(undecodable) where a text holds a NUL, which no database text can."""
    if any("\0" in text for text in texts):
        raise Refusal(RefusalReason.UNDECODABLE, f"{where} holds the character NUL; send text without it")
