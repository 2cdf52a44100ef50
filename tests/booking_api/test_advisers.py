"""Who receives a car, and that the one who knows it is preferred."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import uuid4

import httpx
import pytest

from booking_api import workshop_store
from booking_api.advisers import receiving
from booking_api.models import Resource, Wishes
from booking_api.ranking import Candidate, Need, score_parts
from database.connection import Pool
from tests.booking_api.conftest import NOW, VIN, booking_of, open_workshop, put, start
from tests.booking_api.schedules import make_workshop

MONDAY: Final = date(2026, 3, 23)
MORNING, AFTERNOON = 9 * 60, 14 * 60
WORDS: Final = "the service adviser who received the car the last time is there"
EARLY: Final = Resource(10, "adviser", "adviser-1", breaks={0: ((720, 1080),)})
LATE: Final = Resource(11, "adviser", "adviser-2", breaks={0: ((480, 720),)}, absences=((5000, 6000),))
WORKSHOP: Final = make_workshop(resources=[EARLY, LATE])


def test_whoever_is_there_receives_and_the_known_one_first() -> None:
    both = make_workshop(resources=[EARLY, Resource(11, "adviser", "adviser-2")])
    assert receiving(both, MONDAY, MORNING, 0, ()) == EARLY
    known = receiving(both, MONDAY, MORNING, 0, {11})
    assert known is not None
    assert known.resource_id == 11
    assert receiving(WORKSHOP, MONDAY, MORNING, 0, {11}) == EARLY
    assert receiving(WORKSHOP, MONDAY, AFTERNOON, 0, ()) == LATE
    assert receiving(WORKSHOP, MONDAY, AFTERNOON, 5000, {11}) is None
    assert receiving(make_workshop(), MONDAY, MORNING, 0, ()) is None


def test_a_stranger_at_the_desk_costs_a_little_and_only_those_who_know_somebody() -> None:
    wishes = Wishes(adviser_ids=frozenset({11}))
    costs = [
        -score_parts(Candidate(WORKSHOP, 60, 120, MONDAY, wall, 0.5), Need(0), wishes)["continuity"]
        for wall in (MORNING, AFTERNOON)
    ]
    assert costs == [1.5, 0.0]
    assert score_parts(Candidate(WORKSHOP, 60, 120, MONDAY, MORNING, 0.5), Need(0), Wishes())["continuity"] == 0.0


@pytest.fixture
async def known(pool: Pool, car: int) -> None:
    """adviser-2, who is there in the afternoon, has received the car a month ago."""
    async with pool.connection() as connection:
        await open_workshop(connection)
        names = [{"workshop_id": "workshop-1", "name": f"adviser-{number}"} for number in (1, 2)]
        await workshop_store.upsert_resources(connection, [one | {"kind": "adviser", "skills": []} for one in names])
        away = (("12:00", "18:00"), ("08:00", "12:00"))
        breaks = [
            one | {"weekday": day, "starts": begin, "ends": end}
            for one, (begin, end) in zip(names, away, strict=True)
            for day in range(5)
        ]
        await workshop_store.insert_breaks(connection, breaks)
        (workshop,) = await workshop_store.fetch_workshops(connection)
        adviser = next(one.resource_id for one in workshop.resources if one.name == "adviser-2")
        before = NOW - timedelta(days=30)
        what = {"vehicle_id": car, "owner_id": "owner-1", "workshop_id": "workshop-1", "status": "closed", "work": []}
        when = {"starts_at": before, "ends_at": before + timedelta(hours=1), "time_zone": "Europe/Berlin"}
        await put(connection, "booking.bookings", booking_id=uuid4(), adviser_id=adviser, **what, **when)


@pytest.mark.usefixtures("known")
async def test_the_adviser_of_the_last_visit_is_a_reason_and_receives_the_car(client: httpx.AsyncClient) -> None:
    slots = (await client.post("/v1/slot-searches", json={"vin": VIN})).json()["slots"]
    by_half = {one["starts_at"][11:13] >= "12": WORDS in one["reasons"] for one in slots}
    assert by_half == {False: False, True: True}
    booked = [await client.post("/v1/bookings", json=booking_of(start(hour=hour))) for hour in (9, 14)]
    assert [one.json()["adviser"] for one in booked] == ["adviser-1", "adviser-2"]
    assert [WORDS in one.json()["reasons"] for one in booked] == [False, True]
    moved = await client.put(
        f"{booked[0].headers['location']}/start",
        json={"starts_at": start(days=2, hour=15)},
        headers={"If-Match": booked[0].headers["etag"]},
    )
    assert moved.json()["adviser"] == "adviser-2"
