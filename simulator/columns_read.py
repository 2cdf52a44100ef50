"""A logged CSV through its column map: blocks of frames, and a report of what was not taken."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulator.columns import ColumnMap, ColumnRule
from simulator.columns_check import ColumnMapError
from simulator.columns_files import UNREADABLE, open_table
from simulator.columns_time import InstantReader, Mask, Milliseconds
from simulator.columns_values import column_of, read_values, read_vins
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire

BLOCK_ROWS: Final = 20_000
MAXIMUM_LISTED_LINES: Final = 1_000  # the count goes on, the list stops


@dataclass(slots=True)
class DriveReport:
    """What became of the rows of one file. `rows` counts lines below the header that are not blank."""

    file: str
    rows: int = 0
    frames: int = 0
    rows_not_parsed: int = 0
    lines_not_parsed: list[int] = field(default_factory=list)  # ascending, the first MAXIMUM_LISTED_LINES
    reasons: Counter[str] = field(default_factory=Counter)
    unmapped_columns: tuple[str, ...] = ()
    absent_signals: tuple[str, ...] = ()  # in the map, not in this file
    from_ms: int | None = None  # earliest and latest instant, which need not be the first and the last
    to_ms: int | None = None

    def not_parsed(self, lines: npt.NDArray[np.int64], reason: str) -> None:
        if not len(lines):
            return
        self.rows_not_parsed += len(lines)
        self.reasons[reason] += len(lines)
        room = MAXIMUM_LISTED_LINES - len(self.lines_not_parsed)
        self.lines_not_parsed.extend(lines[: max(room, 0)].tolist())
        self.lines_not_parsed.sort()

    def parsed(self, recorded_at_ms: Milliseconds) -> None:
        if not len(recorded_at_ms):
            return
        self.frames += len(recorded_at_ms)
        low, high = int(recorded_at_ms.min()), int(recorded_at_ms.max())
        self.from_ms = low if self.from_ms is None else min(self.from_ms, low)
        self.to_ms = high if self.to_ms is None else max(self.to_ms, high)


@dataclass(frozen=True, slots=True)
class FrameBlock:
    """Consecutive frames of one car, in the order of their rows; `recorded_at_ms` of shape (n,).

    `events` follow the last frame; a block may hold events alone.
    """

    vin: str
    recorded_at_ms: Milliseconds
    columns: dict[int, SignalColumn]
    events: tuple[wire.Event, ...] = ()

    def part(self, start: int, stop: int) -> FrameBlock:
        return FrameBlock(
            self.vin,
            self.recorded_at_ms[start:stop],
            {
                signal: part
                for signal, column in self.columns.items()
                if len((part := _slice(column, start, stop)).values)
            },
            self.events if stop >= len(self.recorded_at_ms) else (),
        )


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the columns of one file stand."""

    width: int
    time: int
    vin: int | None
    rules: tuple[tuple[int, ColumnRule], ...]


class DriveReader:
    """One file. `blocks()` reads it once from the start; `report` is whole when that has ended.

    `vin` goes before what the map says. `times_only` leaves the values out, for a first look. A file with several
    cars gives one block per car and BLOCK_ROWS rows; with `in_order` a block ends where the car changes.
    """

    def __init__(
        self,
        column_map: ColumnMap,
        path: Path,
        *,
        vin: str | None = None,
        times_only: bool = False,
        in_order: bool = False,
    ) -> None:
        self._map = column_map
        self._path = path
        self._vin = vin or column_map.vin
        self._times_only = times_only
        self._in_order = in_order
        self.report = DriveReport(path.name)
        if self._vin is None and not column_map.vin_headers:
            raise ColumnMapError(
                f"{column_map.path}, key 'vehicle.vin': the map names no car; give vin, column, or a VIN when you start"
            )

    def blocks(self) -> Iterator[FrameBlock]:
        self.report = DriveReport(self._path.name)
        with open_table(self._path, self._map.file.encoding) as source:
            try:
                yield from self._blocks(source)
            except UNREADABLE as error:
                raise ColumnMapError(f"{self._path}: ends in the middle or is damaged ({error})") from error

    def _blocks(self, source: IO[str]) -> Iterator[FrameBlock]:
        number, header = _header(source)
        layout = self._layout([cell.strip().lstrip("\ufeff") for cell in self._cells(header)])
        instants = InstantReader(self._map.time, self._path.name, self._map.path)
        number += 1
        while lines := list(islice(source, BLOCK_ROWS)):
            numbers = np.arange(number, number + len(lines), dtype=np.int64)
            number += len(lines)
            table, numbers = self._table(lines, numbers, layout)
            if len(table):
                yield from self._frames(table, numbers, layout, instants)

    def _cells(self, line: str) -> list[str]:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=self._map.file.separator), [])

    def _layout(self, header: list[str]) -> _Layout:
        time = self._place(header, self._map.time.headers, "time.column")
        vin = None
        if self._vin is None:
            vin = self._place(header, self._map.vin_headers, "vehicle.column")
        rules = tuple(self._rules(header))
        taken = {time, vin, *(place for place, _ in rules)}
        self.report.unmapped_columns = tuple(
            name
            for place, name in enumerate(header)
            if place not in taken and name and name not in self._map.file.ignored
        )
        present = {rule.signal.name for _, rule in rules}
        self.report.absent_signals = tuple(
            rule.signal.name for rule in self._map.columns if rule.signal.name not in present
        )
        return _Layout(len(header), time, vin, rules)

    def _place(self, header: list[str], accepted: Sequence[str], key: str) -> int:
        places = [place for place, name in enumerate(header) if name in accepted]
        if len(places) != 1:
            found = "no column" if not places else f"{len(places)} columns"
            raise ColumnMapError(
                f"{self._path}, line 1: {found} named {' or '.join(map(repr, accepted))}; the header has "
                f"{', '.join(map(repr, header[:20]))}; correct key '{key}' in {self._map.path} (or its separator)"
            )
        return places[0]

    def _rules(self, header: list[str]) -> Iterator[tuple[int, ColumnRule]]:
        by_header = {name: rule for rule in self._map.columns for name in rule.headers}
        taken: dict[int, str] = {}
        for place, name in enumerate(header):
            if (rule := by_header.get(name)) is None:
                continue
            if (other := taken.setdefault(rule.signal.id, name)) != name or header.index(name) != place:
                raise ColumnMapError(
                    f"{self._path}, line 1: columns {other!r} and {name!r} both become {rule.signal.name}; "
                    f"take one out of key 'columns.header' in {self._map.path}"
                )
            yield place, rule

    def _table(
        self, lines: list[str], numbers: npt.NDArray[np.int64], layout: _Layout
    ) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
        """The lines as a table of the columns that we want, without blank lines and lines of another width."""
        separator = self._map.file.separator
        blank = np.fromiter((not line.strip() for line in lines), dtype=bool, count=len(lines))
        widths = np.fromiter((self._width(line, separator) for line in lines), dtype=np.int64, count=len(lines))
        fits = (widths == layout.width) & ~blank
        self.report.rows += int((~blank).sum())
        self.report.not_parsed(numbers[~fits & ~blank], "another number of fields than the header")
        if not fits.all():
            lines = [line for line, good in zip(lines, fits.tolist(), strict=True) if good]
        return self._parse(lines, layout), numbers[fits]

    def _width(self, line: str, separator: str) -> int:
        if '"' in line:
            return len(self._cells(line))
        return line.count(separator) + 1

    def _parse(self, lines: list[str], layout: _Layout) -> pd.DataFrame:
        if not lines:
            return pd.DataFrame()
        texts = {layout.time} | ({layout.vin} if layout.vin is not None else set())
        texts |= {place for place, rule in layout.rules if rule.signal.storage.dtype.kind in "Ob"}
        wanted = {layout.time, layout.vin} if self._times_only else texts | {place for place, _ in layout.rules}
        options: dict[str, Any] = {"dtype": dict.fromkeys(texts & wanted, str)}
        table: pd.DataFrame = pd.read_csv(
            io.StringIO("".join(lines)),
            header=None,
            usecols=sorted(place for place in wanted if place is not None),
            sep=self._map.file.separator,
            decimal=self._map.file.decimal,
            keep_default_na=False,
            na_values=list(self._map.file.missing),
            skip_blank_lines=False,
            skipinitialspace=True,
            low_memory=False,
            **options,
        )
        return table

    def _frames(
        self, table: pd.DataFrame, numbers: npt.NDArray[np.int64], layout: _Layout, instants: InstantReader
    ) -> Iterator[FrameBlock]:
        recorded_at_ms, good = instants.read(table[layout.time])
        self.report.not_parsed(numbers[~good], "the time cannot be read")
        vins, good = self._vins(table, numbers, layout, good)
        values: dict[int, tuple[npt.NDArray[Any], Mask]] = {}
        for place, rule in () if self._times_only else layout.rules:
            column, present, readable = read_values(table[place], rule, self._map.file.decimal)
            self.report.not_parsed(numbers[good & ~readable], f"{rule.signal.name} cannot be read")
            good &= readable
            values[rule.signal.id] = column, present
        self.report.parsed(recorded_at_ms[good])
        for vin, rows in _by_vin(vins, good, self._in_order):
            columns = {signal: column_of(column[rows], present[rows]) for signal, (column, present) in values.items()}
            yield FrameBlock(vin, recorded_at_ms[rows], {s: c for s, c in columns.items() if c is not None})

    def _vins(
        self, table: pd.DataFrame, numbers: npt.NDArray[np.int64], layout: _Layout, good: Mask
    ) -> tuple[npt.NDArray[Any] | str, Mask]:
        if layout.vin is None:
            assert self._vin is not None
            return str(self._vin), good.copy()
        vins, readable = read_vins(table[layout.vin])
        self.report.not_parsed(numbers[good & ~readable], "the VIN is none")
        return vins, good & readable


def _header(source: IO[str]) -> tuple[int, str]:
    """The first line that is not blank, and its number from 1."""
    for number, line in enumerate(source, start=1):
        if line.strip().lstrip("\ufeff"):
            return number, line
    raise ColumnMapError(f"{getattr(source, 'name', 'the file')}: is empty; a header line names the columns")


def _by_vin(vins: npt.NDArray[Any] | str, good: Mask, in_order: bool) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
    """Row places of each car, by the car's first row; or of each run of rows of one car."""
    rows = np.flatnonzero(good)
    if not len(rows):
        return
    if isinstance(vins, str):
        yield vins, rows
    elif in_order:
        for run in np.split(rows, np.flatnonzero(vins[rows[1:]] != vins[rows[:-1]]) + 1):
            yield vins[run[0]], run
    else:
        for vin in dict.fromkeys(vins[rows].tolist()):
            yield vin, rows[vins[rows] == vin]


def _slice(column: SignalColumn, start: int, stop: int) -> SignalColumn:
    if column.at is None:
        return SignalColumn(column.values[start:stop])
    low, high = np.searchsorted(column.at, (start, stop))
    return SignalColumn(column.values[low:high], column.at[low:high] - start)
