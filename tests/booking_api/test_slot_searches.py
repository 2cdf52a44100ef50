"""Searching a visit over HTTP: everything offered can be booked, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from booking_api import service, slot_search
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.models import Caller, SlotQuery
from database.connection import Pool
from database.queries import Queries
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, open_workshop, recommend, start

OUT_OF_REACH = "the time asked for is too soon or too far ahead for the workshop"


async def search(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/v1/slot-searches", json={"vin": VIN, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("workshop")
async def test_the_first_slot_is_recommended_and_in_the_workshops_own_time(client: httpx.AsyncClient) -> None:
    found = await search(client)
    assert found["reasons"] == []
    best = found["slots"][0]
    assert best["labels"] == ["recommended", "soonest"]
    assert best["starts_at"] == start(days=0, hour=9)  # an hour of notice after 08:00
    assert best["ends_at"] == start(days=0, hour=10)
    assert (best["workshop_id"], best["time_zone"]) == ("workshop-1", "Europe/Berlin")
    assert best["score"] == pytest.approx(sum(best["score_parts"].values()), abs=1e-6)
    assert "the soonest free time" in best["reasons"]
    assert len(found["slots"]) == 10


async def test_everything_that_is_offered_can_be_booked(client: httpx.AsyncClient, pool: Pool, car: int) -> None:
    async with pool.connection() as connection:
        await service.register_demo_workshops(connection)
        wanted = str(await recommend(connection, car, skill="high_voltage", minutes=95, due_at=NOW + timedelta(days=9)))
    slots = (await search(client, recommendation_ids=[wanted], position={"latitude": 52.5, "longitude": 13.4}))["slots"]
    assert {"recommended", "soonest", "closest"} <= {label for slot in slots for label in slot["labels"]}
    for slot in slots:
        request = {"vin": VIN, "recommendation_ids": [wanted]}
        request |= {"workshop_id": slot["workshop_id"], "starts_at": slot["starts_at"]}
        booked = await client.post("/v1/bookings", json=request)
        assert booked.status_code == 201, booked.text
        assert (booked.json()["starts_at"], booked.json()["ends_at"]) == (slot["starts_at"], slot["ends_at"])
    assert (await search(client, recommendation_ids=[wanted]))["slots"]


@pytest.mark.parametrize("skill", ["electrical", "cooling", "tyres", "engine", "brakes", "high_voltage", "general"])
async def test_the_demo_workshops_have_every_skill(client: httpx.AsyncClient, pool: Pool, car: int, skill: str) -> None:
    async with pool.connection() as connection:
        await service.register_demo_workshops(connection)
        wanted = str(await recommend(connection, car, skill=skill))
    assert (await search(client, recommendation_ids=[wanted]))["slots"]


async def test_registering_the_demo_workshops_again_changes_nothing(client: httpx.AsyncClient, pool: Pool) -> None:
    async with pool.connection() as connection:
        await service.register_demo_workshops(connection)
    once = (await client.get("/v1/workshops")).json()
    async with pool.connection() as connection:
        await service.register_demo_workshops(connection)
    assert (await client.get("/v1/workshops")).json() == once
    assert len(once) == 6
    assert (await client.get(f"/v1/workshops/{once[0]['workshop_id']}")).json() == once[0]


@pytest.mark.usefixtures("workshop")
async def test_a_search_may_name_days_a_part_of_the_day_and_a_window(client: httpx.AsyncClient) -> None:
    found = await search(client, preferred_days=["thursday"], day_part="afternoon")
    assert found["slots"][0]["starts_at"] == start(days=3, hour=12)
    window = {"from": start(days=2, hour=10), "until": start(days=2, hour=11)}
    assert [one["starts_at"] for one in (await search(client, **window))["slots"]] == [start(days=2, hour=10)]


@pytest.mark.usefixtures("workshop")
@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({"until": start(days=-1)}, OUT_OF_REACH),
        ({"from": start(days=400)}, OUT_OF_REACH),
        ({"from": start(days=5), "until": start(days=6)}, "the workshop is closed at that time"),
        (
            {"from": start(days=2), "until": start(days=1)},
            OUT_OF_REACH,
        ),
    ],
)
async def test_no_slot_comes_with_the_reason(client: httpx.AsyncClient, window: dict[str, str], words: str) -> None:
    found = await search(client, **window)
    assert (found["slots"], found["reasons"]) == ([], [words])
    (other,) = found["relaxations"]
    assert (other["relaxation"], other["text"]) == ("other_time", "at another time")
    booked = await client.post("/v1/bookings", json=booking_of(other["starts_at"], workshop_id=other["workshop_id"]))
    assert booked.status_code == 201, booked.text


async def test_without_workshops_or_skills_the_reason_is_given_in_the_callers_language(
    clients: Clients, pool: Pool, car: int
) -> None:
    assert (await search(clients()))["reasons"] == ["no workshop is registered"]
    async with pool.connection() as connection:
        await open_workshop(connection)
        wanted = str(await recommend(connection, car, skill="high_voltage"))
    found = await search(clients(language="de, zh-CN;q=0.8, en;q=0.3"), recommendation_ids=[wanted])
    assert found == {"slots": [], "reasons": ["没有具备所需全部技能的技师"], "relaxations": []}


@pytest.mark.usefixtures("workshop")
async def test_urgent_work_that_cannot_be_done_in_time_is_offered_soonest_and_it_is_said(
    client: httpx.AsyncClient, pool: Pool, car: int
) -> None:
    async with pool.connection() as connection:
        wanted = str(await recommend(connection, car, urgency=4, latest_safe_at=NOW - timedelta(days=1)))
    found = await search(client, recommendation_ids=[wanted])
    assert found["slots"][0]["starts_at"] == start(days=0, hour=9)
    assert found["reasons"] == ["nothing is free before the latest safe date; these are the soonest times after it"]


@pytest.mark.usefixtures("workshop")
async def test_another_cars_recommendation_is_unknown(client: httpx.AsyncClient, pool: Pool, car: int) -> None:
    async with pool.connection() as connection:
        others = await recommend(connection, car + 1)
    for wanted in (others, uuid4()):
        answer = await client.post("/v1/slot-searches", json={"vin": VIN, "recommendation_ids": [str(wanted)]})
        assert (answer.status_code, answer.json()["type"]) == (422, "unknown-recommendation")


async def test_a_search_takes_eight_queries_however_many_workshops_there_are(
    pool: Pool, car: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool.connection() as connection:
        for number in range(20):
            await open_workshop(connection, f"workshop-{number}")
        wanted = await recommend(connection, car)
    access = Access(Caller("owner-1", "owner"), Action.SEARCH_SLOTS, NOW)
    asked: list[str] = []
    read = Queries.text

    def counted(queries: Queries, name: str) -> bytes:
        asked.append(name)
        return read(queries, name)

    monkeypatch.setattr(Queries, "text", counted)
    async with pool.connection() as connection:
        found = await slot_search.search(connection, access, SlotQuery(VIN, (wanted,)))
    assert len(found.slots) == 10
    assert asked == [
        *("fetch_vehicles", "insert_access", "fetch_recommendations"),
        *("fetch_known_places", "fetch_workshops", "fetch_car_visits", "fetch_services", "fetch_claims"),
    ]


@pytest.mark.usefixtures("workshop")
async def test_work_that_would_run_into_a_visit_after_the_time_asked_for_is_not_offered(clients: Clients) -> None:
    others = booking_of(start(days=2, hour=10), OTHER_VIN)
    assert (await clients("owner-2").post("/v1/bookings", json=others)).status_code == 201
    window = {"from": start(days=2, hour=9, minute=15), "until": start(days=2, hour=10)}
    assert (await search(clients(), **window))["slots"] == []
