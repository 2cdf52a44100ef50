"""Which bytes of a protobuf batch are values, and which say what the values mean.

Knows the wire format of the message `Batch` (https://protobuf.dev/programming-guides/encoding): a tag is
`field number * 8 + wire type`; 0 is a varint, 2 a length and as many bytes. A field that is not named here, twice
where it is single, or longer than our head units write it, gives no layout: such messages are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from telemetry_schema.frames import FrameBatch

_VIN, _BOOT_ID, _BOOT_NUMBER, _SEQUENCE, _QUALITY, _BASE, _OFFSETS, _COLUMN, _VERSION = range(1, 10)
_VARINT, _BYTES = 0, 2
_KINDS: Final = {
    _VIN: _BYTES,
    _BOOT_ID: _BYTES,
    _BOOT_NUMBER: _VARINT,
    _SEQUENCE: _VARINT,
    _QUALITY: _VARINT,
    _BASE: _VARINT,
    _OFFSETS: _BYTES,
    _COLUMN: _BYTES,
    _VERSION: _VARINT,
}
_COLUMN_KINDS: Final = {1: _VARINT, **dict.fromkeys(range(2, 10), _BYTES)}
_NUMBERS: Final = {_BOOT_NUMBER: ("boot_number", 4), _SEQUENCE: ("sequence", 8), _BASE: ("base", 8)}
"""By field, its name here and how many bytes it may take: below every limit that `decode_batch` would check."""

_NAMES: Final = {"vin", "boot_id", *(name for name, _ in _NUMBERS.values())}
_COLUMN_VALUES: Final = {3: "<f4", 4: "<f8", 5: "<i4", 6: "<i8", 7: "?"}
_CONTINUES: Final = 0x80

Octets = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Span(NamedTuple):
    start: int
    stop: int


class _Unsuitable(Exception):
    """This message cannot stand for others."""


@dataclass(slots=True)
class Layout:
    """What messages of one length have in common. Rows are the bytes of such messages, of shape (M, length).

    `compared` has the bits of each byte that must be as in `expected`: all for what carries meaning, none for a value,
    the highest for a number of variable length (whether it goes on) and for text (that it is ASCII).
    """

    example: FrameBatch
    compared: Octets
    expected: Octets
    spans: dict[str, Span] = field(default_factory=dict)
    offsets: list[Span] = field(default_factory=list)
    values: dict[int, tuple[Span, np.dtype[Any]]] = field(default_factory=dict)

    def fits(self, rows: Octets) -> Mask:
        fitting: Mask = ((rows & self.compared) == self.expected).all(axis=1)
        return fitting

    def sound(self, rows: Octets) -> Mask:
        """Where no value needs a closer look: counts from 1, no NUL in the VIN, booleans that are 0 or 1."""
        vin = self.spans["vin"]
        sound: Mask = (rows[:, vin.start : vin.stop] != 0).all(axis=1)
        for name in ("boot_number", "sequence"):
            sound &= self.cut_number(rows, name) > 0
        for span, dtype in self.values.values():
            if dtype.kind == "b":
                sound &= (rows[:, span.start : span.stop] <= 1).all(axis=1)
        return sound

    def cut_vins(self, rows: Octets) -> list[str]:
        span = self.spans["vin"]
        width = span.stop - span.start
        letters = rows[:, span.start : span.stop].tobytes().decode("ascii")
        return [letters[at : at + width] for at in range(0, len(letters), width)]

    def cut_boot_ids(self, rows: Octets) -> Octets:
        span = self.spans["boot_id"]
        return rows[:, span.start : span.stop]

    def cut_number(self, rows: Octets, name: str) -> Integers:
        return _varints(rows, self.spans[name])

    def cut_instants(self, rows: Octets) -> Integers:
        """Of shape (M, frames)."""
        base = _zigzag(_varints(rows, self.spans["base"]))
        return np.stack([base + _zigzag(_varints(rows, span)) for span in self.offsets], axis=1)

    def cut_values(self, rows: Octets, signal_id: int) -> npt.NDArray[Any]:
        span, dtype = self.values[signal_id]
        return np.ascontiguousarray(rows[:, span.start : span.stop]).view(dtype)


def learn_layout(payload: bytes, example: FrameBatch) -> Layout | None:
    """The layout of `payload`, which was decoded to `example`; None where it cannot stand for others."""
    length = len(payload)
    layout = Layout(example, np.full(length, 0xFF, dtype=np.uint8), np.frombuffer(payload, dtype=np.uint8).copy())
    try:
        for number, span in _fields(payload, Span(0, length), _KINDS):
            _learn_field(layout, payload, number, span)
    except (_Unsuitable, IndexError):
        return None
    if layout.spans.keys() != _NAMES or len(layout.offsets) != example.frames or layout.values.keys() - example.columns:
        return None
    layout.expected &= layout.compared
    return layout


def _learn_field(layout: Layout, payload: bytes, number: int, span: Span) -> None:
    if number == _VIN:
        _name(layout, "vin", span)
        layout.compared[span.start : span.stop] = _CONTINUES
        if (layout.expected[span.start : span.stop] & _CONTINUES).any():
            raise _Unsuitable
    elif number == _BOOT_ID:
        _name(layout, "boot_id", span)
        layout.compared[span.start : span.stop] = 0
    elif number in _NUMBERS:
        name, longest = _NUMBERS[number]
        _name(layout, name, span)
        _free_varint(layout, span, longest)
    elif number == _OFFSETS:
        for varint in _packed(payload, span):
            layout.offsets.append(varint)
            _free_varint(layout, varint, 8)
    elif number == _COLUMN:
        _learn_column(layout, payload, span)


def _learn_column(layout: Layout, payload: bytes, span: Span) -> None:
    fields = dict(_fields(payload, span, _COLUMN_KINDS))
    signal_id = _varint(payload, fields[1]) if 1 in fields else 0
    for number, values in fields.items():
        if number in _COLUMN_VALUES:
            layout.compared[values.start : values.stop] = 0
            layout.values[signal_id] = values, np.dtype(_COLUMN_VALUES[number])


def _name(layout: Layout, name: str, span: Span) -> None:
    if span.start == span.stop:
        raise _Unsuitable
    layout.spans[name] = span


def _free_varint(layout: Layout, span: Span, longest: int) -> None:
    if span.stop - span.start > longest:
        raise _Unsuitable
    layout.compared[span.start : span.stop] = _CONTINUES


def _fields(payload: bytes, span: Span, kinds: Mapping[int, int]) -> Iterator[tuple[int, Span]]:
    """Number and content of each field, all of them of the kinds that are known, none twice but columns."""
    seen: set[int] = set()
    at = span.start
    while at < span.stop:
        tag_end = _end_of_varint(payload, at)
        tag = _varint(payload, Span(at, tag_end))
        number, kind = tag >> 3, tag & 7
        if kinds.get(number) != kind or (number in seen and number != _COLUMN):
            raise _Unsuitable
        seen.add(number)
        end = _end_of_varint(payload, tag_end)
        content = Span(tag_end, end) if kind == _VARINT else Span(end, end + _varint(payload, Span(tag_end, end)))
        yield number, content
        at = content.stop


def _packed(payload: bytes, span: Span) -> Iterator[Span]:
    at = span.start
    while at < span.stop:
        end = _end_of_varint(payload, at)
        yield Span(at, end)
        at = end


def _end_of_varint(payload: bytes, at: int) -> int:
    while payload[at] & _CONTINUES:
        at += 1
    return at + 1


def _varint(payload: bytes, span: Span) -> int:
    return sum((payload[at] & 0x7F) << 7 * place for place, at in enumerate(range(*span)))


def _varints(rows: Octets, span: Span) -> Integers:
    """The number at this place of each row, at most 8 bytes long."""
    total = np.zeros(len(rows), dtype=np.int64)
    for place, at in enumerate(range(*span)):
        total |= (rows[:, at] & 0x7F).astype(np.int64) << 7 * place
    return total


def _zigzag(numbers: Integers) -> Integers:
    return (numbers >> 1) ^ -(numbers & 1)
