"""A look at the database that those who ask at the same moment share.

Who came before a look began may go by what it found: it is no older than the question. Who came while it was on its way
may not, and looks again, for everybody who has come by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class SharedLook:
    """One look at a time. Never for a transaction that has written what is looked at: others may look for it."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._begun = 0
        self._succeeded = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Whether the caller is to look: nobody's look that succeeded has begun since the caller came."""
        begun_before = self._begun
        async with self._lock:
            if self._succeeded > begun_before:
                yield False
                return
            self._begun += 1
            number = self._begun
            yield True
            self._succeeded = number
