"""What replay takes: logged tables with a column map, or logged buses with a bus map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from simulator.bus_map import BusMap, load_bus_map
from simulator.bus_read import BusReader
from simulator.columns import ColumnMap, load_column_map
from simulator.columns_files import BUS_LOGS, TABLES, unpack
from simulator.columns_read import DriveReader, DriveReport, FrameBlock

RecordingMap = ColumnMap | BusMap


class RecordingReader(Protocol):
    """`blocks()` reads a file once; `report` is whole when that has ended."""

    @property
    def report(self) -> DriveReport: ...
    def blocks(self) -> Iterator[FrameBlock]: ...


def load_map(columns: Path | None, bus: Path | None) -> RecordingMap:
    """The one map that is given. Raises ColumnMapError."""
    if bus is not None:
        return load_bus_map(bus)
    assert columns is not None
    return load_column_map(columns)


def recorded_files(recording_map: RecordingMap, paths: Sequence[Path], folder: Path) -> list[Path]:
    """The files in `paths`, archives unpacked into `folder`."""
    return unpack(paths, folder, BUS_LOGS if isinstance(recording_map, BusMap) else TABLES[:3])


def open_recording(
    recording_map: RecordingMap,
    path: Path,
    *,
    vin: str | None = None,
    times_only: bool = False,
    in_order: bool = False,
) -> RecordingReader:
    """`in_order` matters where a file holds several cars; a bus is one car's."""
    if isinstance(recording_map, BusMap):
        return BusReader(recording_map, path, vin=vin)
    return DriveReader(recording_map, path, vin=vin, times_only=times_only, in_order=in_order)
