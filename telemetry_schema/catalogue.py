"""The signal catalogue: what a car may say, and how each value is named, bounded, stored and mapped to COVESA VSS 6.0.

An id is never used again and a name never changes its meaning; signals are only added. The rows themselves stand in
`signals.py`, `docs/signals.md` is written from them, and the columns of `telemetry.samples` are checked against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

import numpy as np

from telemetry_schema.signals import ROWS

VERSION: Final = 1
VSS_VERSION: Final = "6.0"
OVERLAY_PREFIX: Final = "Vehicle.Servicelane."


class Storage(StrEnum):
    """The PostgreSQL type of a signal's column; the wire encoding and the numpy type follow from it."""

    REAL = "real"
    DOUBLE = "double precision"
    SMALLINT = "smallint"
    INTEGER = "integer"
    BIGINT = "bigint"
    BOOLEAN = "boolean"
    TEXT = "text"

    @property
    def dtype(self) -> np.dtype[Any]:
        return _DTYPES[self]

    @property
    def wire(self) -> str:
        """The field of `Column` that carries values of this type."""
        return _WIRE[self]


_DTYPES: Final[dict[Storage, np.dtype[Any]]] = {
    Storage.REAL: np.dtype("<f4"),
    Storage.DOUBLE: np.dtype("<f8"),
    Storage.SMALLINT: np.dtype("<i4"),
    Storage.INTEGER: np.dtype("<i4"),
    Storage.BIGINT: np.dtype("<i8"),
    Storage.BOOLEAN: np.dtype("?"),
    Storage.TEXT: np.dtype("O"),
}
_WIRE: Final = {
    Storage.REAL: "float32",
    Storage.DOUBLE: "float64",
    Storage.SMALLINT: "int32",
    Storage.INTEGER: "int32",
    Storage.BIGINT: "int64",
    Storage.BOOLEAN: "booleans",
    Storage.TEXT: "texts",
}


class Drivetrain(StrEnum):
    PETROL = "P"
    DIESEL = "D"
    HYBRID = "H"
    ELECTRIC = "E"


@dataclass(frozen=True, slots=True)
class Signal:
    """One row of the catalogue. `low` and `high` bound what is plausible, inclusive, in the unit of the name."""

    id: int
    name: str
    storage: Storage
    unit: str
    low: float | None
    high: float | None
    rate_hz: float
    drivetrains: frozenset[Drivetrain]
    vss_path: str
    vss_scale: float  # the VSS value is our value times this
    description: str

    @property
    def is_overlay(self) -> bool:
        return self.vss_path.startswith(OVERLAY_PREFIX)

    @property
    def is_personal(self) -> bool:
        """Positions are personal data: they are stored apart from the samples."""
        return self.vss_path.startswith("Vehicle.CurrentLocation.")


@cache
def signals() -> tuple[Signal, ...]:
    """Every signal, by ascending id."""
    rows = (
        Signal(
            id=id_,
            name=name,
            storage=Storage(storage),
            unit=unit,
            low=low,
            high=high,
            rate_hz=rate_hz,
            drivetrains=frozenset(map(Drivetrain, drivetrains)),
            vss_path=vss_path.replace("~", OVERLAY_PREFIX),
            vss_scale=vss_scale,
            description=description,
        )
        for id_, name, storage, unit, low, high, rate_hz, drivetrains, vss_path, vss_scale, description in ROWS
    )
    return tuple(sorted(rows, key=lambda signal: signal.id))


@cache
def signals_by_id() -> dict[int, Signal]:
    return {signal.id: signal for signal in signals()}


@cache
def signals_by_name() -> dict[str, Signal]:
    return {signal.name: signal for signal in signals()}


def signal(name: str) -> Signal:
    """The signal of that name; KeyError where the catalogue has none."""
    return signals_by_name()[name]
