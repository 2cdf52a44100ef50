"""Who may see and do what: relations, consents, and the log of what was read. The matrix has a file of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from booking_api.dependencies import wall_clock
from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, enrol, start
from vehicles import service as vehicles

HEALTH = f"/v1/vehicles/{VIN}/health"
CONSENTS = f"/v1/vehicles/{VIN}/consents"
LOG = f"/v1/vehicles/{VIN}/access-log"


def consent_of(**changes: Any) -> dict[str, Any]:
    usual = {"grantee_kind": "workshop", "grantee": "workshop-1", "scopes": ["health"], "ends_at": start(days=7)}
    return usual | changes


async def status_of(client: httpx.AsyncClient, path: str = HEALTH) -> int:
    return (await client.get(path)).status_code


async def test_without_a_token_only_operations_answer(clients: Clients) -> None:
    stranger = clients(None)
    for path in ("/v1/vehicles", "/v1/workshops", "/v1/bookings", f"/v1/vehicles/{VIN}/health"):
        assert (await stranger.get(path)).status_code == 401
    for path in ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"):
        assert (await stranger.get(path)).status_code == 200
    assert (await stranger.get("/v1/vehicles", headers={"Authorization": "Basic b3duZXItMTp4"})).status_code == 401


async def test_an_owner_sees_only_their_own_cars(clients: Clients) -> None:
    assert [one["vin"] for one in (await clients().get("/v1/vehicles")).json()] == [VIN]
    assert (await clients("owner-3").get("/v1/vehicles")).json() == []
    seen = (await clients("operator-1", "operator").get("/v1/vehicles")).json()
    assert {one["vin"] for one in seen} == {VIN, OTHER_VIN}


@pytest.mark.usefixtures("workshop")
async def test_anothers_car_cannot_be_told_from_one_that_does_not_exist(clients: Clients) -> None:
    nobodys = "1M8GDM9A0KP999999"
    client = clients()
    for path in ("health", "due"):
        anothers, missing = [await client.get(f"/v1/vehicles/{vin}/{path}") for vin in (OTHER_VIN, nobodys)]
        assert (anothers.status_code, anothers.json()) == (404, missing.json())
    for path, body in (("/v1/slot-searches", {}), ("/v1/bookings", booking_of(start()))):
        anothers, missing = [await client.post(path, json={**body, "vin": vin}) for vin in (OTHER_VIN, nobodys)]
        assert (anothers.status_code, anothers.json()) == (404, missing.json())


@pytest.mark.usefixtures("workshop")
async def test_anothers_booking_cannot_be_told_from_one_that_does_not_exist(clients: Clients) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    other = clients("owner-2")
    missing = await other.get("/v1/bookings/00000000-0000-4000-8000-000000000000")
    attempts = [
        await other.get(path),
        await other.delete(path),
        await other.put(f"{path}/start", json={"starts_at": start(hour=11)}, headers={"If-Match": "*"}),
    ]
    assert {answer.status_code for answer in attempts} == {404}
    assert all(answer.json() == missing.json() for answer in attempts)
    assert (await clients().get(path)).json()["status"] == "booked"
    technician = clients("technician-1", "technician", organisation_id="workshop-1")
    assert (await technician.get(path)).json()["reasons"] is None


@pytest.mark.usefixtures("workshop")
async def test_a_technician_sees_a_car_from_its_booking_until_two_weeks_after_the_visit(
    app: FastAPI, clients: Clients
) -> None:
    here, elsewhere = (clients("technician-1", "technician", organisation_id=f"workshop-{n}") for n in (1, 2))
    assert await status_of(here) == 404
    assert (await clients().post("/v1/bookings", json=booking_of(start()))).status_code == 201
    assert await status_of(here) == 200
    assert await status_of(elsewhere) == 404
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(days=16)
    assert await status_of(here) == 404


@pytest.mark.usefixtures("workshop")
async def test_a_cancelled_booking_opens_nothing(clients: Clients) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    await clients().delete(path)
    assert await status_of(clients("technician-1", "technician", organisation_id="workshop-1")) == 404


async def test_a_consent_opens_what_it_names_until_it_ends(app: FastAPI, clients: Clients) -> None:
    technician = clients("technician-1", "technician", organisation_id="workshop-1")
    given = (await clients().post(CONSENTS, json=consent_of())).json()
    assert (given["is_live"], given["scopes"], given["withdrawn_at"]) == (True, ["health"], None)
    assert await status_of(technician) == 200
    assert await status_of(technician, f"/v1/vehicles/{VIN}/due") == 404
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(days=7, hours=3)
    assert await status_of(technician) == 404
    assert [one["is_live"] for one in (await clients().get(CONSENTS)).json()] == [False]


async def test_a_withdrawn_consent_counts_no_more(clients: Clients) -> None:
    driver = clients("driver-1", "driver")
    given = (await clients().post(CONSENTS, json=consent_of(grantee_kind="driver", grantee="driver-1"))).json()
    assert await status_of(driver) == 200
    assert await status_of(clients("driver-2", "driver")) == 404
    withdrawn = [await clients().delete(f"{CONSENTS}/{given['consent_id']}") for _ in range(2)]
    assert withdrawn[0].json() == withdrawn[1].json()
    assert await status_of(driver) == 404


async def test_a_consent_to_a_workshop_is_none_to_a_driver_of_that_name(clients: Clients) -> None:
    await clients().post(CONSENTS, json=consent_of())
    assert await status_of(clients("workshop-1", "driver")) == 404
    await clients().post(CONSENTS, json=consent_of(grantee_kind="driver", grantee="workshop-2"))
    assert await status_of(clients("x", "technician", organisation_id="workshop-2")) == 404


async def test_consents_end_when_the_car_changes_hands(clients: Clients, pool: Pool, car: int) -> None:
    await clients().post(CONSENTS, json=consent_of())
    async with pool.connection() as connection:
        await vehicles.assign_owner(connection, car, "owner-2", since=NOW.date())
    assert await status_of(clients("technician-1", "technician", organisation_id="workshop-1")) == 404
    assert (await clients("owner-2").get(CONSENTS)).json() == []
    assert await status_of(clients()) == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": start(days=-1)},
        {"ends_at": start(days=400)},
        {"starts_at": start(days=3), "ends_at": start(days=2)},
    ],
)
async def test_a_consent_has_an_end_that_can_be_used(clients: Clients, changes: dict[str, Any]) -> None:
    refused = await clients(language="zh").post(CONSENTS, json=consent_of(**changes))
    assert (refused.status_code, refused.json()["type"]) == (422, "unusable-span")
    assert refused.json()["detail"].startswith("授权")
    assert (await clients().get(CONSENTS)).json() == []


async def test_anothers_consent_cannot_be_withdrawn(clients: Clients) -> None:
    given = (await clients().post(CONSENTS, json=consent_of())).json()
    others = f"/v1/vehicles/{OTHER_VIN}/consents/{given['consent_id']}"
    assert (await clients("owner-2").delete(others)).status_code == 404
    assert (await clients("owner-2").delete(f"{CONSENTS}/{given['consent_id']}")).status_code == 404
    assert (await clients().get(CONSENTS)).json()[0]["is_live"]


async def test_the_owner_sees_who_has_read_and_why_but_not_the_person(clients: Clients) -> None:
    await clients().post(CONSENTS, json=consent_of())
    await clients("technician-1", "technician", organisation_id="workshop-1").get(HEALTH)
    await clients("operator-1", "operator").get("/v1/vehicles")
    entries = (await clients().get(LOG)).json()
    seen = [(one["role"], one["organisation_id"], one["action"], one["relation"], one["reader"]) for one in entries]
    assert seen == [
        ("owner", None, "read_access_log", "owner", None),
        ("operator", None, "list_vehicles", "any", None),
        ("technician", "workshop-1", "read_health", "consent", None),
        ("owner", None, "give_consent", "owner", None),
    ]
    audited = (await clients("auditor-1", "auditor").get("/v1/access-log")).json()
    assert {one["reader"] for one in audited} == {"owner-1", "operator-1", "technician-1", "auditor-1"}
    page = (await clients().get(LOG, params={"cursor": entries[1]["access_id"], "limit": 1})).json()
    assert page == entries[2:3]


async def test_a_new_owner_does_not_see_what_was_read_before(clients: Clients, pool: Pool, car: int) -> None:
    await clients().get(HEALTH)
    async with pool.connection() as connection:
        await vehicles.assign_owner(connection, car, "owner-2", since=NOW.date())
    assert [one["action"] for one in (await clients("owner-2").get(LOG)).json()] == ["read_access_log"]


async def test_what_cannot_be_written_down_is_not_answered(clients: Clients, pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.execute("alter table booking.access_log add check (action <> 'read_health')")
    with pytest.raises(Exception, match="access_log"):
        await clients().get(HEALTH)


async def test_the_api_cannot_change_the_log(pool: Pool) -> None:
    async with pool.connection() as connection:
        for right in ("update", "delete", "truncate"):
            words = "select has_table_privilege('servicelane_booking_api', 'booking.access_log', %s) as has"
            row = await (await connection.execute(words, [right])).fetchone()
            assert row == {"has": False}, right


async def test_a_fleet_s_manager_sees_the_fleet_s_cars(clients: Clients, pool: Pool) -> None:
    fleet_car = "1M8GDM9A2KP000003"
    async with pool.connection() as connection:
        await enrol(connection, fleet_car, "fleet-1")
    manager = clients("manager-1", "fleet_manager", organisation_id="fleet-1")
    assert [one["vin"] for one in (await manager.get("/v1/vehicles")).json()] == [fleet_car]
    assert await status_of(manager) == 404


@pytest.mark.usefixtures("workshop")
async def test_a_workshop_books_at_its_own_place_alone(clients: Clients, pool: Pool) -> None:
    await clients().post(CONSENTS, json=consent_of(grantee="workshop-2", scopes=["book"]))
    adviser = clients("adviser-1", "service_adviser", organisation_id="workshop-2")
    refused = await adviser.post("/v1/bookings", json=booking_of(start()))
    assert (refused.status_code, refused.json()["type"]) == (403, "not-allowed")
    assert (await clients().get("/v1/bookings")).json() == []


async def test_an_owner_takes_everything_along_that_names_them(clients: Clients) -> None:
    await clients().post(CONSENTS, json=consent_of())
    await clients("technician-1", "technician", organisation_id="workshop-1").get(HEALTH)
    account = (await clients().get("/v1/account")).json()
    assert (account["subject"], account["display_name"]) == ("owner-1", "owner-1")
    assert [one["vin"] for one in account["vehicles"]] == [VIN]
    assert [(one["vin"], one["grantee"]) for one in account["consents"]] == [(VIN, "workshop-1")]
    assert ("technician", "read_health") in {(one["role"], one["action"]) for one in account["access_log"]}
    assert "technician-1" not in str(account)
    stranger = (await clients("owner-77").get("/v1/account")).json()
    assert (stranger["display_name"], stranger["vehicles"], stranger["access_log"]) == (None, [], [])


async def test_erasure_is_asked_for_once(clients: Clients) -> None:
    answers = [await clients().post("/v1/account/erasure") for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
