"""Those of one process who want the same go one after the other, before they queue in the database.

Whoever waits there holds a lock's place and works for nothing when somebody was faster; whoever waits here looks again.
Nothing is guarded by it: other processes have their own turns, and who has waited long goes on without one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

_MOST_SECONDS: Final = 1.0


class Turns:
    """By what is wanted."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, wanted: Hashable) -> AsyncIterator[bool]:
        """Whether the caller had to wait, so that things may have changed."""
        lock = self._locks.setdefault(wanted, asyncio.Lock())
        waits = lock.locked()
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                await lock.acquire()
        except TimeoutError:
            yield True
            return
        try:
            yield waits
        finally:
            lock.release()
