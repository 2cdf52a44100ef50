"""The files of NASA's C-MAPSS turbofan data (Saxena and others 2008), sub-set FD001: one condition, one kind of fault.

100 engines to train on, each run until it failed; 100 to predict, each cut off some cycles before. A row is one cycle
of one engine: its number, the cycle from 1, three settings and 21 sensors, separated by spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_COLUMNS: Final = 26
_FIRST_SENSOR: Final = 5
SENSORS: Final = (2, 3, 4, 7, 8, 9, 11, 12, 13, 14, 15, 17, 20, 21)
"""Those that change at all in the training engines of FD001; the other seven and the settings are constant or noise."""


class TurbofanFileError(ValueError):
    """The file is not what C-MAPSS has; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine's life so far. `sensors`: cycles x 14, in the order of SENSORS. The first cycle is 1."""

    number: int
    sensors: Floats

    @property
    def cycles(self) -> int:
        return len(self.sensors)


def read_engines(path: Path) -> list[Engine]:
    """Raises TurbofanFileError."""
    rows = _read(path, _COLUMNS)
    columns = [_FIRST_SENSOR + sensor - 1 for sensor in SENSORS]
    engines = []
    for number in np.unique(rows[:, 0]):
        of_engine = rows[rows[:, 0] == number]
        if not np.array_equal(of_engine[:, 1], np.arange(1, len(of_engine) + 1)):
            raise TurbofanFileError(f"{path.name}: the cycles of engine {number:.0f} are not 1, 2, 3, …")
        engines.append(Engine(int(number), of_engine[:, columns]))
    return engines


def read_truth(path: Path, engines: int) -> Floats:
    """The cycles that each engine of the test file had left, in its order. Raises TurbofanFileError."""
    rows = _read(path, 1)[:, 0]
    if len(rows) != engines:
        raise TurbofanFileError(f"{path.name}: {len(rows)} lines for {engines} engines")
    return rows


def _read(path: Path, columns: int) -> Floats:
    try:
        rows: Floats = np.loadtxt(path, ndmin=2)
    except OSError as error:
        raise TurbofanFileError(f"{path} cannot be read. Get C-MAPSS FD001 and name its folder.") from error
    except ValueError as error:
        raise TurbofanFileError(f"{path.name}: {error}") from error
    if rows.shape[1] != columns:
        raise TurbofanFileError(f"{path.name}: {rows.shape[1]} columns, expected {columns}")
    return rows
