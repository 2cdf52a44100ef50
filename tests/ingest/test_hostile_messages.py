"""No message that a car can send stops those behind it: not in the bridge, not on the stream, not in the writer."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from google.protobuf.message import Message

from database.connection import Pool
from ingest.admission import admit
from ingest.received import Received
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signals
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import encode_acknowledgements
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Up, up_topic
from tests.ingest.conftest import BOOT, T0, T0_MS, VIN, enrol, make_batch

LONE_SURROGATE = "\ud800"
IDENTITY: dict[str, Any] = {"vin": VIN, "boot_id": BOOT.bytes, "boot_number": 2**32 - 1, "sequence": 1}


def received(payload: bytes, kind: Up, content_type: str = PROTOBUF) -> Received:
    return Received(up_topic(VIN, kind), payload, content_type, BOOT.bytes + (1).to_bytes(8, "big"), T0)


async def carry(pool: Pool, messages: list[Received]) -> None:
    """The way from the bridge into the tables; raises where one message would stop it."""
    async with pool.connection() as connection:
        await enrol(connection)
    stream = PostgresStream(pool)
    verdicts = [admit(message) for message in messages]
    await stream.produce([verdict.record for verdict in verdicts])
    encode_acknowledgements([verdict.acknowledgement for verdict in verdicts if verdict.acknowledgement], JSON)
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(TelemetryWriter(stream).handle):
        pass


async def count(pool: Pool, table: str) -> int:
    async with pool.connection() as connection:
        row = await (await connection.execute(f"select count(*) from telemetry.{table}".encode())).fetchone()
    assert row is not None
    return int(row["count"])


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Up.BATCHES, "columns", [{"signal": 1, "numbers": {"value": [LONE_SURROGATE]}}]),
        (Up.BATCHES, "vin", LONE_SURROGATE),
        (Up.BATCHES, "clockQuality", LONE_SURROGATE),
        (Up.BATCHES, LONE_SURROGATE, 1),
        (Up.EVENTS, "engineStart", {"crankMinimumVoltageV": LONE_SURROGATE}),
        (Up.EVENTS, "dtcReport", {"ecu": LONE_SURROGATE}),
        (Up.COMMAND_RESULTS, "status", LONE_SURROGATE),
    ],
)
async def test_half_a_character_in_json_is_quarantined(pool: Pool, kind: Up, field: str, value: object) -> None:
    document: dict[str, object] = {"vin": VIN, "bootIdText": str(BOOT), "bootNumber": 1, "sequence": 5, field: value}
    await carry(pool, [received(json.dumps(document).encode(), kind, JSON)])
    assert await count(pool, "quarantine") == 1


async def test_a_status_that_is_not_known_yet_is_kept(pool: Pool) -> None:
    result = wire.CommandResult(**IDENTITY, recorded_at_ms=T0_MS, command_id="one")
    result.status = 77  # type: ignore[assignment]
    await carry(pool, [received(result.SerializeToString(), Up.COMMAND_RESULTS)])
    assert await count(pool, "command_results") == 1


def extremes(message: Message) -> Message:
    """Every field of a message, and of those inside it, at the far end of its type."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None:
            inner = getattr(message, field.name)
            if field.is_repeated:
                extremes(inner.add())
            elif field.containing_oneof is None or message.WhichOneof(field.containing_oneof.name) is None:
                extremes(inner)
                inner.SetInParent()
            continue
        value = _extreme(field)
        if field.is_repeated:
            getattr(message, field.name).append(value)
        elif field.containing_oneof is None or field.has_presence:
            setattr(message, field.name, value)
    return message


def _extreme(field: Any) -> Any:
    by_type: dict[int, Any] = {
        field.TYPE_SINT64: -(2**63), field.TYPE_UINT64: 2**64 - 1, field.TYPE_UINT32: 2**32 - 1,
        field.TYPE_SINT32: -(2**31),
        field.TYPE_FLOAT: 3.4e38, field.TYPE_DOUBLE: -1.7e308, field.TYPE_BOOL: True, field.TYPE_ENUM: 2**31 - 1,
        field.TYPE_STRING: "\U0001f697" * 500, field.TYPE_BYTES: b"\xff" * 16,
    }  # fmt: skip
    return by_type[field.type]


KINDS = [field.name for field in wire.Event.DESCRIPTOR.oneofs_by_name["kind"].fields]


@pytest.mark.parametrize("kind", KINDS)
async def test_an_event_whose_every_field_is_at_its_limit_is_kept(pool: Pool, kind: str) -> None:
    event = wire.Event(**{**IDENTITY, "sequence": 2**63 - 1}, recorded_at_ms=T0_MS, odometer_km=1.7e308)
    extremes(getattr(event, kind))
    event.clock_quality = 99  # type: ignore[assignment]
    await carry(pool, [received(event.SerializeToString(), Up.EVENTS)])
    tables = ("events", "dtc_reports", "quarantine")
    assert sum([await count(pool, table) for table in tables]) == 1


async def test_one_long_text_among_ten_thousand_frames_takes_no_more_room_than_it_has(pool: Pool) -> None:
    """One message within the broker's limit; padded to its longest text in one piece it took 6 GB of memory."""
    batch = make_batch(1, range(10_000), {"vehicle_speed_kmh": [1.0] * 10_000})
    ignition = SignalColumn(np.array(["x" * 150_000], dtype=object), np.array([5000]))
    batch.columns[16] = ignition  # type: ignore[index]
    assert len(encode_batch(batch)) < 262_144
    await carry(pool, [received(encode_batch(batch), Up.BATCHES)])
    assert await count(pool, "samples") == 10_000


def at_the_limit(low: bool) -> wire.Batch:
    """Every signal of the catalogue, and one unknown signal per wire type, at one end of its type."""
    batch = wire.Batch(**{**IDENTITY, "sequence": 2**63 - 1}, base_recorded_at_ms=T0_MS, recorded_at_offset_ms=[0])
    batch.clock_quality = 99  # type: ignore[assignment]
    batch.catalogue_version = 2**32 - 1
    extremes(batch.drops.add())
    unknown = {f"{60_000 + number}": name for number, name in enumerate(("float32", "float64", "int32", "int64"))}
    known = {str(signal.id): signal.storage.wire for signal in signals()}
    for signal_id, name in (known | unknown).items():
        column = batch.columns.add(signal=int(signal_id))
        if name == "texts":
            column.texts.value.append("" if low else "\U0001f697\u202e" * 300)
        else:
            setattr(column, name, (FLOOR if low else CEILING)[name])
    return batch


FLOOR = {
    "float32": np.float32("-inf").tobytes(), "float64": np.float64("nan").tobytes(),
    "int32": np.int32(-(2**31)).tobytes(), "int64": np.int64(-(2**63)).tobytes(), "booleans": b"\0",
}  # fmt: skip
CEILING = {
    "float32": np.float32(3.4e38).tobytes(), "float64": np.float64(1.7e308).tobytes(),
    "int32": np.int32(2**31 - 1).tobytes(), "int64": np.int64(2**63 - 1).tobytes(), "booleans": b"\1",
}  # fmt: skip


@pytest.mark.parametrize("low", [True, False])
async def test_a_frame_whose_every_signal_is_at_its_limit_is_stored(pool: Pool, low: bool) -> None:
    await carry(pool, [received(at_the_limit(low).SerializeToString(), Up.BATCHES)])
    assert await count(pool, "samples") == 1
    assert await count(pool, "drops") == 1


@pytest.mark.parametrize("instant_ms", [946_684_800_000, T0_MS + 300_000])
async def test_the_first_and_the_last_instant_that_are_admitted_are_stored(pool: Pool, instant_ms: int) -> None:
    await carry(pool, [received(encode_batch(make_batch(1, [instant_ms - T0_MS])), Up.BATCHES)])
    assert await count(pool, "samples") == 1
