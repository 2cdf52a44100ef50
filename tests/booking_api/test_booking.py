"""Booking, moving and cancelling over HTTP."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, open_workshop, recommend, start

pytestmark = pytest.mark.usefixtures("workshop")


async def test_a_booking_says_when_in_the_workshops_own_time(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/bookings", json=booking_of("2026-03-24T08:00:00Z"))
    body = answer.json()
    assert answer.status_code == 201, body
    assert (body["starts_at"], body["ends_at"]) == ("2026-03-24T09:00:00+01:00", "2026-03-24T10:00:00+01:00")
    assert (body["status"], body["version"], body["workshop_name"]) == ("booked", 1, "Name of workshop-1")
    assert answer.headers["etag"] == '"1"'
    assert (await client.get(answer.headers["location"])).json() == body
    assert (await client.get("/v1/bookings")).json() == [body]


async def test_a_booking_takes_as_long_as_its_recommendations(client: httpx.AsyncClient, pool: Pool, car: int) -> None:
    async with pool.connection() as connection:
        ids = [str(await recommend(connection, car, minutes=50)), str(await recommend(connection, car, minutes=30))]
    request = {**booking_of(start()), "recommendation_ids": ids}
    body = (await client.post("/v1/bookings", json=request)).json()
    assert body["ends_at"] == "2026-03-24T10:30:00+01:00"  # 80 minutes are six quarters of an hour
    assert sorted(body["recommendation_ids"]) == sorted(ids)
    assert "a technician trained for car electrics" in body["reasons"]


async def test_a_taken_time_comes_with_the_three_nearest_free_ones(clients: Clients) -> None:
    await clients().post("/v1/bookings", json=booking_of(start(hour=9)))
    answer = await clients("owner-2").post("/v1/bookings", json=booking_of(start(hour=9, minute=15), OTHER_VIN))
    body = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == "slot-taken"
    assert body["alternatives"] == [start(hour=10), start(hour=10, minute=15), start(hour=8)]


@pytest.mark.parametrize(
    ("starts_at", "reason"),
    [
        (start(minute=5), "off_grain"),
        ("2026-03-24T09:00:01+01:00", "off_grain"),
        (start(days=-1), "window"),
        (start(days=0, hour=8, minute=45), "window"),  # the workshop wants an hour of notice
        (start(days=60), "window"),
        (start(days=5), "closed"),  # a Saturday
        (start(hour=6), "closed"),
        (start(hour=17, minute=30), "too_long"),
    ],
)
async def test_a_start_that_no_search_would_offer_is_refused_with_the_reason(
    client: httpx.AsyncClient, starts_at: str, reason: str
) -> None:
    answer = await client.post("/v1/bookings", json=booking_of(starts_at))
    assert (answer.status_code, answer.json()["type"]) == (422, "slot-not-offered")
    assert answer.json()["reason"] == reason


async def test_work_that_nobody_there_can_do_is_refused(client: httpx.AsyncClient, pool: Pool, car: int) -> None:
    async with pool.connection() as connection:
        wanted = await recommend(connection, car, skill="high_voltage")
    request = {**booking_of(start()), "recommendation_ids": [str(wanted)]}
    assert (await client.post("/v1/bookings", json=request)).json()["reason"] == "no_technician_with_skill"


async def test_what_is_not_known_is_said(client: httpx.AsyncClient) -> None:
    unknown_workshop = await client.post("/v1/bookings", json=booking_of(start(), workshop_id="nowhere"))
    assert (unknown_workshop.status_code, unknown_workshop.json()["type"]) == (404, "not-found")
    request = {**booking_of(start()), "recommendation_ids": [str(uuid4())]}
    unknown_work = await client.post("/v1/bookings", json=request)
    assert (unknown_work.status_code, unknown_work.json()["type"]) == (422, "unknown-recommendation")


async def test_the_same_key_books_once_and_answers_alike(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": '"key-1"'}
    first = await client.post("/v1/bookings", json=booking_of(start()), headers=headers)
    moved = {"starts_at": start(hour=11)}
    await client.put(f"{first.headers['location']}/start", json=moved, headers={"If-Match": '"1"'})
    again = await client.post("/v1/bookings", json=booking_of(start()), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert len((await client.get("/v1/bookings")).json()) == 1


async def test_the_same_key_with_another_body_is_refused(clients: Clients) -> None:
    headers = {"Idempotency-Key": "key-1"}
    await clients().post("/v1/bookings", json=booking_of(start()), headers=headers)
    other = await clients().post("/v1/bookings", json=booking_of(start(hour=11)), headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "idempotency-key-reused")
    anothers = await clients("owner-2").post(
        "/v1/bookings", json=booking_of(start(hour=11), OTHER_VIN), headers=headers
    )
    assert anothers.status_code == 201


async def test_a_key_whose_request_failed_is_free_again(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "key-1"}
    assert (await client.post("/v1/bookings", json=booking_of(start(hour=6)), headers=headers)).status_code == 422
    assert (await client.post("/v1/bookings", json=booking_of(start()), headers=headers)).status_code == 201


async def test_a_visit_may_move_by_less_than_its_own_length(client: httpx.AsyncClient) -> None:
    path = (await client.post("/v1/bookings", json=booking_of(start()))).headers["location"]
    moved = await client.put(f"{path}/start", json={"starts_at": start(minute=15)}, headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["starts_at"], moved.headers["etag"]) == (200, start(minute=15), '"2"')
    refilled = await client.post("/v1/bookings", json=booking_of(start(hour=8)))
    assert refilled.status_code == 201


async def test_a_visit_moves_to_another_workshop(client: httpx.AsyncClient, pool: Pool) -> None:
    async with pool.connection() as connection:
        await open_workshop(connection, "workshop-2", time_zone="America/New_York")
    path = (await client.post("/v1/bookings", json=booking_of(start()))).headers["location"]
    body = {"starts_at": "2026-03-25T09:00:00-04:00", "workshop_id": "workshop-2"}
    moved = (await client.put(f"{path}/start", json=body, headers={"If-Match": "*"})).json()
    assert (moved["workshop_id"], moved["starts_at"]) == ("workshop-2", body["starts_at"])
    assert (await client.post("/v1/bookings", json=booking_of(start()))).status_code == 201


async def test_a_move_that_fails_leaves_the_visit_where_it_was(clients: Clients) -> None:
    mine = await clients().post("/v1/bookings", json=booking_of(start()))
    await clients("owner-2").post("/v1/bookings", json=booking_of(start(hour=11), OTHER_VIN))
    path = mine.headers["location"]
    refused = await clients().put(f"{path}/start", json={"starts_at": start(hour=11)}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["type"]) == (409, "slot-taken")
    assert (await clients().get(path)).json() == mine.json()
    again = await clients("owner-2").post("/v1/bookings", json=booking_of(start(), OTHER_VIN))
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({}, 428, "if-match-missing"),
        ({"If-Match": '"7"'}, 412, "stale-version"),
        ({"If-Match": 'W/"1"'}, 412, "stale-version"),
        ({"If-Match": "1"}, 412, "stale-version"),
        ({"If-Match": '"' + "9" * 400 + '"'}, 412, "stale-version"),
    ],
)
async def test_a_change_must_name_the_version_that_was_read(
    client: httpx.AsyncClient, headers: dict[str, str], status: int, kind: str
) -> None:
    path = (await client.post("/v1/bookings", json=booking_of(start()))).headers["location"]
    answer = await client.put(f"{path}/start", json={"starts_at": start(hour=11)}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, kind)


async def test_cancelling_twice_is_the_same_as_once_and_frees_the_time(client: httpx.AsyncClient) -> None:
    path = (await client.post("/v1/bookings", json=booking_of(start()))).headers["location"]
    once, twice = await client.delete(path), await client.delete(path)
    assert once.json()["status"] == "cancelled"
    assert (once.status_code, once.json()) == (twice.status_code, twice.json())
    assert (await client.post("/v1/bookings", json=booking_of(start()))).status_code == 201
    revived = await client.put(f"{path}/start", json={"starts_at": start(hour=12)}, headers={"If-Match": "*"})
    assert (revived.status_code, revived.json()["type"]) == (409, "booking-ended")


async def test_a_visit_that_has_begun_can_neither_move_nor_be_cancelled(client: httpx.AsyncClient, pool: Pool) -> None:
    path = (await client.post("/v1/bookings", json=booking_of(start()))).headers["location"]
    async with pool.connection() as connection:
        await connection.execute("update booking.bookings set starts_at = %s", [NOW - timedelta(minutes=5)])
    assert (await client.delete(path)).json()["type"] == "booking-ended"
    moved = await client.put(f"{path}/start", json={"starts_at": start(hour=12)}, headers={"If-Match": "*"})
    assert moved.json()["type"] == "booking-ended"


async def test_a_workshop_books_for_the_owner_who_then_sees_it(clients: Clients) -> None:
    consent = {"grantee_kind": "workshop", "grantee": "workshop-1", "scopes": ["book"], "ends_at": start(days=9)}
    assert (await clients().post(f"/v1/vehicles/{VIN}/consents", json=consent)).status_code == 201
    adviser = clients("adviser-1", "service_adviser", organisation_id="workshop-1")
    booked = await adviser.post("/v1/bookings", json=booking_of(start()))
    assert booked.status_code == 201
    assert [one["vin"] for one in (await clients().get("/v1/bookings")).json()] == [VIN]
    assert (await clients("owner-2").get("/v1/bookings")).json() == []


async def test_the_published_view_names_no_owner(pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.execute("set local role servicelane_reader")
        cursor = await connection.execute("select * from published.bookings")
    assert cursor.description is not None
    assert [column.name for column in cursor.description] == [
        "booking_id",
        "vehicle_id",
        "workshop_id",
        "starts_at",
        "ends_at",
        "status",
        "recommendation_ids",
    ]


async def test_visits_come_in_pages_each_once(client: httpx.AsyncClient) -> None:
    """Two of them begin at the same moment: one was cancelled."""
    await client.delete((await client.post("/v1/bookings", json=booking_of(start()))).headers["location"])
    for days in (1, 2, 3):
        await client.post("/v1/bookings", json=booking_of(start(days=days)))
    url, pages = "/v1/bookings?limit=1", []
    while url:
        page = await client.get(url)
        pages += page.json()
        url = page.links.get("next", {}).get("url", "")
    assert len({one["booking_id"] for one in pages}) == len(pages) == 4
    assert pages == (await client.get("/v1/bookings")).json()
    assert [one["starts_at"] for one in pages] == [start(days=3), start(days=2), start(), start()]
