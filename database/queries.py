"""Named queries: one SQL file each, in the `queries/` folder of the package that owns them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from database.connection import Connection
from database.errors import translated


class Queries:
    """`await queries.all(connection, "fetch_open_faults", vehicle_id=1)` runs `fetch_open_faults.sql`.

    Parameters are named, `%(vehicle_id)s`; a percent sign of SQL's own is doubled. Errors of the driver come as
    those of `database.errors`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, bytes] = {}

    def text(self, name: str) -> bytes:
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = (self._folder / f"{name}.sql").read_bytes()
        return found

    async def all(self, connection: Connection, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        with translated():
            return await (await connection.execute(self.text(name), parameters)).fetchall()

    async def one(self, connection: Connection, name: str, /, **parameters: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        with translated():
            return await (await connection.execute(self.text(name), parameters)).fetchone()

    async def run(self, connection: Connection, name: str, /, **parameters: Any) -> int:
        """The number of rows that were written."""
        with translated():
            return (await connection.execute(self.text(name), parameters)).rowcount

    async def many(self, connection: Connection, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Runs the query once per row, pipelined, and returns the number of rows that were written in all."""
        with translated():
            async with connection.cursor() as cursor:
                await cursor.executemany(self.text(name), list(rows))
                return max(cursor.rowcount, 0)
