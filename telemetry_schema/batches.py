"""Batches to bytes and back: protobuf for cars, protobuf-JSON for people and simple devices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from telemetry_schema.columns import read_column, write_column
from telemetry_schema.content import JSON, PROTOBUF, plain_content_type, read_message, refuse_nul, write_message
from telemetry_schema.frames import ClockQuality, DropReport, FrameBatch, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason

MAXIMUM_FRAMES: Final = 10_000
MAXIMUM_COLUMNS: Final = 1_000  # sparse columns are small on the wire and grow when they are spread over the frames


def encode_batch(batch: FrameBatch, content_type: str = PROTOBUF) -> bytes:
    """The batch as bytes, the same bytes for the same batch.

    Columns of catalogue signals travel in their storage type, unknown ones in the type of their array.
    In JSON, values stand as readable numbers. Raises ValueError where a column does not fit its frames or its signal.
    """
    readable = plain_content_type(content_type) == JSON
    message = wire.Batch(
        vin=batch.identity.vin,
        boot_id=batch.identity.boot_id.bytes,
        boot_number=batch.identity.boot_number,
        sequence=batch.identity.sequence,
        clock_quality=wire.ClockQuality.ValueType(batch.clock_quality.value),
        base_recorded_at_ms=int(batch.recorded_at_ms[0]) if batch.frames else 0,
        catalogue_version=batch.catalogue_version,
    )
    if batch.frames:
        message.recorded_at_offset_ms.extend((batch.recorded_at_ms - batch.recorded_at_ms[0]).tolist())
    for signal_id, column in sorted(batch.columns.items()):
        written = write_column(signal_id, column, batch.frames, readable=readable)
        if written is not None:
            message.columns.append(written)
    for drop in batch.drops:
        message.drops.append(write_drop(drop))
    return write_message(message, content_type)


def decode_batch(payload: bytes, content_type: str = PROTOBUF) -> FrameBatch:
    """The batch that `payload` holds. Raises Refusal where it is not one, naming what is wrong."""
    message = read_message(payload, wire.Batch(), content_type)
    identity = read_identity(message)
    frames = len(message.recorded_at_offset_ms)
    if frames == 0:
        raise Refusal(RefusalReason.EMPTY, "the batch has no frames; send recorded_at_offset_ms with one entry each")
    if frames > MAXIMUM_FRAMES:
        raise Refusal(RefusalReason.TOO_MANY_FRAMES, f"{frames} frames; send at most {MAXIMUM_FRAMES} in one batch")
    return FrameBatch(
        identity=identity,
        recorded_at_ms=_read_instants(message),
        columns=_read_columns(message, frames),
        clock_quality=read_clock_quality(message.clock_quality),
        catalogue_version=message.catalogue_version,
        drops=tuple(_read_drops(message)),
    )


def read_identity(message: wire.Batch | wire.Event | wire.CommandResult) -> Identity:
    """The identity fields that every upward message carries; Refusal(missing_identity) where one is missing.

    A boot id that came as text is moved to `boot_id`, so that readers behind this one find it in one place.
    """
    refuse_nul((message.vin,), "vin")
    if message.boot_id_text:
        _take_boot_id_text(message)
    if len(message.boot_id) != 16 or message.boot_number == 0 or message.sequence == 0:
        raise Refusal(
            RefusalReason.MISSING_IDENTITY,
            "boot_id must be a UUID of 16 bytes (or boot_id_text its text), boot_number and sequence count from 1",
        )
    if message.sequence > 2**63 - 1:
        raise Refusal(RefusalReason.MISSING_IDENTITY, "sequence must be below 2^63")
    return Identity(message.vin, UUID(bytes=message.boot_id), message.boot_number, message.sequence)


def _take_boot_id_text(message: wire.Batch | wire.Event | wire.CommandResult) -> None:
    try:
        boot_id = UUID(message.boot_id_text)
    except ValueError as error:
        raise Refusal(RefusalReason.MISSING_IDENTITY, "boot_id_text must be a UUID such as uuidgen prints") from error
    if message.boot_id and message.boot_id != boot_id.bytes:
        raise Refusal(RefusalReason.MISSING_IDENTITY, "boot_id and boot_id_text differ; send one of them")
    message.boot_id = boot_id.bytes
    message.ClearField("boot_id_text")


def read_clock_quality(value: int) -> ClockQuality:
    """Qualities that a later catalogue adds read as unknown."""
    return ClockQuality(value) if value in set(ClockQuality) else ClockQuality.UNKNOWN


def write_drop(drop: DropReport) -> wire.Drops:
    return wire.Drops(
        reason=drop.reason,
        priority=drop.priority,
        frames=drop.frames,
        from_recorded_at_ms=drop.from_recorded_at_ms,
        to_recorded_at_ms=drop.to_recorded_at_ms,
    )


def read_drop(drop: wire.Drops) -> DropReport:
    return DropReport(drop.reason, drop.priority, drop.frames, drop.from_recorded_at_ms, drop.to_recorded_at_ms)


def _read_drops(message: wire.Batch) -> Iterator[DropReport]:
    for drop in message.drops:
        refuse_nul((drop.reason, drop.priority), "drops")
        yield read_drop(drop)


def _read_instants(message: wire.Batch) -> npt.NDArray[np.int64]:
    offsets = np.array(message.recorded_at_offset_ms, dtype=np.int64)
    limit = 2**62
    if abs(message.base_recorded_at_ms) > limit or ((offsets > limit) | (offsets < -limit)).any():
        raise Refusal(RefusalReason.UNDECODABLE, "recorded_at is far outside of any calendar")
    return offsets + message.base_recorded_at_ms


def _read_columns(message: wire.Batch, frames: int) -> dict[int, SignalColumn]:
    if len(message.columns) > MAXIMUM_COLUMNS:
        raise Refusal(RefusalReason.COLUMN_SHAPE, f"{len(message.columns)} columns; send at most {MAXIMUM_COLUMNS}")
    columns: dict[int, SignalColumn] = {}
    for source in message.columns:
        if source.signal in columns:
            raise Refusal(RefusalReason.COLUMN_SHAPE, f"signal {source.signal} has two columns; send one")
        columns[source.signal] = read_column(source, frames)
    return columns
