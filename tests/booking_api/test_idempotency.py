"""What is asked again with the same key is done once and answered alike, whatever it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from booking_api.idempotency import KEPT_FOR, forget_old_keys
from database.connection import Pool
from tests.booking_api.conftest import NOW, VIN, booking_of, start

KEY: Final = {"Idempotency-Key": "key-1"}
CONSENTS: Final = f"/v1/vehicles/{VIN}/consents"
CONSENT: Final[dict[str, Any]] = {
    "grantee_kind": "driver",
    "grantee": "driver-1",
    "scopes": ["due"],
    "ends_at": start(days=9),
}
WITHOUT_KEY: Final = {
    "/v1/slot-searches": "nothing is changed",
    "/v1/due-calendar-addresses": "a secret that is told once is not kept",
    "/v1/bookings/{booking_id}/calendar-addresses": "the same",
    "/v1/workshops/{workshop_id}/bays/{resource_id}/calendar-addresses": "the same",
}


def test_every_post_takes_a_key_unless_it_is_said_why_not(app: FastAPI) -> None:
    posts = {path: methods["post"] for path, methods in app.openapi()["paths"].items() if "post" in methods}
    keyless = {
        path
        for path, post in posts.items()
        if not any(
            one["name"].lower() == "idempotency-key" for one in post.get("parameters", ()) if one["in"] == "header"
        )
    }
    assert keyless == set(WITHOUT_KEY)
    assert len(posts) > 2 * len(keyless)


async def test_a_consent_is_given_once_and_answered_alike(client: httpx.AsyncClient) -> None:
    first = await client.post(CONSENTS, json=CONSENT, headers=KEY)
    again = await client.post(CONSENTS, json=dict(reversed(CONSENT.items())), headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again.headers["content-type"]) == (first.content, first.headers["content-type"])
    assert len((await client.get(CONSENTS)).json()) == 1


async def test_a_key_belongs_to_its_request(client: httpx.AsyncClient) -> None:
    await client.post(CONSENTS, json=CONSENT, headers=KEY)
    changed = await client.post(CONSENTS, json=CONSENT | {"scopes": ["health"]}, headers=KEY)
    elsewhere = await client.post("/v1/holds", json=booking_of(start()), headers=KEY)
    for answer in (changed, elsewhere):
        assert (answer.status_code, answer.json()["type"]) == (422, "idempotency-key-reused")
    assert len((await client.get(CONSENTS)).json()) == 1


async def test_what_was_refused_may_be_asked_again_with_the_same_key(client: httpx.AsyncClient) -> None:
    refused = await client.post(CONSENTS, json=CONSENT | {"ends_at": start(days=-1)}, headers=KEY)
    assert refused.status_code == 422
    assert (await client.post(CONSENTS, json=CONSENT, headers=KEY)).status_code == 201


@pytest.mark.usefixtures("workshop")
async def test_a_repeated_answer_names_the_place_and_the_version(client: httpx.AsyncClient) -> None:
    first = await client.post("/v1/holds", json=booking_of(start()), headers=KEY)
    again = await client.post("/v1/holds", json=booking_of(start()), headers=KEY)
    for name in ("location", "etag"):
        assert again.headers[name] == first.headers[name]


async def test_keys_are_forgotten_but_not_before_their_time(client: httpx.AsyncClient, pool: Pool) -> None:
    await client.post(CONSENTS, json=CONSENT, headers=KEY)
    for later, left in ((KEPT_FOR, 1), (2 * KEPT_FOR + timedelta(seconds=1), 0)):
        async with pool.connection() as connection:
            await forget_old_keys(connection, NOW + later)
            rows = await (await connection.execute("select key from booking.idempotency_keys")).fetchall()
            assert len(rows) == left
