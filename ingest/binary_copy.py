"""Columns of numpy arrays as PostgreSQL's binary COPY format, without a loop over rows.

Every field of a row gets its place in one matrix of bytes, as wide as its widest value; a mask then takes out what null
fields and shorter texts do not use. The format is described under COPY in PostgreSQL's documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_EPOCH_2000_MS: Final = 946_684_800_000
_MATRIX_BYTES: Final = 2**26  # far above what 200 batches of ordinary cars take

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Lengths = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CopyColumn:
    """One column of values that are all equally wide: `data` of shape (rows, width) in network order."""

    name: str
    data: Bytes
    present: Mask | None = None  # None: no nulls

    def __len__(self) -> int:
        return len(self.data)

    @property
    def width(self) -> int:
        return int(self.data.shape[1])

    def part(self, start: int, stop: int) -> CopyColumn:
        present = None if self.present is None else self.present[start:stop]
        return CopyColumn(self.name, self.data[start:stop], present)

    def fields(self) -> tuple[Bytes, Lengths]:
        """Bytes of shape (rows, width), and how many of each are used, -1 for null."""
        lengths = np.full(len(self), self.width, dtype=np.int64)
        if self.present is not None:
            lengths[~self.present] = -1
        return self.data, lengths


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One column of values of any length, None for null. A jsonb value begins with the byte 1."""

    name: str
    values: Sequence[bytes | None]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def width(self) -> int:
        return max(1, max(len(value or b"") for value in self.values))

    def part(self, start: int, stop: int) -> TextColumn:
        return TextColumn(self.name, self.values[start:stop])

    def fields(self) -> tuple[Bytes, Lengths]:
        """As those of CopyColumn, each value padded to the longest."""
        width = self.width
        padded = b"".join((value or b"").ljust(width, b"\0") for value in self.values)
        lengths = np.array([-1 if value is None else len(value) for value in self.values], dtype=np.int64)
        return np.frombuffer(padded, dtype=np.uint8).reshape(len(self), width), lengths


Column = CopyColumn | TextColumn


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


def copy_bytes(columns: Sequence[Column]) -> bytes:
    """The whole COPY stream: signature, rows, trailer."""
    return b"".join([_SIGNATURE, *_rows(columns), _TRAILER])


def _rows(columns: Sequence[Column]) -> Iterator[bytes]:
    """In parts where one long text would pad every row to its length."""
    rows = len(columns[0])
    width = 2 + sum(4 + column.width for column in columns)
    if rows == 1 or rows * width <= _MATRIX_BYTES:
        yield _matrix_rows(columns, rows, width)
        return
    for start, stop in ((0, rows // 2), (rows // 2, rows)):
        yield from _rows([column.part(start, stop) for column in columns])


def _matrix_rows(columns: Sequence[Column], rows: int, width: int) -> bytes:
    matrix = np.zeros((rows, width), dtype=np.uint8)
    keep = np.ones((rows, width), dtype=bool)
    matrix[:, :2] = np.frombuffer(len(columns).to_bytes(2, "big"), dtype=np.uint8)
    place = 2
    masked = False
    for column in columns:
        data, lengths = column.fields()
        masked |= _place(matrix, keep, place, data, lengths)
        place += 4 + data.shape[1]
    return matrix[keep].tobytes() if masked else matrix.tobytes()


def _place(matrix: Bytes, keep: Mask, place: int, data: Bytes, lengths: Lengths) -> bool:
    """Writes one column at its place; says whether any of its bytes are to be left out."""
    rows, width = data.shape
    matrix[:, place : place + 4] = lengths.astype(">i4").view(np.uint8).reshape(rows, 4)
    matrix[:, place + 4 : place + 4 + width] = data
    if (lengths == width).all():
        return False
    keep[:, place + 4 : place + 4 + width] = np.arange(width) < lengths[:, None]
    return True
