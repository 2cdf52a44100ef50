"""Decides what becomes of one MQTT message: which record goes onto the stream, and what the car is told. Pure.

`refused` is for what will never be acceptable (a payload that claims another car); everything else that cannot be taken
is `quarantined`: its bytes are kept and can be driven again after a fix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from ingest.received import Received
from streaming.contract import OutgoingRecord
from telemetry_schema.alike import AlikeBatches, AlikeReader
from telemetry_schema.batches import decode_batch, encode_batch
from telemetry_schema.content import PROTOBUF, plain_content_type
from telemetry_schema.events import Acknowledgement, decode_command_result, decode_event, encode_event
from telemetry_schema.frames import FrameBatch
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason
from telemetry_schema.topics import MQTT_ROOT, StreamTopic, Up, parse_up_topic

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No telematics car recorded before; a clock that says so has lost its battery."""

MAXIMUM_AHEAD: Final = timedelta(minutes=5)
"""How far a car's clock may run ahead of ours."""

_BOOTS_KEPT: Final = 100_000
_BATCHES_END: Final = f"/up/{Up.BATCHES}"
_EARLIEST_MS: Final = int(EARLIEST.timestamp() * 1000)
_REFUSED: Final = frozenset({RefusalReason.VIN_MISMATCH})
_STREAM_TOPICS: Final = {
    Up.BATCHES: StreamTopic.BATCHES,
    Up.EVENTS: StreamTopic.EVENTS,
    Up.COMMAND_RESULTS: StreamTopic.COMMAND_RESULTS,
}


class Verdict(NamedTuple):
    """What is appended to the stream, and what is said to the car once that is durable (None: nobody to tell)."""

    vin: str | None
    record: OutgoingRecord
    acknowledgement: Acknowledgement | None
    values: int = 0  # frames times columns: what it takes to store them, sparse columns included

    @property
    def is_set_aside(self) -> bool:
        return self.record.topic == StreamTopic.QUARANTINE


@dataclass(frozen=True, slots=True)
class _Message:
    """The part of a decoded message that admission looks at."""

    vin: str
    boot_id: UUID
    sequence: int
    frames: int
    first_ms: int
    last_ms: int
    protobuf: Callable[[], bytes]
    values: int = 1


class Admission:
    """Judges many messages at a time and remembers how batches are laid out, which makes it quick."""

    def __init__(self) -> None:
        self._reader = AlikeReader()
        self._boots = _Boots()

    def judge(self, received: Sequence[Received]) -> list[Verdict]:
        """The verdict on each message, in order. Never raises for anything that a car can send."""
        verdicts: list[Verdict | None] = [None] * len(received)
        batches = [place for place, one in enumerate(received) if _is_protobuf_batch(one)]
        groups, _ = self._reader.read([received[place].payload for place in batches])
        headers = _Headers()
        for group in groups:
            places = [batches[number] for number in group.places.tolist()]
            for place, verdict in zip(
                places, _judge_alike(group, [received[at] for at in places], headers, self._boots), strict=True
            ):
                verdicts[place] = verdict
        return [verdict or admit(one) for verdict, one in zip(verdicts, received, strict=True)]


class _Headers(dict[datetime, Mapping[str, str]]):
    """What stands beside a batch on the stream, once for all that arrived at the same instant."""

    def __missing__(self, received_at: datetime) -> Mapping[str, str]:
        made = self[received_at] = {"content-type": PROTOBUF, "received-at": received_at.isoformat()}
        return made


class _Boots(dict[bytes, UUID]):
    """The ids of the boots that have been met; a UUID costs more to make than to find."""

    def __missing__(self, boot_id: bytes) -> UUID:
        if len(self) >= _BOOTS_KEPT:
            self.clear()
        made = self[boot_id] = UUID(bytes=boot_id)
        return made


def _is_protobuf_batch(received: Received) -> bool:
    return received.content_type == PROTOBUF and received.topic.endswith(_BATCHES_END)


def _judge_alike(
    group: AlikeBatches, received: Sequence[Received], headers: _Headers, known_boots: _Boots
) -> Iterator[Verdict | None]:
    """None for what does not pass, so that it is judged alone and its refusal says why."""
    first_ms, last_ms = group.recorded_at_ms.min(axis=1), group.recorded_at_ms.max(axis=1)
    latest_ms = int((max(one.received_at for one in received) + MAXIMUM_AHEAD).timestamp() * 1000)
    timely = (first_ms >= _EARLIEST_MS) & (last_ms <= latest_ms)
    values = group.shape[1] * len(group.columns)
    boots = group.boot_ids.tobytes()
    told = zip(received, group.vins, group.sequences.tolist(), timely.tolist(), strict=True)
    for number, (one, vin, sequence, is_timely) in enumerate(told):
        if not is_timely or one.topic != f"{MQTT_ROOT}/{vin}{_BATCHES_END}":
            yield None
            continue
        record = OutgoingRecord(StreamTopic.BATCHES, vin, one.payload, headers[one.received_at])
        boot_id = known_boots[boots[16 * number : 16 * number + 16]]
        yield Verdict(vin, record, Acknowledgement(boot_id, sequence, wire.DISPOSITION_STORED), values)


def admit(received: Received) -> Verdict:
    """The verdict on one message. Never raises for anything that a car can send."""
    topic = parse_up_topic(received.topic)
    if topic is None:
        refusal = Refusal(RefusalReason.UNKNOWN_TOPIC, f"no such topic: {received.topic[:100]}")
        return _set_aside(received, None, refusal, None)
    message = None
    try:
        message = _READERS[topic.kind](received.payload, received.content_type)
        _check(message, topic.vin, received.received_at)
    except Refusal as refusal:
        return _set_aside(received, topic.vin, refusal, message)
    spoke_protobuf = plain_content_type(received.content_type) == PROTOBUF
    payload = received.payload if spoke_protobuf else message.protobuf()
    headers = _Headers()[received.received_at]
    return Verdict(
        topic.vin,
        OutgoingRecord(_STREAM_TOPICS[topic.kind], topic.vin, payload, headers),
        Acknowledgement(message.boot_id, message.sequence, wire.DISPOSITION_STORED),
        message.values,
    )


def defer(received: Received, wait_seconds: float) -> Acknowledgement:
    """What a car over its budget is told: keep the message, pause, send it again. The payload is not read."""
    boot_id, sequence = _read_correlation(received.correlation)
    detail = "this car sends more than its budget; keep the message, pause for retry_after_ms, send it again"
    pause_ms = round(wait_seconds * 1000)
    return Acknowledgement(boot_id, sequence, wire.DISPOSITION_DEFERRED, RefusalReason.OVER_BUDGET, detail, pause_ms)


def _check(message: _Message, vin: str, received_at: datetime) -> None:
    if message.vin != vin:
        raise Refusal(RefusalReason.VIN_MISMATCH, "the payload's vin is not the one this car is connected as")
    if message.first_ms < _EARLIEST_MS:
        raise Refusal(RefusalReason.CLOCK_BEFORE_2000, "recorded_at lies before 2000; set the clock, then send again")
    if message.last_ms > (received_at + MAXIMUM_AHEAD).timestamp() * 1000:
        raise Refusal(
            RefusalReason.CLOCK_IN_FUTURE, "recorded_at is more than 5 minutes ahead; set the clock, then send again"
        )


def _set_aside(received: Received, vin: str | None, refusal: Refusal, message: _Message | None) -> Verdict:
    boot_id, sequence = (message.boot_id, message.sequence) if message else _read_correlation(received.correlation)
    refused = refusal.reason in _REFUSED
    detail = _storable(refusal.detail)
    headers = {
        "topic": _storable(received.topic[:500]),
        "content-type": _storable(received.content_type[:200]),
        "received-at": received.received_at.isoformat(),
        "reason": str(refusal.reason),
        "detail": detail,
        "disposition": "refused" if refused else "quarantined",
        "frames": str(message.frames if message else 1),
    }
    if vin:
        headers["vin"] = vin
    if boot_id:
        headers |= {"boot-id": str(boot_id), "sequence": str(sequence)}
    disposition = wire.DISPOSITION_REFUSED if refused else wire.DISPOSITION_QUARANTINED
    answer = Acknowledgement(boot_id, sequence, disposition, str(refusal.reason), detail) if vin else None
    return Verdict(vin, OutgoingRecord(StreamTopic.QUARANTINE, vin or "", received.payload, headers), answer)


def _storable(text: str) -> str:
    """Without what neither the stream nor an acknowledgement can hold: NUL, and half characters that JSON may name."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _read_correlation(correlation: bytes) -> tuple[UUID | None, int]:
    """boot_id (16 bytes) and sequence (8 bytes, big-endian) that our head units send beside every message."""
    if len(correlation) != 24:
        return None, 0
    sequence = int.from_bytes(correlation[16:], "big")
    return (UUID(bytes=correlation[:16]), sequence) if 0 < sequence < 2**63 else (None, 0)


def _read_batch(payload: bytes, content_type: str) -> _Message:
    batch: FrameBatch = decode_batch(payload, content_type)
    identity = batch.identity
    return _Message(
        identity.vin,
        identity.boot_id,
        identity.sequence,
        batch.frames,
        int(batch.recorded_at_ms.min()),
        int(batch.recorded_at_ms.max()),
        lambda: encode_batch(batch),
        batch.frames * len(batch.columns),
    )


def _read_event(payload: bytes, content_type: str) -> _Message:
    return _of_one_instant(decode_event(payload, content_type))


def _read_command_result(payload: bytes, content_type: str) -> _Message:
    return _of_one_instant(decode_command_result(payload, content_type))


def _of_one_instant(message: wire.Event | wire.CommandResult) -> _Message:
    instant = message.recorded_at_ms
    return _Message(
        message.vin,
        UUID(bytes=message.boot_id),
        message.sequence,
        1,
        instant,
        instant,
        lambda: _protobuf(message),
    )


def _protobuf(message: Any) -> bytes:
    return encode_event(message) if isinstance(message, wire.Event) else message.SerializeToString(deterministic=True)


_READERS: Final[dict[Up, Callable[[bytes, str], _Message]]] = {
    Up.BATCHES: _read_batch,
    Up.EVENTS: _read_event,
    Up.COMMAND_RESULTS: _read_command_result,
}
