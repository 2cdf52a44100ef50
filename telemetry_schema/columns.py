"""The values of one signal to a wire column and back."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from telemetry_schema.catalogue import Storage, signals_by_id
from telemetry_schema.content import refuse_nul
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason

_PACKED: Final = {"float32": "<f4", "float64": "<f8", "int32": "<i4", "int64": "<i8", "booleans": "?"}
_WIRE_OF_DTYPE: Final = {np.dtype(code): name for name, code in _PACKED.items()}
_WIDEST: Final = {"f": np.dtype("<f8"), "i": np.dtype("<i8"), "u": np.dtype("<i8"), "U": np.dtype("O")}

Values = npt.NDArray[Any]


def write_column(signal_id: int, column: SignalColumn, frames: int, *, readable: bool) -> wire.Column | None:
    """The column in its signal's storage type, or None where it has no value. Raises ValueError for a sender's mistake.

    `readable` writes numbers as numbers instead of packed bytes, where a JSON number holds them exactly.
    """
    _check_shape(signal_id, column, frames)
    if not len(column.values):
        return None
    target = wire.Column(signal=signal_id, at=None if column.at is None else column.at.tolist())
    values = _as_stored(signal_id, column.values)
    if values.dtype == np.dtype("O"):
        target.texts.value.extend(map(str, values.tolist()))
    elif readable and (numbers := _readable(values)) is not None:
        target.numbers.value.extend(numbers.tolist())
    else:
        setattr(target, _WIRE_OF_DTYPE[values.dtype], values.tobytes())
    return target


def read_column(source: wire.Column, frames: int) -> SignalColumn:
    """The column, checked against the number of frames. Raises Refusal(column_shape) or Refusal(column_type)."""
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


def _check_shape(signal_id: int, column: SignalColumn, frames: int) -> None:
    at = column.at
    expected = frames if at is None else len(at)
    ascending = at is None or not len(at) or (at[0] >= 0 and at[-1] < frames and (np.diff(at) > 0).all())
    if len(column.values) != expected or not ascending:
        raise ValueError(
            f"signal {signal_id}: {len(column.values)} values for {expected} of {frames} frames, "
            "or frame numbers that do not ascend; correct what builds the column"
        )


def _as_stored(signal_id: int, values: Values) -> Values:
    """The values in the type in which they travel. Raises ValueError where that would change one of them."""
    known = signals_by_id().get(signal_id)
    dtype = known.storage.dtype if known else _WIDEST.get(values.dtype.kind, values.dtype)
    if not known and values.dtype in _WIRE_OF_DTYPE:
        dtype = values.dtype
    if dtype != np.dtype("O") and (dtype not in _WIRE_OF_DTYPE or values.dtype.kind not in "fiub"):
        raise ValueError(f"signal {signal_id}: arrays of {values.dtype} cannot be sent; use numbers, booleans or texts")
    if values.dtype == dtype or dtype.kind in "Of":
        return values.astype(dtype, copy=False)
    with np.errstate(invalid="ignore"):
        stored = values.astype(dtype)
    if not np.array_equal(stored, values):
        raise ValueError(f"signal {signal_id} is stored as {dtype}, which cannot hold all of its values; correct them")
    return stored


def _readable(values: Values) -> npt.NDArray[np.float64] | None:
    """As doubles; a 4-byte float by its shortest decimals. None where a double cannot hold an integer exactly."""
    numbers = values.astype(np.float64)
    if values.dtype == np.dtype("<i8") and (np.abs(numbers) > 2**53).any():
        return None
    if values.dtype == np.dtype("<f4"):
        short = values.astype(str).astype(np.float64)
        return np.where(short.astype(np.float32) == values, short, numbers)
    return numbers


def _read_values(source: wire.Column) -> Values:
    field = source.WhichOneof("values")
    known = signals_by_id().get(source.signal)
    if field is None:
        raise Refusal(RefusalReason.COLUMN_SHAPE, f"signal {source.signal} has no values")
    if known and (field == "texts") != (known.storage is Storage.TEXT):
        raise _wrong_type(source.signal, field, known.storage)
    if field == "texts":
        refuse_nul(source.texts.value, f"signal {source.signal}")
        texts = np.empty(len(source.texts.value), dtype=object)
        texts[:] = list(source.texts.value)
        return texts
    if field == "numbers":
        numbers = np.array(source.numbers.value, dtype=np.float64)
        return _from_numbers(numbers, source.signal, known.storage) if known else numbers
    if known and field != known.storage.wire:
        raise _wrong_type(source.signal, field, known.storage)
    return _unpack(getattr(source, field), _PACKED[field], source.signal)


def _from_numbers(numbers: npt.NDArray[np.float64], signal_id: int, storage: Storage) -> Values:
    kind = storage.dtype.kind
    if kind in "ib" and not (np.isfinite(numbers) & (numbers == np.trunc(numbers))).all():
        raise _wrong_type(signal_id, "numbers with a fraction", storage)
    if kind == "b" and not np.isin(numbers, (0, 1)).all():
        raise _wrong_type(signal_id, "numbers other than 0 and 1", storage)
    bound = 2.0 ** (8 * storage.dtype.itemsize - 1)
    if kind == "i" and ((numbers < -bound) | (numbers >= bound)).any():
        raise _wrong_type(signal_id, "numbers too large", storage)
    with np.errstate(over="ignore"):  # a number too large for 4 bytes becomes infinite, and so out of range
        return numbers.astype(storage.dtype)


def _unpack(packed: bytes, code: str, signal_id: int) -> Values:
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
