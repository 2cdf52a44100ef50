"""What comes from outside is refused in words, never with a five hundred."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest

from tests.booking_api.conftest import VIN, booking_of, start

pytestmark = pytest.mark.usefixtures("workshop")


async def refusal(client: httpx.AsyncClient, path: str, body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["type"], problem["status"]) == ("invalid-request", 422)
    return problem


NO_INSTANTS = [
    "2026-03-24T09:00:00",
    "2026-03-24",
    "tomorrow",
    "",
    "1774339200",
    1774339200,
    1774339200.5,
    None,
    "1999-12-31T23:45:00Z",
    "9999-12-31T23:45:00+14:00",
    "2026-02-30T09:00:00Z",
    "2026-03-24T25:00:00Z",
    "2026-03-24T09:00:00+99:00",
    "2026-03-24T09:00:00Z\u0000",
    "２０２６-03-24T09:00:00Z",
]


async def test_an_instant_that_is_not_written_out_with_its_offset_is_refused(
    client: httpx.AsyncClient,
) -> None:
    for starts_at in NO_INSTANTS:
        problem = await refusal(client, "/v1/bookings", booking_of(starts_at))
        assert problem["errors"][0]["location"] == ["body", "starts_at"], starts_at


NO_BOOKINGS = [
    {"vin": "short"},
    {"vin": VIN.lower()},
    {"vin": VIN[:-1] + "\u0000"},
    {"vin": "X" * 1_000_000},
    {"vin": [VIN]},
    {"workshop_id": "../etc"},
    {"workshop_id": "w" * 65},
    {"workshop_id": "w\u0000"},
    {"workshop_id": "w\n"},
    {"recommendation_ids": ["no-uuid"]},
    {"recommendation_ids": ["00000000-0000-4000-8000-000000000000"] * 51},
    {"recommendation_ids": 10**400},
    {"unknown": 1},
    {"owner_id": "owner-2"},
]


async def test_a_booking_that_makes_no_sense_is_refused(client: httpx.AsyncClient) -> None:
    for changes in NO_BOOKINGS:
        await refusal(client, "/v1/bookings", {**booking_of(start()), **changes})


NO_SEARCHES = [
    {"position": {"latitude": 91, "longitude": 0}},
    {"position": {"latitude": 0, "longitude": 1e308}},
    {"position": {"latitude": "north", "longitude": 0}},
    {"position": {"latitude": 0}},
    {"preferred_days": ["someday"]},
    {"preferred_days": ["monday"] * 8},
    {"day_part": "night"},
    {"from": "2026-03-24T09:00:00"},
    {"until": "0001-01-01T00:00:00Z"},
]


async def test_a_search_that_makes_no_sense_is_refused(client: httpx.AsyncClient) -> None:
    for changes in NO_SEARCHES:
        await refusal(client, "/v1/slot-searches", {"vin": VIN, **changes})


NO_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe",
    b'{"vin": NaN}',
    b'{"\\ud800": 1}',
    b'{"vin": "\\ud800"}',
    b'{"position": {"latitude": NaN, "longitude": Infinity}}',
    b"[" * 100_000,
    b'{"recommendation_ids": ' + b"9" * 5000 + b"}",
]


async def test_a_body_that_is_no_request_is_refused(client: httpx.AsyncClient) -> None:
    for path, content in itertools.product(("/v1/bookings", "/v1/slot-searches"), NO_BODIES):
        answer = await client.post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["type"] == "invalid-request"


async def test_what_was_sent_is_not_repeated_in_the_refusal(client: httpx.AsyncClient) -> None:
    body = {"vin": VIN, "position": {"latitude": 952.123456, "longitude": 13.4}}
    answer = await client.post("/v1/slot-searches", json=body)
    assert "952.123456" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("PATCH", "/v1/bookings", 405, "method-not-allowed"),
        ("GET", "/v1/bookings/no-uuid", 422, "invalid-request"),
        ("GET", "/v1/bookings/00000000-0000-4000-8000-000000000000", 404, "not-found"),
        ("GET", "/v1/vehicles/no-vin/health", 422, "invalid-request"),
        ("GET", "/v1/workshops/nowhere", 404, "not-found"),
        ("GET", "/v1/workshops/%00", 422, "invalid-request"),
    ],
)
async def test_every_error_is_a_problem_document(
    client: httpx.AsyncClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["type"], answer.json()["status"]) == (status, kind, status)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_key_that_cannot_be_kept_is_refused(client: httpx.AsyncClient) -> None:
    for key in ("", "x" * 256, "schlüssel"):
        headers = {"Idempotency-Key": key.encode()}
        answer = await client.post("/v1/bookings", json=booking_of(start()), headers=headers)
        assert answer.status_code == 422, key


async def test_problems_are_in_the_callers_language(client: httpx.AsyncClient) -> None:
    for language in ("zh", "zh-Hans-CN,en;q=0.1", "ZH;q=1.0"):
        answer = await client.get("/v1/workshops/nowhere", headers={"Accept-Language": language})
        assert answer.json()["title"] == "未找到"


async def test_any_other_language_is_answered_in_english(client: httpx.AsyncClient) -> None:
    for language in ("", "de", "en", "zh;q=x", "zh;q=0", "en;q=0.9,zh;q=0.8", ";;,,=", "*", "q" * 10_000):
        answer = await client.get("/v1/workshops/nowhere", headers={"Accept-Language": language})
        assert answer.json()["title"] == "Not found", language


async def test_a_parameter_that_is_misspelt_is_named_with_those_that_are_known(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events?limitt=5&cursor=")
    assert answer.status_code == 422
    assert {"location": ["query", "limitt"], "message": "unknown parameter; known are cursor, limit"} in answer.json()[
        "errors"
    ]
    for path in ("/v1/account?verbose=1", "/v1/workshops/nowhere?x=1"):
        refused = await client.get(path)
        assert refused.json()["errors"][0]["message"] == "unknown parameter; there are none here"
