"""What the storage is: each table, hypertable and continuous aggregate with its size, and what drops its old chunks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from database.connection import Connection
from database.queries import Queries
from database.timescale import has_timescale

_queries: Final = Queries(Path(__file__).parent / "queries")
_timescale: Final = Queries(Path(__file__).parent / "queries" / "timescale")
_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")


async def fetch_storage(connection: Connection) -> list[dict[str, Any]]:
    """By size: name, kind, bytes with indexes, about_rows, chunks, packed_chunks (in the columnstore), kept."""
    rows = await _queries.all(connection, "fetch_plain_storage")
    if await has_timescale(connection):
        hypertables = await _timescale.all(connection, "fetch_hypertable_storage")
        names = {row["name"] for row in hypertables}
        rows = [*hypertables, *(row for row in rows if row["name"] not in names)]
    return sorted(rows, key=lambda row: (-row["bytes"], row["name"]))


def storage_lines(rows: list[dict[str, Any]]) -> list[str]:
    """One line for each, for reading."""
    table = [("name", "kind", "size", "rows, about", "chunks", "packed", "kept for")]
    table += [
        (
            row["name"],
            row["kind"],
            _size(row["bytes"]),
            f"{row['about_rows']:,}",
            "" if row["chunks"] is None else str(row["chunks"]),
            "" if row["packed_chunks"] is None else str(row["packed_chunks"]),
            f"{row['kept'].days} days" if row["kept"] else "",
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in table]


def _size(count: float) -> str:
    for unit in _UNITS[:-1]:
        if count < 1024:
            return f"{count:,.0f} {unit}"
        count /= 1024
    return f"{count:,.1f} {_UNITS[-1]}"
