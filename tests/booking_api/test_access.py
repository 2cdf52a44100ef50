"""Who may see and do what; tokens that are not ours."""

from __future__ import annotations

import base64
import json
import stat
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from booking_api.tokens import ALGORITHM, AUDIENCE, ISSUER, TokenVerifier, ensure_development_keys, issue_token
from tests.booking_api.conftest import OTHER_VIN, VIN, Clients, booking_of, start


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "owner-1", "role": "owner", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed(folder: Path, **changes: Any) -> str:
    key = ECKey.import_key((folder / "private.pem").read_bytes())
    return jwt.encode({"alg": ALGORITHM}, claims(**changes), key)


def unsigned() -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims()))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def with_the_public_key_as_a_password(folder: Path) -> str:
    """The old confusion of algorithms: HMAC with what everybody may know."""
    key = OctKey.import_key(base64.b64encode((folder / "public.pem").read_bytes()).decode())
    return jwt.encode({"alg": "HS256"}, claims(), key)


async def status_with(app: FastAPI, token: str) -> int:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        answer = await client.get("/v1/vehicles", headers={"Authorization": f"Bearer {token}".encode()})
    if answer.status_code == 401:
        assert answer.json()["type"] == "invalid-token"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


async def test_a_token_of_ours_is_taken(app: FastAPI, keys_folder: Path) -> None:
    assert await status_with(app, signed(keys_folder)) == 200
    assert await status_with(app, issue_token(keys_folder, subject="owner-1", role="owner")) == 200


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"exp": 1},
    {"exp": None},
    {"exp": "tomorrow"},
    {"iss": "somebody"},
    {"iss": None},
    {"aud": "another-api"},
    {"aud": None},
    {"sub": None},
    {"sub": ""},
    {"sub": "a\x00b"},
    {"sub": 7},
    {"sub": "x" * 201},
    {"role": "god"},
    {"role": None},
    {"role": ["owner"]},
    {"nbf": 4_000_000_000},
]


async def test_a_token_with_wrong_claims_is_refused(app: FastAPI, keys_folder: Path) -> None:
    for changes in WRONG_CLAIMS:
        assert await status_with(app, signed(keys_folder, **changes)) == 401, changes


async def test_a_token_that_nobody_or_somebody_else_has_signed_is_refused(
    app: FastAPI, keys_folder: Path, tmp_path: Path
) -> None:
    ensure_development_keys(tmp_path)
    header, payload, signature = signed(keys_folder).split(".")
    forged = base64.urlsafe_b64encode(json.dumps(claims(sub="owner-2")).encode()).rstrip(b"=").decode()
    assert await status_with(app, signed(tmp_path)) == 401
    assert await status_with(app, unsigned()) == 401
    assert await status_with(app, with_the_public_key_as_a_password(keys_folder)) == 401
    assert await status_with(app, f"{header}.{forged}.{signature}") == 401
    assert await status_with(app, f"{header}.{payload}.") == 401
    for nonsense in ("x", "a.b.c", "." * 2, "é", "a" * 100_000):
        assert await status_with(app, nonsense) == 401


async def test_without_a_token_only_operations_answer(clients: Clients) -> None:
    stranger = clients(None)
    for path in ("/v1/vehicles", "/v1/workshops", "/v1/bookings", f"/v1/vehicles/{VIN}/health"):
        assert (await stranger.get(path)).status_code == 401
    for path in ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"):
        assert (await stranger.get(path)).status_code == 200
    assert (await stranger.get("/v1/vehicles", headers={"Authorization": "Basic b3duZXItMTp4"})).status_code == 401


def test_keys_are_for_their_owner_alone_and_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    ensure_development_keys(folder)
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    ensure_development_keys(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == contents
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in contents} == {
        "private.pem": 0o600,
        "public.pem": 0o600,
    }
    assert b"PRIVATE" not in contents["public.pem"]
    caller = TokenVerifier(folder).verify(issue_token(folder, subject="operator-1", role="operator"))
    assert (caller.subject, caller.role, caller.sees_only_owner) == ("operator-1", "operator", None)
    with pytest.raises(ValueError, match="no role"):
        issue_token(folder, subject="owner-1", role="god")


async def test_an_owner_sees_only_their_own_cars(clients: Clients) -> None:
    assert [one["vin"] for one in (await clients().get("/v1/vehicles")).json()] == [VIN]
    assert (await clients("owner-3").get("/v1/vehicles")).json() == []
    for role in ("technician", "operator"):
        seen = (await clients(f"{role}-1", role).get("/v1/vehicles")).json()
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
    assert (await clients("technician-1", "technician").get(path)).status_code == 200
