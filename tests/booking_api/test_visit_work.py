"""A visit at the workshop: the estimate and the owner's word, a longer day, the closing, what telemetry says of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from booking_api.dependencies import wall_clock
from booking_api.visits.verdicts import follow_verdicts
from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, put, start

pytestmark = pytest.mark.usefixtures("workshop")

ANY = {"If-Match": "*"}
BEGUN = NOW + timedelta(days=1, hours=1, minutes=5)
RED = {"title": "Brake pads", "urgency": "red", "minutes": 60, "cost_eur": 180.5}
NO_FAULT = {"causes": [{"fault_id": "00000000-0000-4000-8000-000000000001", "cause": "other"}]}
GREEN = {"title": "Wiper blades", "urgency": "green", "minutes": 5, "cost_eur": 30}


def staff(clients: Clients, role: str = "technician") -> httpx.AsyncClient:
    return clients(f"{role}-1", role, organisation_id="workshop-1")


async def at_work(clients: Clients, app: FastAPI, *steps: str) -> str:
    """A visit on which these steps were taken, five minutes after it began."""
    path: str = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    app.dependency_overrides[wall_clock] = lambda: BEGUN
    for step in steps:
        answer = await staff(clients).post(f"{path}/steps", json={"step": step}, headers=ANY)
        assert answer.status_code == 200, answer.text
    return path


async def story(clients: Clients, path: str) -> dict[str, Any]:
    told: dict[str, Any] = (await clients().get(f"{path}/visit")).json()
    return told


async def test_the_owner_decides_on_each_line_and_only_then_it_is_repaired(clients: Clients, app: FastAPI) -> None:
    path = await at_work(clients, app, "check_in", "inspect")
    offered = await staff(clients).put(f"{path}/estimate", json={"lines": [RED, GREEN]}, headers=ANY)
    assert offered.json()["status"] == "estimated"
    early = await staff(clients).post(f"{path}/steps", json={"step": "repair"}, headers=ANY)
    assert (early.status_code, early.json()["allowed"]) == (409, ["extend"])
    told = await story(clients, path)
    assert told["next_steps"] == ["decide"]
    assert [(one["line"], one["title"], one["cost_eur"], one["decision"]) for one in told["estimate"]] == [
        (1, "Brake pads", 180.5, None),
        (2, "Wiper blades", 30.0, None),
    ]
    for said in ({"approved": [1]}, {"approved": [1, 2], "declined": [2]}, {"approved": [1, 3], "declined": [2]}, {}):
        refused = await clients().put(f"{path}/estimate/decision", json=said, headers=ANY)
        assert (refused.status_code, refused.json()["type"]) == (422, "unknown-line")
    decided = await clients().put(
        f"{path}/estimate/decision", json={"approved": [1], "declined": [2]}, headers={"If-Match": '"4"'}
    )
    assert decided.json()["status"] == "approved"
    assert [one["decision"] for one in (await story(clients, path))["estimate"]] == ["approved", "declined"]
    assert (await staff(clients).post(f"{path}/steps", json={"step": "repair"}, headers=ANY)).status_code == 200


async def test_what_is_found_later_is_asked_for_again_and_what_was_decided_stands(
    clients: Clients, app: FastAPI
) -> None:
    path = await at_work(clients, app, "check_in", "inspect")
    await staff(clients).put(f"{path}/estimate", json={"lines": [RED]}, headers=ANY)
    await clients().put(f"{path}/estimate/decision", json={"approved": [1]}, headers=ANY)
    await staff(clients).post(f"{path}/steps", json={"step": "repair"}, headers=ANY)
    again = await staff(clients).put(f"{path}/estimate", json={"lines": [GREEN]}, headers=ANY)
    assert again.json()["status"] == "estimated"
    lines = [(one["line"], one["title"], one["decision"]) for one in (await story(clients, path))["estimate"]]
    assert lines == [(1, "Brake pads", "approved"), (2, "Wiper blades", None)]


async def test_work_that_takes_longer_takes_what_is_free_and_no_more(clients: Clients, app: FastAPI) -> None:
    await clients("owner-2").post("/v1/bookings", json=booking_of(start(hour=11), OTHER_VIN))
    path = await at_work(clients, app, "check_in")
    longer = await staff(clients).put(f"{path}/end", json={"ends_at": start(hour=11)}, headers={"If-Match": '"2"'})
    assert (longer.status_code, longer.json()["ends_at"], longer.headers["etag"]) == (200, start(hour=11), '"3"')
    taken = await staff(clients).put(f"{path}/end", json={"ends_at": start(hour=11, minute=15)}, headers=ANY)
    assert (taken.status_code, taken.json()["type"]) == (409, "slot-taken")
    assert (await clients().get(path)).json()["ends_at"] == start(hour=11)
    shorter = await staff(clients).put(f"{path}/end", json={"ends_at": start(hour=9, minute=30)}, headers=ANY)
    assert shorter.status_code == 200
    for ends_at, kind in ((start(hour=10, minute=1), "slot-not-offered"), (start(hour=8), "unusable-span")):
        refused = await staff(clients).put(f"{path}/end", json={"ends_at": ends_at}, headers=ANY)
        assert (refused.status_code, refused.json()["type"]) == (422, kind)


async def test_a_car_that_is_ready_leaves_its_bay_to_others(clients: Clients, app: FastAPI, pool: Pool) -> None:
    await at_work(clients, app, "check_in", "inspect", "repair", "finish")
    async with pool.connection() as connection:
        states = await connection.execute("select distinct state from booking.claims")
        assert [row["state"] for row in await states.fetchall()] == ["released"]


async def test_closing_begins_the_next_interval_and_is_said_once(clients: Clients, app: FastAPI, pool: Pool) -> None:
    path = await at_work(clients, app, "check_in", "inspect", "repair", "finish")
    closing = {"items": ["engine_oil"], "odometer": 41_000}
    closed = await staff(clients).put(f"{path}/closing", json=closing, headers=ANY)
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    again = await staff(clients).put(f"{path}/closing", json=closing, headers=ANY)
    assert (again.status_code, again.json()["type"], again.json()["allowed"]) == (409, "step-not-allowed", [])
    told = await story(clients, path)
    assert (told["closed_on"], told["done_items"], told["causes"]) == ("2026-03-24", ["engine_oil"], [])
    records = (await clients().get(f"/v1/vehicles/{VIN}/service-records")).json()
    assert [(one["item"], one["performed_on"], one["odometer_km"], one["source"]) for one in records][:1] == [
        ("engine_oil", "2026-03-24", 41_000.0, "workshop")
    ]


@pytest.mark.parametrize(
    ("role", "closing", "status", "kind"),
    [
        ("technician", {"items": ["flux_capacitor"]}, 422, "unknown-item"),
        ("technician", NO_FAULT, 404, "not-found"),
        ("service_adviser", NO_FAULT, 403, "not-allowed"),
    ],
)
async def test_a_closing_that_cannot_be_taken_closes_nothing(
    clients: Clients, app: FastAPI, role: str, closing: dict[str, Any], status: int, kind: str
) -> None:
    path = await at_work(clients, app, "check_in", "inspect", "repair", "finish")
    refused = await staff(clients, role).put(f"{path}/closing", json=closing, headers=ANY)
    assert (refused.status_code, refused.json()["type"]) == (status, kind)
    assert (await clients().get(path)).json()["status"] == "ready"


async def say(pool: Pool, car: int, item: str, state: str, performed_on: date = date(2026, 3, 24)) -> None:
    """As the planner writes it."""
    async with pool.connection() as connection:
        await connection.execute("delete from planner.verifications where item = %s", [item])
        texts = {"en": f"{state}.", "zh": f"{state}。"}
        row = {"vehicle_id": car, "item": item, "performed_on": performed_on, "state": state}
        await put(connection, "planner.verifications", texts=texts, **row)


async def look(pool: Pool, at: datetime) -> int:
    async with pool.connection() as connection:
        return len(await follow_verdicts(connection, at))


async def test_a_visit_is_verified_once_everything_holds_and_opened_when_something_comes_back(
    clients: Clients, app: FastAPI, pool: Pool, car: int
) -> None:
    path = await at_work(clients, app, "check_in", "inspect", "repair", "finish")
    await staff(clients).put(f"{path}/closing", json={"items": ["engine_oil", "replace_12v_battery"]}, headers=ANY)
    assert await look(pool, BEGUN) == 0
    await say(pool, car, "engine_oil", "verified")
    await say(pool, car, "replace_12v_battery", "not_yet")
    assert await look(pool, BEGUN) == 0
    await say(pool, car, "replace_12v_battery", "came_back", date(2026, 2, 1))
    assert await look(pool, BEGUN) == 1  # what came back was of another visit
    assert (await clients().get(path)).json()["status"] == "verified"
    await say(pool, car, "replace_12v_battery", "came_back")
    assert await look(pool, BEGUN + timedelta(days=9)) == 1
    assert await look(pool, BEGUN + timedelta(days=9)) == 0
    told = await story(clients, path)
    assert told["booking"]["status"] == "came_back"
    assert [(one["item"], one["state"], one["text"]) for one in told["verifications"]] == [
        ("engine_oil", "verified", "verified."),
        ("replace_12v_battery", "came_back", "came_back."),
    ]
    assert [one["kind"] for one in told["events"]][-3:] == ["visit.closed", "visit.verified", "visit.came_back"]
