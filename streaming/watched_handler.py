"""A handler that remembers whether it has come to anything lately, for its process's readiness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from database.connection import Connection
from streaming.contract import Handler, Record

FAILURES: Final = 3
"""In a row: one is usual where a server restarts or two transactions meet."""


class HandlerFailingError(RuntimeError):
    """The last batches all failed and are tried again; the log says why."""


class WatchedHandler:
    """Works as the handler it is given does."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._failures = 0

    async def __call__(self, records: Sequence[Record], connection: Connection) -> None:
        try:
            await self._handler(records, connection)
        except Exception:
            self._failures += 1
            raise
        self._failures = 0

    async def check(self) -> None:
        """Raises HandlerFailingError while nothing is handled."""
        if self._failures >= FAILURES:
            raise HandlerFailingError(f"the last {self._failures} batches failed")
