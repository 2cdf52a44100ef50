"""Batches to bytes and back: protobuf for cars, protobuf-JSON for people and simple devices."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from telemetry_schema.catalogue import Storage, signals_by_id
from telemetry_schema.content import PROTOBUF, read_message, write_message
from telemetry_schema.frames import ClockQuality, DropReport, FrameBatch, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason

MAXIMUM_FRAMES: Final = 10_000
_PACKED: Final = {"float32": "<f4", "float64": "<f8", "int32": "<i4", "int64": "<i8", "booleans": "?"}
_WIRE_OF_DTYPE: Final = {np.dtype(code): name for name, code in _PACKED.items()}


def encode_batch(batch: FrameBatch, content_type: str = PROTOBUF) -> bytes:
    """The batch as bytes, the same bytes for the same batch.

    Columns of catalogue signals travel in their storage type, unknown ones in the type of their array.
    In JSON, values stand as readable numbers.
    """
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
        _write_column(message.columns.add(), signal_id, column, readable=content_type != PROTOBUF)
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
        drops=tuple(read_drop(drop) for drop in message.drops),
    )


def read_identity(message: wire.Batch | wire.Event | wire.CommandResult) -> Identity:
    """The identity fields that every upward message carries; Refusal(missing_identity) where one is missing."""
    if len(message.boot_id) != 16 or message.boot_number == 0 or message.sequence == 0:
        raise Refusal(
            RefusalReason.MISSING_IDENTITY,
            "boot_id must be a UUID of 16 bytes, boot_number and sequence count from 1",
        )
    if message.sequence > 2**63 - 1:
        raise Refusal(RefusalReason.MISSING_IDENTITY, "sequence must be below 2^63")
    return Identity(message.vin, UUID(bytes=message.boot_id), message.boot_number, message.sequence)


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


def _write_column(target: wire.Column, signal_id: int, column: SignalColumn, *, readable: bool) -> None:
    target.signal = signal_id
    if column.at is not None:
        target.at.extend(column.at.tolist())
    known = signals_by_id().get(signal_id)
    dtype = known.storage.dtype if known else column.values.dtype
    if dtype == np.dtype("O"):
        target.texts.value.extend(map(str, column.values.tolist()))
    elif readable:
        target.numbers.value.extend(column.values.astype(np.float64).tolist())
    else:
        setattr(target, _WIRE_OF_DTYPE[dtype], column.values.astype(dtype, copy=False).tobytes())


def _read_instants(message: wire.Batch) -> npt.NDArray[np.int64]:
    offsets = np.array(message.recorded_at_offset_ms, dtype=np.int64)
    limit = 2**62
    if abs(message.base_recorded_at_ms) > limit or (np.abs(offsets) > limit).any():
        raise Refusal(RefusalReason.UNDECODABLE, "recorded_at is far outside of any calendar")
    return offsets + message.base_recorded_at_ms


def _read_columns(message: wire.Batch, frames: int) -> dict[int, SignalColumn]:
    columns: dict[int, SignalColumn] = {}
    for source in message.columns:
        if source.signal in columns:
            raise Refusal(RefusalReason.COLUMN_SHAPE, f"signal {source.signal} has two columns; send one")
        columns[source.signal] = _read_column(source, frames)
    return columns


def _read_column(source: wire.Column, frames: int) -> SignalColumn:
    values = _read_values(source)
    at = np.array(source.at, dtype=np.int64) if source.at else None
    expected = frames if at is None else len(at)
    if len(values) != expected:
        raise Refusal(
            RefusalReason.COLUMN_SHAPE,
            f"signal {source.signal} has {len(values)} values for {expected} frames; fill `at` where some are missing",
        )
    if at is not None and (at[-1] >= frames or (np.diff(at) <= 0).any()):
        raise Refusal(RefusalReason.COLUMN_SHAPE, f"signal {source.signal}: `at` must ascend and stay below {frames}")
    return SignalColumn(values, at)


def _read_values(source: wire.Column) -> npt.NDArray[Any]:
    field = source.WhichOneof("values")
    known = signals_by_id().get(source.signal)
    if field is None:
        raise Refusal(RefusalReason.COLUMN_SHAPE, f"signal {source.signal} has no values")
    if field == "texts":
        if known and known.storage is not Storage.TEXT:
            raise _wrong_type(source.signal, field, known.storage)
        return np.array(list(source.texts.value), dtype=object)
    if known and known.storage is Storage.TEXT:
        raise _wrong_type(source.signal, field, known.storage)
    if field == "numbers":
        numbers = np.array(source.numbers.value, dtype=np.float64)
        return _from_numbers(numbers, source.signal, known.storage) if known else numbers
    if known and field != known.storage.wire:
        raise _wrong_type(source.signal, field, known.storage)
    return _unpack(getattr(source, field), _PACKED[field], source.signal)


def _from_numbers(numbers: npt.NDArray[np.float64], signal_id: int, storage: Storage) -> npt.NDArray[Any]:
    if storage.dtype.kind in "ib" and not (np.isfinite(numbers) & (numbers == np.trunc(numbers))).all():
        raise _wrong_type(signal_id, "numbers with a fraction", storage)
    if storage.dtype.kind == "i" and (np.abs(numbers) > np.iinfo(storage.dtype).max).any():
        raise _wrong_type(signal_id, "numbers too large", storage)
    with np.errstate(over="ignore"):  # a number too large for 4 bytes becomes infinite, and so out of range
        return numbers.astype(storage.dtype)


def _unpack(packed: bytes, code: str, signal_id: int) -> npt.NDArray[Any]:
    dtype = np.dtype(code)
    if len(packed) % dtype.itemsize:
        raise Refusal(
            RefusalReason.COLUMN_SHAPE,
            f"signal {signal_id}: {len(packed)} bytes are no whole number of {dtype.itemsize}-byte values",
        )
    if code == "?":
        raw = np.frombuffer(packed, dtype=np.uint8)
        if (raw > 1).any():
            raise Refusal(RefusalReason.COLUMN_TYPE, f"signal {signal_id}: a boolean is a byte 0 or 1")
        return raw.astype(bool)
    return np.frombuffer(packed, dtype=dtype)


def _wrong_type(signal_id: int, found: str, storage: Storage) -> Refusal:
    return Refusal(
        RefusalReason.COLUMN_TYPE,
        f"signal {signal_id} is stored as {storage}; send it as `{storage.wire}` or readable, not as {found}",
    )
