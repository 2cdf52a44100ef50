"""Recorded drives of real cars as diagnostics sees them: means over ten seconds, trips, findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import numpy.typing as npt

from diagnostics.findings import Finding
from diagnostics.history import Car, History
from diagnostics.samples import BIN_SECONDS, SIGNALS, Floats, Samples
from diagnostics.service import findings_of
from diagnostics.trips import trips_of
from simulator.columns import ColumnMap, load_column_map
from simulator.columns_files import unpack
from simulator.columns_read import DriveReader
from telemetry_schema.catalogue import signals_by_id

MEASUREMENT_ERROR: Final = "Messfehler"
"""In the name of a recorded drive: its sensors are known to have been wrong."""
_SUFFIXES: Final = (".csv", ".csv.gz", ".csv.xz", ".zip", ".tar.xz", ".tar.gz", ".tar")


@dataclass(frozen=True, slots=True)
class RecordedDrive:
    """One file. Only bins in which the car drove or its engine ran."""

    name: str
    samples: Samples

    @property
    def label(self) -> str:
        """The last word of the name, as the KIT set writes it: Normal, Stau, Messfehler …"""
        return self.name.split(".")[0].rsplit("_", 1)[-1]

    @property
    def hours(self) -> float:
        return len(self.samples) * BIN_SECONDS / 3600.0


def read_drives(folder: Path, columns: Path) -> list[RecordedDrive]:
    """Every drive in the folder, archives unpacked, oldest first. Raises ColumnMapError naming file and key."""
    column_map = load_column_map(columns)
    files = sorted(path for path in folder.iterdir() if path.name.endswith(_SUFFIXES))
    if not files:
        raise FileNotFoundError(f"{folder} holds no drive; a drive ends in one of {', '.join(_SUFFIXES)}")
    with TemporaryDirectory() as unpacked:
        drives = [_read(path, column_map) for path in unpack(files, Path(unpacked))]
    return sorted((one for one in drives if len(one.samples)), key=lambda one: float(one.samples.at_s[0]))


def _read(path: Path, column_map: ColumnMap) -> RecordedDrive:
    blocks = list(DriveReader(column_map, path).blocks())
    at_s = np.concatenate([block.recorded_at_ms for block in blocks]) / 1000.0 if blocks else np.zeros(0)
    order = np.argsort(at_s, kind="stable")
    columns: dict[str, Floats] = {}
    for number in {number for block in blocks for number in block.columns}:
        name = signals_by_id()[number].name
        if name in SIGNALS:
            columns[name] = np.concatenate(
                [_values(block.columns.get(number), len(block.recorded_at_ms)) for block in blocks]
            )[order]
    return RecordedDrive(path.name, binned(Samples(at_s[order], columns)))


def _values(column: object, frames: int) -> Floats:
    if column is None:
        return np.full(frames, np.nan)
    values, present = column.spread(frames)  # type: ignore[attr-defined]
    return np.where(present, values.astype(np.float64), np.nan)


def binned(samples: Samples) -> Samples:
    """Means over ten seconds, as the database makes them, of bins in which the engine runs or the car moves."""
    if not len(samples):
        return samples
    bins = np.floor(samples.at_s / BIN_SECONDS)
    edges = np.flatnonzero(np.diff(bins, prepend=bins[0] - 1))
    columns = {name: _means(values, edges) for name, values in samples.columns.items()}
    told = Samples(bins[edges] * BIN_SECONDS, columns)
    drives = (told.get("engine_speed_rpm") > 300) | (told.get("vehicle_speed_kmh") > 0)
    return Samples(told.at_s[drives], {name: values[drives] for name, values in columns.items()})


def _means(values: Floats, edges: npt.NDArray[np.int64]) -> Floats:
    known = np.isfinite(values)
    counts = np.add.reduceat(known.astype(np.float64), edges)
    sums = np.add.reduceat(np.where(known, values, 0.0), edges)
    means: Floats = np.divide(sums, counts, out=np.full(len(edges), np.nan), where=counts > 0)
    return means


def findings_on(drives: Sequence[RecordedDrive], car: Car) -> list[Finding]:
    """What diagnostics says of one car that drove all of these."""
    trips = trips_of((drive.samples for drive in drives), car)
    return findings_of(History(car.vin, car.drivetrain, car.specification, trips))
