"""What is fed: every decoder of the wire, and what stands behind it. Each either takes a payload or raises Refusal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from google.protobuf.message import Message

from head_unit.settings import HeadUnitSettings
from head_unit.transport import Listener, Outgoing
from head_unit.unit import HeadUnit
from ingest.admission import admit
from ingest.received import Received
from streaming.contract import OutgoingRecord
from telemetry_schema.alike import AlikeReader
from telemetry_schema.batches import decode_batch, encode_batch
from telemetry_schema.columns import read_column
from telemetry_schema.content import JSON, PROTOBUF, read_message
from telemetry_schema.events import (
    decode_acknowledgements,
    decode_command_result,
    decode_event,
    encode_acknowledgements,
    encode_event,
    event_details,
)
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason
from telemetry_schema.topics import Down, StreamTopic, Up, up_topic
from tests.fuzzing.payloads import GOLDEN, Mill, golden
from tests.telemetry_schema.test_alike import check as check_alike
from tests.telemetry_schema.test_alike import make as make_batch

VIN: Final = "1M8GDM9AXKP042788"
EVENTS: Final = tuple(sorted(path.stem for path in GOLDEN.glob("event_*.bin")))
RECEIVED_AT: Final = datetime(2030, 1, 1, tzinfo=UTC)
FRAMES_OF_A_COLUMN: Final = 3
TOGETHER: Final = 500
OF_THE_JUDGEMENT: Final = frozenset(
    {RefusalReason.VIN_MISMATCH, RefusalReason.CLOCK_BEFORE_2000, RefusalReason.CLOCK_IN_FUTURE}
)
"""Reasons of the admission, for a message that its decoder has taken."""

Feed = Callable[[bytes, Mill], None]
"""Gives one payload to the decoder and uses what it makes of it. Raises Refusal, and never anything else."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """`make` is called once in each process that feeds it."""

    kind: type[Message]
    sound: Callable[[], Sequence[bytes]]
    content_type: str
    make: Callable[[], Feed]
    payloads_each: int = 1
    """How many payloads it makes of one."""

    def mill(self, seed: str) -> Mill:
        return Mill(seed, self.kind, self.sound(), self.content_type)


def _batch(content_type: str) -> Feed:
    def feed(payload: bytes, _mill: Mill) -> None:
        batch = decode_batch(payload, content_type)
        for column in batch.columns.values():
            column.spread(batch.frames)
        encode_batch(batch, content_type)

    return feed


def _event(content_type: str) -> Feed:
    def feed(payload: bytes, _mill: Mill) -> None:
        event = decode_event(payload, content_type)
        json.dumps(event_details(event), allow_nan=False)
        encode_event(event, content_type)

    return feed


def _command_result(content_type: str) -> Feed:
    def feed(payload: bytes, _mill: Mill) -> None:
        decode_command_result(payload, content_type)

    return feed


def _acknowledgement(content_type: str) -> Feed:
    def feed(payload: bytes, _mill: Mill) -> None:
        encode_acknowledgements(decode_acknowledgements(payload, content_type), content_type)

    return feed


def _column(content_type: str) -> Feed:
    """The reader of one signal's values, which the readers of whole batches reach with sound ones for the most part."""

    def feed(payload: bytes, _mill: Mill) -> None:
        for source in read_message(payload, wire.Batch(), content_type).columns:
            read_column(source, FRAMES_OF_A_COLUMN).spread(FRAMES_OF_A_COLUMN)

    return feed


def _batches_of_one_column(content_type: str) -> list[bytes]:
    """So that what is damaged is mostly the column, and sound ones beside it are not read again and again."""
    (whole,) = golden(("batch",), content_type)
    if content_type == JSON:
        tree = json.loads(whole)
        return [json.dumps(tree | {"columns": [column]}).encode() for column in tree["columns"]]
    batch = wire.Batch.FromString(whole)
    columns = list(batch.columns)
    del batch.columns[:]
    return [batch.SerializeToString() + wire.Batch(columns=[column]).SerializeToString() for column in columns]


def _batches(content_type: str) -> list[bytes]:
    return [*golden(("batch",), content_type), *_batches_of_one_column(content_type)]


def _plain_batches() -> list[bytes]:
    """As fleets of a few models send them."""
    shapes = [(frames, sparse, text) for frames in (1, 2, 10) for sparse in (False, True) for text in ("", "ON")]
    return [encode_batch(make_batch(number, *shape)) for shape in shapes for number in (1, 2)]


def _together() -> Feed:
    """The reader of many batches at once against the reader of one, on the last few payloads."""
    reader, waiting, seen = AlikeReader(), list[bytes](), Counter[str]()

    def feed(payload: bytes, mill: Mill) -> None:
        waiting.extend((payload, mill.changed_in_place()))
        if len(waiting) >= TOGETHER:
            seen["together"] += check_alike(reader, waiting)
            seen["all"] += len(waiting)
            assert seen["all"] < 20 * TOGETHER or seen["together"] > 0.1 * seen["all"], f"too few to mean much: {seen}"
            waiting.clear()
        decode_batch(payload)

    return feed


def _head_unit() -> Feed:
    """The car's side as a whole: whatever comes down, the unit goes on and can still record."""
    settings = HeadUnitSettings(VIN, Path(":memory:"), "unused", buffer_bytes=200_000, durable=False)
    transport = _Deaf()
    unit = HeadUnit(settings, transport, on_command=lambda command: command.WhichOneof("kind") == "read_codes")

    def feed(payload: bytes, mill: Mill) -> None:
        down = mill.chance.choice((Down.ACK, Down.COMMANDS, Down.CONFIG))
        transport.listener.heard(down, payload)
        assert unit.buffer.bytes <= settings.buffer_bytes
        if down is Down.CONFIG:
            return
        read_message(payload, wire.Command() if down is Down.COMMANDS else wire.Acknowledgement())

    return feed


def _admitted(kind: Up, use: Callable[[str], Feed]) -> Callable[[str], Feed]:
    """A decoder inside the bridge's whole judgement, which never raises: every message gets one record and one answer
    that can be sent. What the decoder has taken is used, also where the judgement sets it aside for its car or its
    clock. Some payloads come under the topic of another kind besides.
    """

    def make(content_type: str) -> Feed:
        used = use(content_type)

        def feed(payload: bytes, mill: Mill) -> None:
            correlation = mill.chance.choice((b"", b"x", UUID(int=1).bytes + (7).to_bytes(8, "big"), payload[:24]))
            if mill.chance.random() < 0.1:
                _judge(Received(up_topic(VIN, mill.chance.choice(tuple(Up))), payload, content_type, b"", RECEIVED_AT))
            reason = _judge(Received(up_topic(VIN, kind), payload, content_type, correlation, RECEIVED_AT))
            if reason and RefusalReason(reason) not in OF_THE_JUDGEMENT:
                raise Refusal(RefusalReason(reason), "")
            used(payload, mill)

        return feed

    return make


def _judge(received: Received) -> str:
    """Returns why it was not stored, empty where it was."""
    verdict = admit(received)
    check_record(verdict.record, received.payload)
    assert verdict.acknowledgement is not None
    encode_acknowledgements([verdict.acknowledgement], JSON if received.content_type == JSON else PROTOBUF)
    if verdict.acknowledgement.disposition == wire.DISPOSITION_STORED:
        return ""
    assert verdict.record.topic == StreamTopic.QUARANTINE
    assert verdict.record.value == received.payload
    return verdict.acknowledgement.reason


def check_record(record: OutgoingRecord, payload: bytes) -> None:
    """Any stream can keep it: its texts are Unicode without NUL, and it is not much larger than what came."""
    for text in (record.topic, record.key, *record.headers, *record.headers.values()):
        assert "\0" not in text
        text.encode()
    assert len(record.value) <= 4 * len(payload) + 1000


class _Deaf:
    """In the place of the way to the broker: a test's instrument, so that only what comes down matters."""

    listener: Listener
    is_connected = False
    maximum_payload_bytes = None

    def publish(self, outgoing: Outgoing) -> None: ...
    def tick(self, now: float) -> None: ...
    def socket(self) -> None: ...
    def wants_write(self) -> bool:
        return False

    def readable(self) -> None: ...
    def writable(self) -> None: ...
    def close(self) -> None: ...


def _both(
    name: str, kind: type[Message], sound: Callable[[str], Sequence[bytes]], make: Callable[[str], Feed]
) -> dict[str, Decoder]:
    def one(content_type: str) -> Decoder:
        return Decoder(kind, partial(sound, content_type), content_type, lambda: make(content_type))

    return {name: one(PROTOBUF), f"{name} in JSON": one(JSON)}


COMMANDS: Final = ("command", "command_interval")
DECODERS: Final[dict[str, Decoder]] = {
    **_both("batch", wire.Batch, _batches, _admitted(Up.BATCHES, _batch)),
    **_both("column", wire.Batch, _batches_of_one_column, _column),
    **_both("event", wire.Event, partial(golden, EVENTS), _admitted(Up.EVENTS, _event)),
    **_both("command result", wire.CommandResult, partial(golden, ("command_result",)), _command_result),
    **_both("acknowledgement", wire.Acknowledgement, partial(golden, ("acknowledgement",)), _acknowledgement),
    "batches read together": Decoder(wire.Batch, _plain_batches, PROTOBUF, _together, payloads_each=2),
    "head unit, acknowledgements": Decoder(
        wire.Acknowledgement, partial(golden, ("acknowledgement",), PROTOBUF), PROTOBUF, _head_unit
    ),
    "head unit, commands": Decoder(wire.Command, partial(golden, COMMANDS, PROTOBUF), PROTOBUF, _head_unit),
}
