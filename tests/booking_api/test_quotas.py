"""What a caller has left, on every answer; and a refusal that says when to come again."""

from __future__ import annotations

import re

from fastapi import FastAPI

from booking_api.quotas import WINDOW_SECONDS, Quotas
from tests.booking_api.conftest import VIN, Clients


def test_a_window_counts_down_and_begins_anew() -> None:
    quotas = Quotas(2)
    first, second, third = (quotas.take("one", at) for at in (100.0, 100.5, 101.0))
    assert [(one.remaining, one.allowed) for one in (first, second, third)] == [(1, True), (0, True), (0, False)]
    assert third.resets_in_seconds == 59
    assert quotas.take("two", 101.0).remaining == 1
    assert quotas.take("one", 100.0 + WINDOW_SECONDS).remaining == 1


def test_the_headers_are_structured_fields_of_the_draft() -> None:
    headers = Quotas(100).take("one", 0.0).headers()
    assert headers == {"RateLimit-Policy": '"default";q=100;w=60', "RateLimit": '"default";r=99;t=60'}


async def test_every_answer_says_what_is_left(clients: Clients) -> None:
    for path, status in ((f"/v1/vehicles/{VIN}/health", 200), (f"/v1/vehicles/{VIN[:-1]}0/due", 404)):
        answer = await clients().get(path)
        assert answer.status_code == status
        assert re.fullmatch(r'"default";q=\d+;w=60', answer.headers["ratelimit-policy"]), path
        assert re.fullmatch(r'"default";r=\d+;t=\d+', answer.headers["ratelimit"]), path
    assert "ratelimit" not in (await clients(None).get("/v1/bookings")).headers


async def test_one_too_many_is_told_when_to_come_again(clients: Clients, app: FastAPI) -> None:
    app.state.quotas = Quotas(2)
    for _ in range(2):
        assert (await clients().get("/v1/bookings")).status_code == 200
    refused = await clients().get("/v1/bookings")
    assert (refused.status_code, refused.json()["type"]) == (429, "quota-exceeded")
    assert 1 <= int(refused.headers["retry-after"]) <= WINDOW_SECONDS
    assert refused.headers["ratelimit"].startswith('"default";r=0;')
    assert (await clients("owner-2").get("/v1/bookings")).status_code == 200
