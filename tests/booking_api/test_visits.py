"""The life of a visit: every step from every state, by everybody, as the one table says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final, get_args

import httpx
import pytest
from fastapi import FastAPI

from booking_api.dependencies import wall_clock
from booking_api.models import Status
from booking_api.visits.holds import expire_holds
from booking_api.visits.transitions import CLAIMING, TRANSITIONS, Step, actor_of, may, next_steps
from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, open_workshop, start

pytestmark = pytest.mark.usefixtures("workshop")

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
ENDS: Final = {"came_back", "cancelled", "missed", "expired"}
ANY: Final = {"If-Match": "*"}


def test_every_state_can_be_reached_and_all_but_the_ends_can_be_left() -> None:
    targets = {one.target for one in TRANSITIONS.values() if one.target} | {"held"}
    assert targets == set(STATUSES)
    assert set(STATUSES) - {source for one in TRANSITIONS.values() for source in one.sources} == ENDS


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "visits.md").read_text()
    shown = [line for line in page.splitlines() if line.startswith("| `")]
    assert shown == [
        f"| `{step}` | {', '.join(one.sources)} | {one.target or '–'} | {', '.join(one.actors)} |"
        for step, one in TRANSITIONS.items()
    ]


def test_a_role_without_a_part_in_visits_takes_no_step() -> None:
    for role in ("operator", "auditor"):
        assert actor_of(role) is None  # type: ignore[arg-type]
    assert all(next_steps(status, None) == [] for status in STATUSES)


def test_only_what_stands_in_a_bay_claims_one() -> None:
    """A step that leaves the bay is one to a status that claims none, and none leads back into a bay."""
    for step, one in TRANSITIONS.items():
        for source in one.sources:
            assert source in CLAIMING or (one.target or source) not in CLAIMING, step


def staff(clients: Clients, role: str = "technician") -> httpx.AsyncClient:
    return clients(f"{role}-1", role, organisation_id="workshop-1")


async def put_into(pool: Pool, status: str) -> None:
    async with pool.connection() as connection:
        await connection.execute("update booking.bookings set status = %s", [status])


async def booked(clients: Clients, **changes: Any) -> str:
    answer = await clients().post("/v1/bookings", json=booking_of(start()) | changes)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize("role", ["technician", "service_adviser"])
@pytest.mark.parametrize("status", STATUSES)
async def test_each_step_of_the_workshop_is_possible_where_the_table_says_and_nowhere_else(
    clients: Clients, app: FastAPI, pool: Pool, status: Status, role: str
) -> None:
    path = await booked(clients)
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(days=1, hours=2)
    if status == "held":
        async with pool.connection() as connection:
            await connection.execute("update booking.bookings set hold_expires_at = %s, made_at_desk = true", [NOW])
    actor = actor_of(role)  # type: ignore[arg-type]
    steps: tuple[Step, ...] = ("check_in", "inspect", "repair", "finish", "miss")
    for step in steps:
        await put_into(pool, status)
        answer = await staff(clients, role).post(f"{path}/steps", json={"step": step}, headers=ANY)
        if status == "expired":
            assert answer.status_code == 404  # a hold of the owner's that has ended is no business of the workshop's
        elif may(status, step, actor):
            assert (answer.status_code, answer.json()["status"]) == (200, TRANSITIONS[step].target)
        else:
            assert (answer.status_code, answer.json()["type"]) == (409, "step-not-allowed")
            assert answer.json()["allowed"] == next_steps(status, actor)
            assert answer.json()["visit_status"] == status


async def test_a_hold_becomes_a_booking_with_the_same_claims(clients: Clients, pool: Pool) -> None:
    held = await clients().post("/v1/holds", json=booking_of(start()))
    assert (held.status_code, held.json()["status"]) == (201, "held")
    assert held.json()["hold_expires_at"] == "2026-03-23T07:05:00Z"
    taken = await clients("owner-2").post("/v1/bookings", json=booking_of(start(), OTHER_VIN))
    assert taken.json()["type"] == "slot-taken"
    claims = "select claim_id, state from booking.claims order by claim_id"
    async with pool.connection() as connection:
        before = await (await connection.execute(claims)).fetchall()
    path = held.headers["location"]
    once, twice = await clients().put(f"{path}/confirmation"), await clients().put(f"{path}/confirmation")
    assert (once.status_code, once.json()["status"], once.json()) == (200, "booked", twice.json())
    async with pool.connection() as connection:
        after = await (await connection.execute(claims)).fetchall()
    assert [one | {"state": "confirmed"} for one in before] == after
    assert {one["state"] for one in before} == {"held"}


async def test_a_hold_that_has_ended_can_be_confirmed_no_more_and_leaves_its_slot(
    clients: Clients, app: FastAPI, pool: Pool
) -> None:
    held = await clients().post("/v1/holds", json=booking_of(start()))
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(minutes=5)
    late = await clients().put(f"{held.headers['location']}/confirmation")
    assert (late.status_code, late.json()["type"]) == (409, "hold-expired")
    others = await clients("owner-2").post("/v1/bookings", json=booking_of(start(), OTHER_VIN))
    assert others.status_code == 201
    assert (await clients().get(held.headers["location"])).json()["status"] == "expired"
    again = await clients().put(f"{held.headers['location']}/confirmation")
    assert again.json()["type"] == "hold-expired"


async def test_a_hold_counts_to_the_last_moment_and_is_ended_then(clients: Clients, pool: Pool) -> None:
    held = (await clients().post("/v1/holds", json=booking_of(start()))).json()
    async with pool.connection() as connection:
        assert await expire_holds(connection, NOW + timedelta(minutes=4, seconds=59)) == []
        ended = await expire_holds(connection, NOW + timedelta(minutes=5))
        assert [str(one) for one in ended] == [held["booking_id"]]
        assert await expire_holds(connection, NOW + timedelta(minutes=5)) == []


async def test_the_workshop_sees_no_hold_of_an_owner(clients: Clients) -> None:
    path = (await clients().post("/v1/holds", json=booking_of(start()))).headers["location"]
    assert (await staff(clients).get(path)).status_code == 404
    assert (await staff(clients).get(f"/v1/vehicles/{VIN}/health")).status_code == 404
    await clients().put(f"{path}/confirmation")
    assert (await staff(clients).get(path)).status_code == 200
    assert (await staff(clients).get(f"/v1/vehicles/{VIN}/health")).status_code == 200


async def test_the_desk_sees_and_confirms_what_it_holds_for_an_owner(clients: Clients) -> None:
    consent = {"grantee_kind": "workshop", "grantee": "workshop-1", "scopes": ["book"], "ends_at": start(days=9)}
    await clients().post(f"/v1/vehicles/{VIN}/consents", json=consent)
    desk = staff(clients, "service_adviser")
    held = await desk.post("/v1/holds", json=booking_of(start()))
    assert held.status_code == 201
    assert (await desk.put(f"{held.headers['location']}/confirmation")).json()["status"] == "booked"


async def test_one_car_has_no_two_visits_at_once(clients: Clients, pool: Pool) -> None:

    async with pool.connection() as connection:
        await open_workshop(connection, "workshop-2")
    path = await booked(clients)
    second = await clients().post("/v1/bookings", json=booking_of(start(minute=30), workshop_id="workshop-2"))
    assert (second.status_code, second.json()["type"]) == (409, "vehicle-busy")
    after = await clients().post("/v1/bookings", json=booking_of(start(hour=10), workshop_id="workshop-2"))
    assert after.status_code == 201
    moved = await clients().put(f"{path}/start", json={"starts_at": start(hour=10, minute=30)}, headers=ANY)
    assert (moved.status_code, moved.json()["type"]) == (409, "vehicle-busy")
    await clients().delete(after.headers["location"])
    assert (
        await clients().put(f"{path}/start", json={"starts_at": start(hour=10, minute=30)}, headers=ANY)
    ).status_code == 200


async def test_close_to_the_visit_the_owner_calls_and_the_desk_changes(clients: Clients, app: FastAPI) -> None:
    path = await booked(clients)
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(hours=24, minutes=1)  # 59 minutes before
    for answer in (
        await clients().delete(path),
        await clients().put(f"{path}/start", json={"starts_at": start(days=2)}, headers=ANY),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "too-late-to-change")
    desk = staff(clients, "service_adviser")
    moved = await desk.put(f"{path}/start", json={"starts_at": start(days=1, hour=14)}, headers=ANY)
    assert moved.status_code == 200
    assert (await clients().delete(path)).status_code == 200


async def test_nobody_is_missed_before_the_visit_begins(clients: Clients, app: FastAPI, pool: Pool) -> None:
    path = await booked(clients)
    desk = staff(clients, "workshop_manager")
    early = await desk.post(f"{path}/steps", json={"step": "miss"}, headers=ANY)
    assert (early.status_code, early.json()["type"]) == (409, "booking-ended")
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(days=1, hours=2)
    assert (await desk.post(f"{path}/steps", json={"step": "miss"}, headers=ANY)).json()["status"] == "missed"
    async with pool.connection() as connection:
        left = await connection.execute("select 1 from booking.claims where state <> 'released'")
        assert await left.fetchall() == []


async def test_a_step_names_the_version_that_was_read(clients: Clients) -> None:
    path = await booked(clients)
    technician = staff(clients)
    without = await technician.post(f"{path}/steps", json={"step": "check_in"})
    assert (without.status_code, without.json()["type"]) == (428, "if-match-missing")
    first = await technician.post(f"{path}/steps", json={"step": "check_in"}, headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    stale = await technician.post(f"{path}/steps", json={"step": "inspect"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "stale-version")
