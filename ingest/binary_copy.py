"""Columns of numpy arrays as PostgreSQL's binary COPY format, without a loop over rows.

Every field of a row gets its place in one matrix of bytes, as wide as its widest value; a mask then takes out what null
fields and shorter texts do not use. The format is described under COPY in PostgreSQL's documentation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_EPOCH_2000_MS: Final = 946_684_800_000

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CopyColumn:
    """One column: `data` of shape (rows, width) in network order, how many bytes of each are used, which are null."""

    name: str
    data: Bytes
    lengths: npt.NDArray[np.int64] | None = None  # None: the whole width
    present: Mask | None = None  # None: no nulls


def numbers(name: str, values: npt.NDArray[Any], code: str, present: Mask | None = None) -> CopyColumn:
    """Fixed-width values; `code` is their numpy type in network order, for example `>f4` for a real."""
    packed = np.ascontiguousarray(values.astype(code))
    return CopyColumn(name, packed.view(np.uint8).reshape(len(values), -1), present=present)


def instants(name: str, unix_ms: npt.NDArray[np.int64]) -> CopyColumn:
    """timestamptz: microseconds since 2000."""
    return numbers(name, (unix_ms - _EPOCH_2000_MS) * 1000, ">i8")


def fixed(name: str, values: Sequence[bytes]) -> CopyColumn:
    """Values that are all equally long, such as uuids."""
    return CopyColumn(name, np.frombuffer(b"".join(values), dtype=np.uint8).reshape(len(values), -1))


def texts(name: str, values: Sequence[bytes | None]) -> CopyColumn:
    """Values of any length, None for null. A jsonb value begins with the byte 1."""
    lengths = np.array([len(value or b"") for value in values], dtype=np.int64)
    width = max(1, int(lengths.max(initial=0)))
    padded = b"".join((value or b"").ljust(width, b"\0") for value in values)
    present = np.array([value is not None for value in values], dtype=bool)
    return CopyColumn(name, np.frombuffer(padded, dtype=np.uint8).reshape(len(values), width), lengths, present)


def copy_bytes(columns: Sequence[CopyColumn]) -> bytes:
    """The whole COPY stream: signature, rows, trailer."""
    rows = len(columns[0].data)
    width = 2 + sum(4 + column.data.shape[1] for column in columns)
    matrix = np.zeros((rows, width), dtype=np.uint8)
    keep = np.ones((rows, width), dtype=bool)
    matrix[:, :2] = np.frombuffer(len(columns).to_bytes(2, "big"), dtype=np.uint8)
    place = 2
    masked = False
    for column in columns:
        masked |= _place(matrix, keep, place, column)
        place += 4 + column.data.shape[1]
    body = matrix[keep].tobytes() if masked else matrix.tobytes()
    return _SIGNATURE + body + _TRAILER


def _place(matrix: Bytes, keep: Mask, place: int, column: CopyColumn) -> bool:
    """Writes one column at its place; says whether any of its bytes are to be left out."""
    rows, width = column.data.shape
    lengths = np.full(rows, width, dtype=np.int64) if column.lengths is None else column.lengths.copy()
    if column.present is not None:
        lengths[~column.present] = -1
    matrix[:, place : place + 4] = lengths.astype(">i4").view(np.uint8).reshape(rows, 4)
    matrix[:, place + 4 : place + 4 + width] = column.data
    if (lengths == width).all():
        return False
    keep[:, place + 4 : place + 4 + width] = np.arange(width) < lengths[:, None]
    return True
