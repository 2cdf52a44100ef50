"""Moves every instant of a message by a span, for a car whose clock was wrong by that much. Pure."""

from __future__ import annotations

from typing import Final

from google.protobuf.message import Message

from telemetry_schema.content import read_message, write_message
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason
from telemetry_schema.topics import Up

_INSTANT: Final = "_at_ms"
_RECORDED: Final = ("base_recorded_at_ms", "recorded_at_ms")
_MESSAGES: Final[dict[Up, type[Message]]] = {
    Up.BATCHES: wire.Batch,
    Up.EVENTS: wire.Event,
    Up.COMMAND_RESULTS: wire.CommandResult,
}


def corrected(payload: bytes, content_type: str, kind: Up, offset_ms: int) -> bytes:
    """The message as protobuf, its instants `offset_ms` later. Raises Refusal.

    Zero is an instant where the message itself was recorded (a car without a clock begins in 1970); within, "not set".
    """
    message = read_message(payload, _MESSAGES[kind](), content_type)
    recorded = next(name for name in _RECORDED if name in message.DESCRIPTOR.fields_by_name)
    began = getattr(message, recorded) == 0
    try:
        _shift(message, offset_ms)
        if began:
            setattr(message, recorded, offset_ms)
    except ValueError as error:
        raise Refusal(RefusalReason.UNDECODABLE, "with this offset an instant is outside of any calendar") from error
    return write_message(message)


def _shift(message: Message, offset_ms: int) -> None:
    for field, value in message.ListFields():
        if field.message_type is not None:
            for inner in value if field.is_repeated else (value,):
                _shift(inner, offset_ms)
        elif field.name.endswith(_INSTANT):
            setattr(message, field.name, value + offset_ms)
