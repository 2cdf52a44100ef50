"""A logged bus through its bus map: blocks of frames and events, and a report of what was not taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from can_bus.candump import LogReader
from can_bus.decoder import BusDecoder, decode
from can_bus.messages import Reading
from simulator.bus_map import BusMap
from simulator.columns_check import ColumnMapError
from simulator.columns_files import BUS_LOGS, UNREADABLE, open_table
from simulator.columns_read import BLOCK_ROWS, MAXIMUM_LISTED_LINES, DriveReport, FrameBlock
from telemetry_schema.catalogue import signals_by_id
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire


@dataclass(slots=True)
class BusReport(DriveReport):
    """What became of the lines of one log. `frames` counts frames of telemetry, `rows` lines that are not blank."""

    events: int = 0
    values_superseded: int = 0  # by a later value of the same signal in the same frame
    values_out_of_range: int = 0  # outside of what the DBC allows: "error", "not available"
    unknown_identifiers: dict[str, int] = field(default_factory=dict)
    not_taken: dict[str, int] = field(default_factory=dict)
    broken_messages: int = 0
    broken: list[tuple[int, str]] = field(default_factory=list)  # line and reason, the first MAXIMUM_LISTED_LINES


class BusReader:
    """One log of one car. `blocks()` reads it once from the start; `report` is whole when that has ended."""

    def __init__(self, bus_map: BusMap, path: Path, *, vin: str | None = None) -> None:
        self._map = bus_map
        self._path = path
        self._vin = vin or str(bus_map.vin)
        self.report = BusReport(file=path.name)

    def blocks(self) -> Iterator[FrameBlock]:
        """A block ends where an event stands, and after BLOCK_ROWS frames. Raises ColumnMapError."""
        frames = _Frames(self._map.every_ms)
        try:
            with open_table(self._path, "utf-8", BUS_LOGS) as lines:
                log, decoder = LogReader(lines), BusDecoder(self._map.plan)
                for told in decode(log.frames(), decoder):
                    if isinstance(told, Reading):
                        frames.take(told)
                        if len(frames) > BLOCK_ROWS:
                            yield self._block(frames, ())
                    else:
                        yield self._block(frames, (told,))
        except UNREADABLE as error:
            raise ColumnMapError(f"{self._path}: cannot be read to its end ({error}); give a whole file") from error
        if len(frames):
            yield self._block(frames, ())
        self._account(log, decoder, frames)

    def _block(self, frames: _Frames, events: tuple[wire.Event, ...]) -> FrameBlock:
        block = frames.block(self._vin, events)
        self.report.parsed(block.recorded_at_ms)
        self.report.events += len(events)
        return block

    def _account(self, log: LogReader, decoder: BusDecoder, frames: _Frames) -> None:
        report, account = self.report, decoder.account
        report.rows = log.rows
        for problem in log.problems:
            report.not_parsed(np.array([problem.line], dtype=np.int64), problem.reason)
        report.values_superseded = frames.superseded
        report.values_out_of_range = account.out_of_range
        report.unknown_identifiers = dict(account.unknown.most_common())
        report.not_taken = dict((account.not_taken + log.without_data).most_common())
        report.broken_messages = len(account.problems)
        report.broken = [(one.line, one.reason) for one in account.problems[:MAXIMUM_LISTED_LINES]]


_Values = dict[int, float]


class _Frames:
    """Readings to frames: those of one window of time become one, at the instant of the first."""

    def __init__(self, every_ms: int) -> None:
        self.superseded = 0
        self._every_ms = every_ms
        self._window: int | None = None
        self._instants: list[int] = []
        self._rows: list[_Values] = []

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, reading: Reading) -> None:
        window = reading.at_ms // self._every_ms
        if window != self._window or not self._rows:
            self._window = window
            self._instants.append(reading.at_ms)
            self._rows.append({})
        row = self._rows[-1]
        self.superseded += len(row.keys() & reading.values.keys())
        row.update(reading.values)

    def block(self, vin: str, events: tuple[wire.Event, ...]) -> FrameBlock:
        """Everything taken since the last block."""
        instants, rows = np.array(self._instants, dtype=np.int64), self._rows
        self._instants, self._rows, self._window = [], [], None
        ids = dict.fromkeys(signal_id for row in rows for signal_id in row)
        return FrameBlock(vin, instants, {one: _column(one, rows) for one in ids}, events)


def _column(signal_id: int, rows: list[_Values]) -> SignalColumn:
    at = [place for place, row in enumerate(rows) if signal_id in row]
    values: npt.NDArray[Any] = np.array([rows[place][signal_id] for place in at])
    dtype = signals_by_id()[signal_id].storage.dtype
    if dtype.kind == "i":  # an absurd number stays absurd: it is set aside by its range, not wrapped into it
        values = np.rint(values).clip(np.iinfo(dtype).min, np.iinfo(dtype).max)
    with np.errstate(over="ignore"):
        values = values.astype(dtype)
    return SignalColumn(values, None if len(at) == len(rows) else np.array(at, dtype=np.int64))
