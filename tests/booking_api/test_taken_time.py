"""What a process remembers of the claims is what the database shows, whatever happened, however late it ended."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest

from booking_api import workshop_store
from booking_api.local_days import epoch_minute, instant
from booking_api.scheduling import Window, day_schedules
from booking_api.store import fetch_claims
from booking_api.taken_time import AROUND, TakenTime
from database.connection import Connection, Pool
from tests.booking_api.conftest import NOW, open_workshop, put

WINDOW: Final = Window(epoch_minute(NOW), epoch_minute(NOW + timedelta(days=14)))
INSERT: Final = """
insert into booking.claims (resource_id, booking_id, during, state) values (%s, %s, tstzrange(%s, %s), 'held')
returning claim_id
"""


async def booking(connection: Connection, vehicle_id: int) -> UUID:
    booking_id = uuid4()
    times = {"starts_at": NOW - timedelta(days=9), "ends_at": NOW - timedelta(days=8), "time_zone": "Europe/Berlin"}
    what = {"vehicle_id": vehicle_id, "workshop_id": "workshop-1", "status": "cancelled", "work": []}
    await put(connection, "booking.bookings", booking_id=booking_id, **times, **what)
    return booking_id


async def claim(connection: Connection, booking_id: UUID, resource_id: int, at: datetime) -> int:
    cursor = await connection.execute(INSERT, [resource_id, booking_id, at, at + timedelta(hours=1)])
    row = await cursor.fetchone()
    assert row is not None
    return int(row["claim_id"])


async def ensure_the_same(connection: Connection, taken: TakenTime, window: Window = WINDOW) -> None:
    """As a search that remembers nothing would see it."""
    (workshop,) = await workshop_store.fetch_workshops(connection)
    span = instant(window.from_minute - AROUND), instant(window.until_minute + AROUND)
    read = (await fetch_claims(connection, *span)).get("workshop-1", [])
    remembered = await taken.at(connection, window)
    assert list(day_schedules(workshop, remembered, window)) == list(day_schedules(workshop, read, window))


@pytest.mark.usefixtures("workshop")
async def test_it_follows_every_change(pool: Pool, car: int) -> None:
    chance, taken = random.Random(5), TakenTime()
    async with pool.connection() as connection:
        booking_id = await booking(connection, car)
        (workshop,) = await workshop_store.fetch_workshops(connection)
    known: list[int] = []
    for step in range(30):
        async with pool.connection() as connection:
            if known and chance.random() < 0.4:
                number = known.pop(chance.randrange(len(known)))
                words = "update booking.claims set state = 'released' where claim_id = %s"
                await connection.execute(words, [number])
            else:
                who = chance.choice(workshop.resources).resource_id
                known.append(await claim(connection, booking_id, who, NOW + timedelta(hours=2 * step)))
        async with pool.connection() as connection:
            await ensure_the_same(connection, taken)


@pytest.mark.usefixtures("workshop")
async def test_a_transaction_that_ends_after_a_later_one_is_not_passed_over(pool: Pool, car: int) -> None:
    taken = TakenTime()
    async with pool.connection() as connection:
        booking_id = await booking(connection, car)
        (workshop,) = await workshop_store.fetch_workshops(connection)
    first, second = (one.resource_id for one in workshop.resources)
    async with pool.connection() as slow, slow.transaction():
        await claim(slow, booking_id, first, NOW + timedelta(hours=2))
        async with pool.connection() as quick:
            await claim(quick, booking_id, second, NOW + timedelta(hours=4))
        async with pool.connection() as reader:
            await ensure_the_same(reader, taken)
    async with pool.connection() as reader:
        await ensure_the_same(reader, taken)
        assert (await taken.at(reader, WINDOW)).masks[first]


@pytest.mark.usefixtures("workshop")
async def test_what_is_rolled_back_was_never_taken(pool: Pool, car: int) -> None:
    taken = TakenTime()
    async with pool.connection() as connection:
        booking_id = await booking(connection, car)
        (workshop,) = await workshop_store.fetch_workshops(connection)
        await ensure_the_same(connection, taken)
    async with pool.connection() as connection:
        await claim(connection, booking_id, workshop.resources[0].resource_id, NOW + timedelta(hours=2))
        await connection.rollback()
    async with pool.connection() as reader:
        await ensure_the_same(reader, taken)


@pytest.mark.usefixtures("workshop")
async def test_another_window_is_read_where_it_is_not_remembered(pool: Pool, car: int) -> None:
    taken = TakenTime()
    async with pool.connection() as connection:
        booking_id = await booking(connection, car)
        (workshop,) = await workshop_store.fetch_workshops(connection)
        for days in (-3, 2, 20, 40):
            await claim(connection, booking_id, workshop.resources[0].resource_id, NOW + timedelta(days=days, hours=2))
    for begin, end in ((0, 3), (1, 14), (10, 45), (-5, 2), (0, 30)):
        window = Window(WINDOW.from_minute + begin * 1440, WINDOW.from_minute + end * 1440)
        async with pool.connection() as reader:
            await ensure_the_same(reader, taken, window)


async def test_a_workshop_that_limits_its_days_is_counted_from_the_claims(pool: Pool) -> None:
    async with pool.connection() as connection:
        await open_workshop(connection)
        await connection.execute("update booking.workshops set daily_visits = 1")
        (workshop,) = await workshop_store.fetch_workshops(connection)
        remembered = await TakenTime().at(connection, WINDOW)
    with pytest.raises(AssertionError, match="limits need the claims"):
        list(day_schedules(workshop, remembered, WINDOW))
