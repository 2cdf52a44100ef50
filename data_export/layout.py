"""How an exported file is laid out; its writer and its reader keep to this. Needs pyarrow alone.

Parquet: the metadata stand as JSON under the key `servicelane` of the file, and those of a column at its field too.
CSV: UTF-8, first the lines of the metadata, `# name: JSON`, then the header, the rows, and as the last line
`# rows: N`, without which the file is cut off. An empty field is no value; an empty text is `""`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa

FORMAT_VERSION: Final = 1
"""Of this layout and of the names and types of the columns that every export has."""

ExportFormat = Literal["parquet", "csv"]
What = Literal["signals", "events", "codes", "code_reports", "findings"]

METADATA_KEY: Final = b"servicelane"
CSV_TITLE: Final = "# servicelane export"
CSV_ROWS: Final = "# rows: "
VIN_COLUMN: Final = "vin"
PSEUDONYM_COLUMN: Final = "vehicle_key"

INDEX: Final[Mapping[What, str]] = {
    "signals": "recorded_at",
    "events": "recorded_at",
    "code_reports": "recorded_at",
    "codes": "first_seen_at",
    "findings": "found_at",
}
"""The instant that a row of each table is known by, within its car."""

TYPES: Final[Mapping[str, pa.DataType]] = {
    "real": pa.float32(),
    "double precision": pa.float64(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "text": pa.string(),
    "json": pa.string(),
    "instant": pa.timestamp("us", "UTC"),
}
"""The type in PostgreSQL, or what it stands for, and the type in Arrow."""


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """`type` is a key of TYPES. A column of the signal catalogue has `signal_id`, `vss_path` and `vss_scale` too."""

    name: str
    type: str
    unit: str = ""
    description: str = ""
    signal_id: int | None = None
    vss_path: str = ""
    vss_scale: float = 1

    def as_json(self) -> dict[str, Any]:
        """For the metadata; what says nothing is left out."""
        told: dict[str, Any] = {"type": self.type, "unit": self.unit, "description": self.description}
        if self.signal_id is not None:
            told |= {"signal_id": self.signal_id, "vss_path": self.vss_path, "vss_scale": self.vss_scale}
        return {name: value for name, value in told.items() if value != ""}

    @property
    def field(self) -> pa.Field:
        told = {name: str(value) for name, value in self.as_json().items()}
        return pa.field(self.name, TYPES[self.type], metadata=told)
