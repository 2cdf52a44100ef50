"""What a message says of itself, as far as it can be read: for those who look at what was set aside. Pure.

Names of signals are given and no values: a value may say where somebody was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from google.protobuf.message import DecodeError, Message

from telemetry_schema.batches import decode_batch
from telemetry_schema.catalogue import signals_by_id
from telemetry_schema.events import decode_command_result, decode_event, event_kind
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal
from telemetry_schema.topics import Up

Description = dict[str, Any]

_FIRST_BYTES: Final = 32
_YEARS_MS: Final = 253_402_300_799_000  # 9999-12-31


def describe(payload: bytes, content_type: str, kind: Up | None) -> Description:
    """Never raises. `readable` says whether today's decoder takes it; where not, `error` says why not."""
    if kind is None:
        return {"readable": False, "error": "no topic of ours says what it is", "first_bytes": _hex(payload)}
    try:
        return {"readable": True, **_DESCRIBED[kind](payload, content_type)}
    except Refusal as refusal:
        return {"readable": False, "error": str(refusal), "first_bytes": _hex(payload), **_identity_of(payload, kind)}


def _batch(payload: bytes, content_type: str) -> Description:
    batch = decode_batch(payload, content_type)
    known = signals_by_id()
    return {
        "vin": batch.identity.vin,
        "boot_id": str(batch.identity.boot_id),
        "boot_number": batch.identity.boot_number,
        "sequence": batch.identity.sequence,
        "frames": batch.frames,
        "recorded_from": _instant(int(batch.recorded_at_ms.min())),
        "recorded_to": _instant(int(batch.recorded_at_ms.max())),
        "clock_quality": batch.clock_quality.name.lower(),
        "signals": [known[one].name if one in known else str(one) for one in sorted(batch.columns)],
    }


def _event(payload: bytes, content_type: str) -> Description:
    event = decode_event(payload, content_type)
    return {**_identity(event), "kind": event_kind(event), "recorded_from": _instant(event.recorded_at_ms)}


def _command_result(payload: bytes, content_type: str) -> Description:
    result = decode_command_result(payload, content_type)
    return {**_identity(result), "command_id": result.command_id, "recorded_from": _instant(result.recorded_at_ms)}


def _identity(message: wire.Batch | wire.Event | wire.CommandResult) -> Description:
    return {
        "vin": message.vin,
        "boot_id": message.boot_id.hex(),
        "boot_number": message.boot_number,
        "sequence": message.sequence,
    }


def _identity_of(payload: bytes, kind: Up) -> Description:
    """What protobuf can read of a message that the decoder refuses."""
    message = _MESSAGES[kind]()
    try:
        message.ParseFromString(payload)
    except DecodeError:
        return {}
    return {name: value for name, value in _identity(message).items() if value}  # type: ignore[arg-type]  # one of the three


def _instant(unix_ms: int) -> str:
    if not -_YEARS_MS // 5 < unix_ms < _YEARS_MS:
        return f"{unix_ms} ms, outside of any calendar"
    return datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="milliseconds")


def _hex(payload: bytes) -> str:
    return payload[:_FIRST_BYTES].hex(" ")


_DESCRIBED: Final[Mapping[Up, Callable[[bytes, str], Description]]] = {
    Up.BATCHES: _batch,
    Up.EVENTS: _event,
    Up.COMMAND_RESULTS: _command_result,
}
_MESSAGES: Final[Mapping[Up, type[Message]]] = {
    Up.BATCHES: wire.Batch,
    Up.EVENTS: wire.Event,
    Up.COMMAND_RESULTS: wire.CommandResult,
}
