"""Events, command results and acknowledgements to bytes and back.

Events are few and differ in shape, so they stay protobuf messages (`wire.Event`); only batches become numpy columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any, Final, NamedTuple
from uuid import UUID

from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from telemetry_schema.batches import read_identity
from telemetry_schema.code_reports import check_code_report
from telemetry_schema.content import JSON, PROTOBUF, plain_content_type, read_message, refuse_nul, write_message
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason

EVENT_KINDS: Final = tuple(field.name for field in wire.Event.DESCRIPTOR.oneofs_by_name["kind"].fields)


def event_kind(event: wire.Event) -> str:
    """The name of the kind that is set, for example `engine_start`; `unknown` where a newer car sent another."""
    return event.WhichOneof("kind") or "unknown"


def event_details(event: wire.Event) -> dict[str, Any]:
    """The kind's own fields as plain values, names as on the wire, 64-bit integers as int."""
    kind = event.WhichOneof("kind")
    if kind is None:
        return {}
    return _plain(getattr(event, kind))


def encode_event(event: wire.Event, content_type: str = PROTOBUF) -> bytes:
    return write_message(event, content_type)


def decode_event(payload: bytes, content_type: str = PROTOBUF) -> wire.Event:
    """The event that `payload` holds; raises Refusal.

    The kind of a newer car survives in protobuf, whose unknown fields are kept. In JSON it would be lost, so it is
    refused instead: its bytes go to the quarantine and can be driven again once the kind is known.
    """
    event = read_message(payload, wire.Event(), content_type)
    read_identity(event)
    if event.WhichOneof("kind") is None and not len(UnknownFieldSet(event)):
        raise Refusal(RefusalReason.EMPTY, f"the event has no kind that is known here; send one of {EVENT_KINDS}")
    _check_fields(event)
    check_code_report(event.dtc_report)
    return event


def decode_command_result(payload: bytes, content_type: str = PROTOBUF) -> wire.CommandResult:
    result = read_message(payload, wire.CommandResult(), content_type)
    read_identity(result)
    _check_fields(result)
    return result


def _check_fields(message: Message) -> None:
    """What no JSON column can hold is refused: NUL in a text, a number that is not finite, at any depth."""
    for field, value in message.ListFields():
        for item in value if field.is_repeated else (value,):
            if isinstance(item, Message):
                _check_fields(item)
            elif isinstance(item, str):
                refuse_nul((item,), field.name)
            elif isinstance(item, float) and not isfinite(item):
                raise Refusal(RefusalReason.VALUE_OUT_OF_RANGE, f"{field.name} is {item}; leave it out where unknown")


class Acknowledgement(NamedTuple):
    """What became of one message. `boot_id` is None where the message could not be read that far."""

    boot_id: UUID | None
    sequence: int
    disposition: wire.Disposition.ValueType
    reason: str = ""
    detail: str = ""
    retry_after_ms: int = 0  # of a deferred message


def encode_acknowledgements(entries: Iterable[Acknowledgement], content_type: str = PROTOBUF) -> bytes:
    """One message for all entries. In JSON the boot id stands as text too, for those who read it by eye."""
    as_text = plain_content_type(content_type) == JSON
    message = wire.Acknowledgement()
    for entry in entries:
        told = message.entries.add(sequence=entry.sequence, disposition=entry.disposition)
        if entry.boot_id:
            told.boot_id = entry.boot_id.bytes
        if entry.boot_id and as_text:
            told.boot_id_text = str(entry.boot_id)
        if entry.reason or entry.detail:
            told.reason, told.detail = entry.reason, entry.detail
        if entry.retry_after_ms:
            told.retry_after_ms = entry.retry_after_ms
    return write_message(message, content_type)


def decode_acknowledgements(payload: bytes, content_type: str = PROTOBUF) -> tuple[Acknowledgement, ...]:
    message = read_message(payload, wire.Acknowledgement(), content_type)
    return tuple(
        Acknowledgement(
            UUID(bytes=entry.boot_id) if len(entry.boot_id) == 16 else None,
            entry.sequence,
            entry.disposition,
            entry.reason,
            entry.detail,
            entry.retry_after_ms,
        )
        for entry in message.entries
    )


def _plain(message: Any) -> dict[str, Any]:
    """Like MessageToDict with the names of the wire, but 64-bit integers stay integers instead of becoming text."""
    plain: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is not None:
            plain[field.name] = [_plain(item) for item in value] if field.is_repeated else _plain(value)
        else:
            plain[field.name] = list(value) if field.is_repeated else value
    for field in message.DESCRIPTOR.fields:  # plain fields at their default carry meaning: succeeded = false
        if field.name not in plain and not field.has_presence and not field.is_repeated:
            plain[field.name] = field.default_value
    return plain
