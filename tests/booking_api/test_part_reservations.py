"""Parts are held with the visit: nobody else counts on them, and they are free again when it is cancelled or moved."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from booking_api import workshop_store
from database.connection import Pool
from tests.booking_api.conftest import OTHER_VIN, VIN, Clients, open_workshop, recommend, start

RESERVED = "select part, quantity::float8, source, state from booking.part_reservations order by part, state, source"


@pytest.fixture
async def work(pool: Pool, car: int) -> dict[str, str]:
    """By VIN, a recommendation that takes one pump; the workshop has one, and waits three days for another."""
    async with pool.connection() as connection:
        await open_workshop(connection, bays=2, technicians=(("electrical",), ("electrical",)))
        stock = {"workshop_id": "workshop-1", "part": "pump", "on_hand": 1, "lead_days": 3, "superseded_by": None}
        await workshop_store.insert_stock(connection, [stock])
        ids = {VIN: await recommend(connection, car), OTHER_VIN: await recommend(connection, car + 1)}
        words = """update planner.recommendations set details = '{"parts": [{"part": "pump", "quantity": 1}]}'"""
        await connection.execute(words)
    return {vin: str(one) for vin, one in ids.items()}


async def book(client: httpx.AsyncClient, vin: str, work: str, starts_at: str) -> httpx.Response:
    body = {"vin": vin, "workshop_id": "workshop-1", "starts_at": starts_at, "recommendation_ids": [work]}
    return await client.post("/v1/bookings", json=body)


async def reserved(pool: Pool) -> list[tuple[Any, ...]]:
    async with pool.connection() as connection:
        return [tuple(row.values()) for row in await (await connection.execute(RESERVED)).fetchall()]


async def test_who_comes_second_waits_for_the_delivery(clients: Clients, pool: Pool, work: dict[str, str]) -> None:
    first = await book(clients(), VIN, work[VIN], start(days=1))
    assert first.status_code == 201, first.text
    other = clients("owner-2")
    early = await book(other, OTHER_VIN, work[OTHER_VIN], start(days=1, hour=12))
    assert (early.status_code, early.json()["reason"]) == (422, "parts_not_ready")
    search = {"vin": OTHER_VIN, "recommendation_ids": [work[OTHER_VIN]]}
    slots = (await other.post("/v1/slot-searches", json=search)).json()["slots"]
    assert min(one["starts_at"] for one in slots) == start(days=3, hour=8)
    assert any("the parts are ordered and come in time" in one["reasons"] for one in slots)
    later = await book(other, OTHER_VIN, work[OTHER_VIN], start(days=3, hour=8))
    assert later.status_code == 201, later.text
    assert await reserved(pool) == [("pump", 1.0, "order", "reserved"), ("pump", 1.0, "stock", "reserved")]


async def test_a_visit_that_is_cancelled_gives_its_parts_back(
    clients: Clients, pool: Pool, work: dict[str, str]
) -> None:
    path = (await book(clients(), VIN, work[VIN], start(days=1))).headers["location"]
    assert (await clients().delete(path)).status_code == 200
    again = await book(clients("owner-2"), OTHER_VIN, work[OTHER_VIN], start(days=1))
    assert again.status_code == 201, again.text
    assert await reserved(pool) == [("pump", 1.0, "stock", "released"), ("pump", 1.0, "stock", "reserved")]


async def test_a_visit_that_moves_keeps_its_part(clients: Clients, pool: Pool, work: dict[str, str]) -> None:
    path = (await book(clients(), VIN, work[VIN], start(days=1))).headers["location"]
    body = {"starts_at": start(days=1, hour=14)}
    moved = await clients().put(f"{path}/start", json=body, headers={"If-Match": '"1"'})
    assert moved.status_code == 200, moved.text
    assert ("pump", 1.0, "stock", "reserved") in await reserved(pool)
    assert [one for one in await reserved(pool) if one[3] == "reserved"] == [("pump", 1.0, "stock", "reserved")]


async def test_of_two_who_want_the_last_one_on_different_days_only_one_gets_it_from_the_stock(
    clients: Clients, pool: Pool, work: dict[str, str]
) -> None:
    answers = await asyncio.gather(
        book(clients(), VIN, work[VIN], start(days=1)),
        book(clients("owner-2"), OTHER_VIN, work[OTHER_VIN], start(days=2)),
    )
    assert sorted(one.status_code for one in answers) == [201, 422]
    assert await reserved(pool) == [("pump", 1.0, "stock", "reserved")]


async def test_parts_that_are_fitted_leave_the_stock(clients: Clients, pool: Pool, work: dict[str, str]) -> None:
    booked = (await book(clients(), VIN, work[VIN], start(days=1))).json()
    async with pool.connection() as connection:
        await workshop_store.fit_parts(connection, UUID(booked["booking_id"]))
        stock = await workshop_store.fetch_stock(connection, ["pump"])
    assert stock["workshop-1"]["pump"].free == 0
    assert await reserved(pool) == [("pump", 1.0, "stock", "fitted")]
