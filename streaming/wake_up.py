"""Wakes consumers when a record is appended, by LISTEN and NOTIFY. Only a hint: consumers poll besides."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from database.connection import connect
from database.errors import DatabaseError, translated

CHANNEL: Final = "servicelane_stream"
_RECONNECT_SECONDS: Final = 1.0


class WakeUp:
    """One connection of its own for all consumers of a process, open while at least one of them waits."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._topics: dict[asyncio.Event, frozenset[str]] = {}
        self._listener: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def subscribed(self, topics: Sequence[str]) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever one of these topics gets a record; the waiter clears it."""
        event = asyncio.Event()
        self._topics[event] = frozenset(topics)
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        try:
            yield event
        finally:
            del self._topics[event]
            await self._end_when_unused()

    async def _end_when_unused(self) -> None:
        if self._topics or self._listener is None:
            return
        listener, self._listener = self._listener, None
        listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listener

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(DatabaseError):
                await self._listen_once()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        async with await connect(self._url, autocommit=True) as connection:
            with translated():
                await connection.execute(f"listen {CHANNEL}")
                self._ring(self._topics)
                async for notice in connection.notifies():
                    self._ring(event for event, topics in self._topics.items() if notice.payload in topics)

    def _ring(self, events: Iterable[asyncio.Event]) -> None:
        for event in list(events):
            event.set()
