"""The workshops as they are described, kept in the memory of a process: each search reads those that have changed.

A description is stored with its workshop's row in one transaction, and the row carries the number of the last one, as
claims do: see `taken_time`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from booking_api import workshop_store
from booking_api.models import Workshop
from booking_api.shared_look import SharedLook
from database.connection import Connection

_FROM_THE_START: Final = "0"


class KnownWorkshops:
    """For one database. Never for a connection whose transaction has described a workshop: it may be rolled back."""

    def __init__(self) -> None:
        self._look = SharedLook()
        self._seen_until = _FROM_THE_START
        self._known: dict[str, Workshop] = {}

    async def all(self, connection: Connection) -> Sequence[Workshop]:
        """As the database shows them now, in order of their identifiers."""
        return list((await self._now(connection)).values())

    async def one(self, connection: Connection, workshop_id: str) -> Workshop | None:
        return (await self._now(connection)).get(workshop_id)

    async def _now(self, connection: Connection) -> Mapping[str, Workshop]:
        async with self._look.turn() as mine:
            if mine:
                await self._read_changes(connection)
            return self._known

    async def _read_changes(self, connection: Connection) -> None:
        seen_until, changed = await workshop_store.fetch_changed_workshops(connection, self._seen_until)
        if changed:
            read = await workshop_store.fetch_workshops(connection, changed)
            known = self._known | {one.workshop_id: one for one in read}
            self._known = dict(sorted(known.items()))
        self._seen_until = seen_until
