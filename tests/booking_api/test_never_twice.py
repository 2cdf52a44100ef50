"""Owners who book, move and cancel at the same moment, over HTTP: afterwards nobody shares, and offers are honest.

The work comes from the planner's own tables, through the view that it publishes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest

from booking_api.dependencies import wall_clock
from database.connection import Connection, Pool
from database.errors import OverlapError, translated
from maintenance_planner import store as planner
from maintenance_planner.models import Basis, Recommendation, Skill, Texts
from maintenance_planner.work_details import details_for
from telemetry_schema.vin import with_check_digit
from tests.booking_api.conftest import NOW, Clients, enrol, open_workshop, running_app

WORKSHOPS: Final = ("workshop-1", "workshop-2")
SHARED: Final = """
select count(*) as pairs
from booking.claims as one
join booking.claims as other on one.resource_id = other.resource_id and one.claim_id < other.claim_id
where one.during && other.during and one.state <> 'released' and other.state <> 'released'
"""
HELD_WRONGLY: Final = """
select count(*) as bookings
from booking.bookings as booking
where array(
    select resource.kind from booking.claims as claim join booking.resources as resource using (resource_id)
    where claim.booking_id = booking.booking_id and claim.state <> 'released'
      and claim.during = tstzrange(booking.starts_at, booking.ends_at)
      and resource.workshop_id = booking.workshop_id
    order by resource.kind
) <> case booking.status when 'booked' then array['bay', 'technician'] else array[]::text[] end
"""
CLAIM_AGAIN: Final = """
insert into booking.claims (resource_id, booking_id, during, state)
select resource_id, booking_id, tstzrange(lower(during) + %s::interval, upper(during) + %s::interval), %s
from booking.claims
order by claim_id
limit 1
"""


@dataclass
class Owner:
    """What an owner knows: the car, its due work, and the bookings made so far."""

    vin: str
    recommendation_ids: list[str]
    client: httpx.AsyncClient
    paths: list[str] = field(default_factory=list)


@pytest.fixture
async def owners(database_url: str, pool: Pool, keys_folder: Path) -> AsyncIterator[list[Owner]]:
    """Four owners with a car each, and two workshops in two time zones that do not have room for all of them."""
    async with pool.connection() as connection:
        await open_workshop(connection, "workshop-1", bays=2, technicians=(("electrical",), ("brakes", "tyres")))
        await open_workshop(connection, "workshop-2", technicians=(("electrical", "brakes"),), time_zone="Asia/Kolkata")
        cars = [await _car_with_work(connection, number) for number in range(1, 5)]
    async with running_app(database_url, keys_folder) as app:
        app.dependency_overrides[wall_clock] = lambda: NOW
        clients = Clients(app, keys_folder)
        yield [Owner(vin, works, clients(f"owner-{number}")) for number, (vin, works) in enumerate(cars, 1)]


async def _car_with_work(connection: Connection, number: int) -> tuple[str, list[str]]:
    vin = with_check_digit(f"1M8GDM9A0KP00010{number}")
    vehicle_id = await enrol(connection, vin, f"owner-{number}")
    works: list[tuple[Skill | None, int]] = [("electrical", 20), ("brakes", 45), (None, 130)]
    return vin, [str(await _recommend(connection, vehicle_id, skill, minutes)) for skill, minutes in works]


async def _recommend(connection: Connection, vehicle_id: int, skill: Skill | None, minutes: int) -> UUID:
    recommendation = Recommendation(
        recommendation_id=uuid4(),
        item=f"work-{minutes}",
        urgency=2,
        due_at=NOW + timedelta(days=5),
        latest_safe_at=None,
        titles=Texts(en="Work", zh="工作"),
        reasons={"en": [], "zh": []},
        operations=[{"code": f"work-{minutes}", "minutes": minutes, "skill": skill}],
        finding_ids=[],
        details=details_for("engine_oil", []),
        basis=Basis(),
    )
    await planner.upsert_recommendations(connection, [(vehicle_id, recommendation)])
    return recommendation.recommendation_id


def any_start(rng: random.Random) -> str:
    """One of eight quarters of an hour at which both workshops are open: few, so that the owners do collide."""
    return (NOW + timedelta(days=1, minutes=15 * rng.randint(0, 7))).isoformat()


async def book(owner: Owner, rng: random.Random) -> httpx.Response:
    body: dict[str, Any] = {"vin": owner.vin, "recommendation_ids": rng.sample(owner.recommendation_ids, 1)}
    body |= {"workshop_id": rng.choice(WORKSHOPS), "starts_at": any_start(rng)}
    answer = await owner.client.post("/v1/bookings", json=body)
    if answer.status_code == 201:
        owner.paths.append(answer.headers["location"])
    return answer


async def act(owner: Owner, rng: random.Random) -> str:
    """Does one thing; the answer in words, such as `move 409`."""
    what = rng.choice(["book", "book", "move", "cancel"]) if owner.paths else "book"
    if what == "book":
        answer = await book(owner, rng)
    elif what == "move":
        body = {"starts_at": any_start(rng), "workshop_id": rng.choice(WORKSHOPS)}
        path = rng.choice(owner.paths)
        answer = await owner.client.put(f"{path}/start", json=body, headers={"If-Match": "*"})
    else:
        answer = await owner.client.delete(path := rng.choice(owner.paths))
        owner.paths = [one for one in owner.paths if one != path]  # else the calendar fills and nobody competes
    return f"{what} {answer.status_code}"


async def count(pool: Pool, query: str) -> dict[str, Any] | None:
    async with pool.connection() as connection:
        return await (await connection.execute(query.encode())).fetchone()


@pytest.mark.parametrize("seed", range(2))
async def test_owners_who_act_at_once_never_share_and_are_offered_only_what_is_free(
    owners: list[Owner], pool: Pool, seed: int
) -> None:
    rng = random.Random(seed)
    outcomes: set[str] = set()
    for _ in range(20):
        outcomes |= set(await asyncio.gather(*(act(rng.choice(owners), rng) for _ in range(8))))
        assert await count(pool, SHARED) == {"pairs": 0}
        assert await count(pool, HELD_WRONGLY) == {"bookings": 0}
    assert not {outcome for outcome in outcomes if outcome.split()[1] not in ("200", "201", "409", "422")}
    assert {"book 201", "book 409", "move 200", "cancel 200"} <= outcomes
    for owner in owners:
        await _ensure_every_offer_can_be_booked(owner)


async def _ensure_every_offer_can_be_booked(owner: Owner) -> None:
    """One after the other, each given back, since two offers may want the same technician."""
    work = owner.recommendation_ids[-1:]
    found = await owner.client.post("/v1/slot-searches", json={"vin": owner.vin, "recommendation_ids": work})
    assert found.json()["slots"]
    for slot in found.json()["slots"]:
        body = {"vin": owner.vin, "recommendation_ids": work}
        body |= {name: slot[name] for name in ("workshop_id", "starts_at")}
        booked = await owner.client.post("/v1/bookings", json=body)
        assert (booked.status_code, booked.json()["ends_at"]) == (201, slot["ends_at"])
        assert (await owner.client.delete(booked.headers["location"])).status_code == 200


async def test_each_alternative_given_to_the_losers_of_a_race_is_free(owners: list[Owner]) -> None:
    owner = owners[0]
    body = {"vin": owner.vin, "workshop_id": "workshop-2", "starts_at": "2026-03-24T09:00:00+05:30"}
    answers = await asyncio.gather(*(owner.client.post("/v1/bookings", json=body) for _ in range(12)))
    lost = [answer.json()["alternatives"] for answer in answers if answer.status_code == 409]
    assert len(lost) == 11
    for starts_at in {at for alternatives in lost for at in alternatives}:
        booked = await owner.client.post("/v1/bookings", json={**body, "starts_at": starts_at})
        assert (booked.status_code, booked.json()["starts_at"]) == (201, starts_at)
        await owner.client.delete(booked.headers["location"])


async def test_the_database_itself_refuses_a_claim_that_overlaps(owners: list[Owner], pool: Pool) -> None:
    await _book_an_hour(owners[0])
    async with pool.connection() as connection:
        for state, later in product(["held", "confirmed", "in_service"], ["0 minutes", "15 minutes", "-15 minutes"]):
            with pytest.raises(OverlapError, match="claims_never_overlap"), translated():
                async with connection.transaction():
                    await connection.execute(CLAIM_AGAIN.encode(), [later, later, state])


async def test_a_claim_that_follows_or_is_over_is_taken(owners: list[Owner], pool: Pool) -> None:
    await _book_an_hour(owners[0])
    async with pool.connection() as connection:
        for later, state in (("60 minutes", "confirmed"), ("0 minutes", "released")):
            written = await connection.execute(CLAIM_AGAIN.encode(), [later, later, state])
            assert written.rowcount == 1


async def _book_an_hour(owner: Owner) -> None:
    body = {"vin": owner.vin, "workshop_id": "workshop-1", "starts_at": "2026-03-24T09:00:00+01:00"}
    assert (await owner.client.post("/v1/bookings", json=body)).status_code == 201
