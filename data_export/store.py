"""What leaves, read from the published views. Every column that has no type of its own in Arrow comes as text."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from psycopg import sql
from psycopg.rows import tuple_row

from data_export.layout import ExportColumn
from data_export.models import Row, Table
from database.connection import Connection
from database.errors import translated
from database.queries import Queries

_queries: Final = Queries(Path(__file__).parent / "queries")
_CURSOR: Final = "exported"
_CELLS_AT_ONCE: Final = 60_000
_ROWS_AT_ONCE: Final = 2_000
"""A fetch holds at most so much, which takes the process a few milliseconds: others on its loop get their turn."""


async def set_snapshot(connection: Connection) -> None:
    """The first statement of the transaction of an export."""
    await _queries.run(connection, "set_snapshot")


async def fetch_vehicles(connection: Connection, vins: Sequence[str] | None) -> list[dict[str, Any]]:
    return await _queries.all(connection, "fetch_vehicles", vins=None if vins is None else list(vins))


async def fetch_sent_signals(connection: Connection, vehicle_ids: Sequence[int]) -> set[str] | None:
    """None where that is not known of one of these cars."""
    rows = await _queries.all(connection, "fetch_sent_signals", vehicle_ids=list(vehicle_ids))
    names = {row["name"] for row in rows}
    return None if None in names else names


async def fetch_rows(
    connection: Connection, table: Table, vehicle_ids: Sequence[int], from_at: datetime, to_at: datetime
) -> AsyncGenerator[list[Row], None]:
    """The rows of one car after another, as they are named, some at a time, from a cursor that stays on the server.

    The first value of a row is its car's number.
    """
    rows_at_once = max(1, min(_ROWS_AT_ONCE, _CELLS_AT_ONCE // len(table.columns)))
    span = {"vehicle_ids": list(vehicle_ids), "from_at": from_at, "to_at": to_at}
    with translated():
        async with connection.cursor(_CURSOR, binary=True, row_factory=tuple_row) as cursor:
            await cursor.execute(_statement(table), span)
            while rows := await cursor.fetchmany(rows_at_once):
                yield rows


def _statement(table: Table) -> sql.Composed:
    """The table's query, held to its columns: what nobody asked for is never read."""
    columns = sql.SQL(", ").join(map(_selected, table.columns))
    query = sql.SQL(_queries.text(table.query).decode())
    return sql.SQL("select vehicle_id, {} from (\n{}\n) as exported").format(columns, query)


def _selected(column: ExportColumn) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("{}::text").format(name) if column.type in ("json", "text") else name
