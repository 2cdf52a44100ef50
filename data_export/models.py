"""What is asked of an export, and what one is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data_export.layout import INDEX, ExportColumn, ExportFormat, What

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """The period is [from_at, to_at). `vins` None: every car. `signals` None: each that these cars have ever sent.

    `pseudonym_salt` not None: a key in place of the VIN. The same salt gives the same keys.
    """

    what: What
    from_at: datetime
    to_at: datetime
    vins: tuple[str, ...] | None
    format: ExportFormat = "parquet"
    signals: tuple[str, ...] | None = None
    with_positions: bool = False
    pseudonym_salt: bytes | None = field(default=None, repr=False)

    @property
    def is_pseudonymous(self) -> bool:
        return self.pseudonym_salt is not None


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of rows: the query that gives them, and its columns that leave.

    `revise` changes a row on its way out; its first value is the car's number, before the columns.
    """

    what: What
    query: str
    columns: tuple[ExportColumn, ...]
    revise: Callable[[Row], Row] | None = None

    @property
    def index(self) -> str:
        return INDEX[self.what]


@dataclass(frozen=True, slots=True)
class ExportedVehicle:
    """`key` stands in the file: the VIN or a pseudonym."""

    vehicle_id: int
    key: str


@dataclass(slots=True)
class Progress:
    """How far an export is."""

    vehicles: int
    vehicles_done: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """An export that can be made: everything that could be refused has been looked at."""

    request: ExportRequest
    table: Table
    vehicles: Sequence[ExportedVehicle]
    key_column: ExportColumn
    metadata: dict[str, Any]
    progress: Progress

    @property
    def columns(self) -> tuple[ExportColumn, ...]:
        return (self.key_column, *self.table.columns)
