"""What is claimed, kept in the memory of a process: each search reads what has changed since the last one.

A search over 200 workshops would otherwise read hundreds of thousands of claims. What is read is exact: claims carry
the transaction that wrote them, and what was still open at the last look is looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from booking_api import workshop_store
from booking_api.local_days import instant
from booking_api.models import Claim
from booking_api.scheduling import DAY_MINUTES, Taken, Window, taken_masks
from booking_api.shared_look import SharedLook
from database.connection import Connection

AROUND: Final = 2 * DAY_MINUTES
"""The local days of a window begin before it and end after it, and work may go on after its last start."""
_BEYOND: Final = 7 * DAY_MINUTES
"""Read ahead, so that time's passing alone seldom asks for everything anew."""
_FROM_THE_START: Final = "0"


class TakenTime:
    """For one database. Never for a connection whose transaction has written claims: they may yet be rolled back."""

    def __init__(self) -> None:
        self._look = SharedLook()
        self._window = Window(0, 0)
        self._seen_until = _FROM_THE_START
        self._masks: dict[int, int] = {}

    async def at(self, connection: Connection, window: Window) -> Taken:
        """What is taken in this window as the database shows it now."""
        async with self._look.turn() as mine:
            if not self._covers(window):
                await self._read_anew(connection, window)
            elif mine:
                await self._read_changes(connection)
            return Taken(self._window.from_minute, self._masks)

    def _covers(self, window: Window) -> bool:
        begin, end = window.from_minute - AROUND, window.until_minute + AROUND
        return self._window.from_minute <= begin and end <= self._window.until_minute

    async def _read_anew(self, connection: Connection, window: Window) -> None:
        begin = (window.from_minute - AROUND) // DAY_MINUTES * DAY_MINUTES
        wider = Window(begin, max(window.until_minute + AROUND, self._window.until_minute) + _BEYOND)
        seen_until, resource_ids = await workshop_store.fetch_changed_resources(connection, _FROM_THE_START)
        masks = await self._read(connection, wider, resource_ids)
        self._window, self._seen_until, self._masks = wider, seen_until, masks

    async def _read_changes(self, connection: Connection) -> None:
        seen_until, resource_ids = await workshop_store.fetch_changed_resources(connection, self._seen_until)
        if resource_ids:
            masks = await self._read(connection, self._window, resource_ids)
            self._masks = self._masks | dict.fromkeys(resource_ids, 0) | masks
        self._seen_until = seen_until

    async def _read(self, connection: Connection, window: Window, resource_ids: Sequence[int]) -> dict[int, int]:
        span = instant(window.from_minute), instant(window.until_minute)
        claims: list[Claim] = await workshop_store.fetch_claims_of(connection, resource_ids, *span)
        return dict(taken_masks(claims, window.from_minute))
