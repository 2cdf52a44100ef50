"""Columns of numpy arrays as PostgreSQL's binary COPY format, without a loop over rows.

A row is one record of a packed numpy type: each field's length, then its value in network order. Columns are written
into all records at once; a mask then takes out what null fields and shorter texts do not use. The format is described
under COPY in PostgreSQL's documentation.
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
_TYPES: Final = {">i2": 21, ">i8": 20, ">f8": 701}  # smallint, bigint, double precision as the server numbers them
_MATRIX_BYTES: Final = 2**26  # far above what 200 batches of ordinary cars take

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CopyColumn:
    """One column of values that are all equally wide; `code` is their numpy type in network order, as `>f4`."""

    name: str
    values: npt.NDArray[Any]
    code: str
    present: Mask | None = None  # None: no nulls

    def __len__(self) -> int:
        return len(self.values)

    @property
    def width(self) -> int:
        return np.dtype(self.code).itemsize

    def part(self, which: slice | Mask) -> CopyColumn:
        present = None if self.present is None else self.present[which]
        return CopyColumn(self.name, self.values[which], self.code, present)

    def write(self, values: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> bool:
        """Into all records; says whether any of them has fewer bytes than the column is wide."""
        values[:] = self.values
        if self.present is None or self.present.all():
            return False
        lengths[~self.present] = -1
        return True


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

    @property
    def code(self) -> str:
        return f"V{self.width}"

    def part(self, which: slice) -> TextColumn:
        return TextColumn(self.name, self.values[which])

    def write(self, values: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> bool:
        """As CopyColumn does, each value padded to the longest."""
        width = self.width
        padded = b"".join((value or b"").ljust(width, b"\0") for value in self.values)
        values[:] = np.frombuffer(padded, dtype=f"V{width}")
        lengths[:] = [-1 if value is None else len(value) for value in self.values]
        return bool((lengths != width).any())


Column = CopyColumn | TextColumn


def numbers(name: str, values: npt.NDArray[Any], code: str, present: Mask | None = None) -> CopyColumn:
    return CopyColumn(name, values, code, present)


def instants(name: str, unix_ms: npt.NDArray[np.int64]) -> CopyColumn:
    """timestamptz: microseconds since 2000."""
    return CopyColumn(name, (unix_ms - _EPOCH_2000_MS) * 1000, ">i8")


def octets(name: str, rows: Bytes) -> CopyColumn:
    """Values that are all equally long, such as uuids: of shape (rows, length)."""
    code = f"V{rows.shape[1]}"
    return CopyColumn(name, np.ascontiguousarray(rows).view(code).ravel(), code)


def arrays(name: str, values: npt.NDArray[Any], code: str, present: Mask) -> Column:
    """One array a row, of those of its values that are present; both of shape (rows, values)."""
    element = np.dtype([("length", ">i4"), ("value", code)])
    elements = np.empty(values.shape, dtype=element)
    elements["length"] = element["value"].itemsize
    elements["value"] = values
    if present.all() and values.size:
        head = np.frombuffer(_array_head(values.shape[1], code), dtype=np.uint8)
        bodies = elements.view(np.uint8).reshape(len(values), -1)
        return octets(name, np.concatenate([np.broadcast_to(head, (len(values), len(head))), bodies], axis=1))
    chosen = (of_row[there] for of_row, there in zip(elements, present, strict=True))
    return TextColumn(name, [_array_head(len(one), code) + one.tobytes() for one in chosen])


def copy_bytes(columns: Sequence[Column]) -> bytes:
    """The whole COPY stream: signature, rows, trailer."""
    return b"".join([_SIGNATURE, *_rows(columns), _TRAILER])


def _rows(columns: Sequence[Column]) -> Iterator[bytes]:
    """In parts where one long text would pad every row to its length."""
    rows = len(columns[0])
    width = 2 + sum(4 + column.width for column in columns)
    if rows == 1 or rows * width <= _MATRIX_BYTES:
        yield _records(columns, rows)
        return
    for half in (slice(0, rows // 2), slice(rows // 2, rows)):
        yield from _rows([column.part(half) for column in columns])


def _records(columns: Sequence[Column], rows: int) -> bytes:
    record = np.dtype(
        [("fields", ">i2"), *(part for n, column in enumerate(columns) for part in _parts(n, column.code))]
    )
    first = np.zeros(1, dtype=record)
    first["fields"] = len(columns)
    for number, column in enumerate(columns):
        first[f"length{number}"] = column.width
    records = np.repeat(first, rows)
    keep: Mask | None = None
    for number, column in enumerate(columns):
        lengths = records[f"length{number}"]
        if column.write(records[f"value{number}"], lengths):
            keep = np.ones((rows, record.itemsize), dtype=bool) if keep is None else keep
            place = record.fields[f"value{number}"][1]  # type: ignore[index]  # a record has fields
            keep[:, place : place + column.width] = np.arange(column.width) < lengths[:, None]
    if keep is None:
        return records.tobytes()
    return records.view(np.uint8).reshape(rows, record.itemsize)[keep].tobytes()


def _array_head(length: int, code: str) -> bytes:
    """Dimensions, no nulls, the type of the elements; of the one dimension its length and where it begins."""
    shape = [1, 0, _TYPES[code], length, 1] if length else [0, 0, _TYPES[code]]
    return np.array(shape, dtype=">i4").tobytes()


def _parts(number: int, code: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (f"length{number}", ">i4"), (f"value{number}", code)
