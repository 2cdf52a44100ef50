"""Waiting lists: what becomes free is held for the next one, and for nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from booking_api.dependencies import wall_clock
from booking_api.visits.service import end_holds
from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, enrol, events_of, recommend, start

pytestmark = pytest.mark.usefixtures("workshop")

THIRD_VIN = "1M8GDM9A4KP000003"


def wait_of(**changes: Any) -> dict[str, Any]:
    return {"workshop_id": "workshop-1", "from": start(hour=8), "until": start(hour=18)} | changes


async def wait(clients: Clients, owner: str, vin: str, **changes: Any) -> httpx.Response:
    return await clients(owner).post(f"/v1/vehicles/{vin}/waiting", json=wait_of(**changes))


async def status_of(clients: Clients, owner: str, vin: str) -> dict[str, Any]:
    found = (await clients(owner).get(f"/v1/vehicles/{vin}/waiting")).json()[0]
    assert isinstance(found, dict)
    return found


@pytest.fixture
async def third(pool: Pool) -> str:
    async with pool.connection() as connection:
        await enrol(connection, THIRD_VIN, "owner-3")
    return THIRD_VIN


async def test_what_is_cancelled_is_held_for_who_waits_longest(clients: Clients, third: str) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    assert (await wait(clients, "owner-2", OTHER_VIN)).status_code == 201
    assert (await wait(clients, "owner-3", third)).status_code == 201
    await clients().delete(path)
    offered = await status_of(clients, "owner-2", OTHER_VIN)
    assert offered["status"] == "offered"
    assert (await status_of(clients, "owner-3", third))["status"] == "waiting"
    stranger = await clients("owner-3").post("/v1/bookings", json=booking_of(start(), third))
    assert stranger.json()["type"] == "slot-taken"
    held = (await clients("owner-2").get(f"/v1/bookings/{offered['booking_id']}")).json()
    assert (held["status"], held["starts_at"], held["hold_expires_at"]) == ("held", start(), "2026-03-23T07:30:00Z")
    told = await events_of(clients("owner-2"), 2)
    assert [one["kind"] for one in told] == ["visit.held", "visit.offered"]
    await clients("owner-2").put(f"/v1/bookings/{offered['booking_id']}/confirmation")
    assert (await status_of(clients, "owner-2", OTHER_VIN))["status"] == "taken"


async def test_an_offer_that_nobody_takes_goes_to_the_next(clients: Clients, pool: Pool, third: str) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    await wait(clients, "owner-2", OTHER_VIN)
    await wait(clients, "owner-3", third)
    await clients().delete(path)
    async with pool.connection() as connection:
        assert len(await end_holds(connection, NOW + timedelta(minutes=30))) == 1
    assert (await status_of(clients, "owner-2", OTHER_VIN))["status"] == "passed"
    assert (await status_of(clients, "owner-3", third))["status"] == "offered"


async def test_the_time_that_a_visit_moves_away_from_is_offered_too(clients: Clients) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    await wait(clients, "owner-2", OTHER_VIN)
    await clients().put(f"{path}/start", json={"starts_at": start(hour=14)}, headers={"If-Match": "*"})
    assert (await status_of(clients, "owner-2", OTHER_VIN))["status"] == "offered"


async def test_who_needs_more_time_than_became_free_is_passed_over(clients: Clients, pool: Pool, third: str) -> None:
    async with pool.connection() as connection:
        row = await (
            await connection.execute("select vehicle_id from vehicles.vehicles where vin = %s", [OTHER_VIN])
        ).fetchone()
        assert row is not None
        long = await recommend(connection, row["vehicle_id"], minutes=240)
    await clients("owner-3").post("/v1/bookings", json=booking_of(start(hour=10), third))
    path = (await clients().post("/v1/bookings", json=booking_of(start(hour=9)))).headers["location"]
    await wait(clients, "owner-2", OTHER_VIN, recommendation_ids=[str(long)])
    await clients().delete(path)
    assert (await status_of(clients, "owner-2", OTHER_VIN))["status"] == "waiting"
    assert (await clients().post("/v1/bookings", json=booking_of(start(hour=9)))).status_code == 201


async def test_who_wants_another_time_or_has_left_is_offered_nothing(clients: Clients) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    entry = (await wait(clients, "owner-2", OTHER_VIN, **{"from": start(hour=10)})).json()
    mine = f"/v1/vehicles/{OTHER_VIN}/waiting/{entry['entry_id']}"
    left = await clients("owner-2").delete(mine)
    assert (left.status_code, left.json()["status"]) == (200, "left")
    assert (await clients("owner-2").delete(mine)).json() == left.json()
    await wait(clients, "owner-2", OTHER_VIN, **{"from": start(hour=10)})
    await clients().delete(path)
    assert (await status_of(clients, "owner-2", OTHER_VIN))["status"] == "waiting"


async def test_a_car_waits_once_at_each_workshop_and_not_for_the_past(clients: Clients) -> None:
    assert (await wait(clients, "owner-2", OTHER_VIN)).status_code == 201
    again = await wait(clients, "owner-2", OTHER_VIN)
    assert (again.status_code, again.json()["type"]) == (409, "already-waiting")
    for changes in (
        {"until": start(hour=8)},
        {"from": start(days=-3), "until": start(days=-2)},
        {"until": (datetime.fromisoformat(start()) + timedelta(days=91)).isoformat()},
    ):
        refused = await wait(clients, "owner-1", VIN, **changes)
        assert (refused.status_code, refused.json()["type"]) == (422, "unusable-span")


async def test_a_car_that_was_sold_waits_no_more(clients: Clients, pool: Pool, app: FastAPI) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    await wait(clients, "owner-2", OTHER_VIN)
    assert (await clients("owner-2").delete(f"/v1/vehicles/{OTHER_VIN}/ownership")).status_code == 204
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(minutes=1)
    assert (await clients().delete(path)).status_code == 200
    async with pool.connection() as connection:
        held = await connection.execute("select 1 from booking.bookings where status = 'held'")
        assert await held.fetchall() == []
