"""What a process remembers of the workshops is what the database shows, and is read again only where it has changed."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest

from booking_api import workshop_store
from booking_api.known_workshops import KnownWorkshops
from database.connection import Pool
from database.queries import Queries
from tests.booking_api.conftest import open_workshop

STILL_OPEN: Final = """
select 1 from booking.workshops where changed_xid >= pg_snapshot_xmin(pg_current_snapshot())
"""


async def test_it_follows_every_description_however_late_it_ends(pool: Pool) -> None:
    known = KnownWorkshops()
    async with pool.connection() as slow, pool.connection() as connection:
        await open_workshop(slow, "workshop-2")
        async with connection.transaction():
            await open_workshop(connection, "workshop-1")
        assert [one.workshop_id for one in await known.all(connection)] == ["workshop-1"]
        await connection.commit()
        await slow.commit()
        assert await known.all(connection) == await workshop_store.fetch_workshops(connection)
        async with connection.transaction():
            await open_workshop(connection, "workshop-1", bays=3)
        found = await known.all(connection)
        assert [len(one.resources) for one in found] == [4, 2]
        assert found == await workshop_store.fetch_workshops(connection)


async def until_all_have_ended(pool: Pool) -> None:
    """Every transaction of the server that began before the description was stored, those of other tests included."""
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        while await (await connection.execute(STILL_OPEN)).fetchone():
            await asyncio.sleep(0.01)
        await connection.set_autocommit(False)


async def test_what_has_not_changed_is_not_read_again(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pool.connection() as connection:
        await open_workshop(connection)
    await until_all_have_ended(pool)
    known, text = KnownWorkshops(), Queries.text
    asked: list[str] = []

    def counted(queries: Queries, name: str) -> bytes:
        asked.append(name)
        return text(queries, name)

    monkeypatch.setattr(Queries, "text", counted)
    async with pool.connection() as connection:
        first, again = await known.all(connection), await known.all(connection)
    assert first == again
    assert asked == ["fetch_changed_workshops", "fetch_workshops", "fetch_changed_workshops"]
