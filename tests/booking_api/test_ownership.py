"""A car becomes somebody's by its own signature alone, and while it is nobody's; a VIN opens nothing."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI

from booking_api.dependencies import wall_clock
from database.connection import Pool
from head_unit.ownership import claim_proof
from telemetry_schema.ownership_claim import claim_statement
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, enrol
from vehicles import certification
from vehicles import service as vehicles
from vehicles.authority import Authority, ensure_authority
from vehicles.certificates import key_pem, new_key

FREE_VIN = "1M8GDM9A2KP000003"


@dataclass(frozen=True, slots=True)
class Cars:
    """Their identity files, and an authority that is not ours."""

    folder: Path
    authority: Authority
    stranger: Authority
    pool: Pool

    async def identity(self, vin: str, *, days: int = 90, ago: int = 0) -> Path:
        """Key and certificate, issued by us and in the database."""
        key, at = new_key(), NOW - timedelta(days=ago)
        async with self.pool.connection() as connection:
            issued = await certification.issue(
                connection, self.authority, vin, key.public_key(), at, timedelta(days=days)
            )
        return self.written(key, issued.chain_pem)

    def forged(self, vin: str, like: Path | None = None) -> Path:
        """Signed by somebody else's authority; `like`: by ours, for a car that has another certificate."""
        key = new_key()
        authority = self.authority if like else self.stranger
        certificate = authority.issue_for_car(vin, key.public_key(), NOW, timedelta(days=90))
        return self.written(key, authority.chain_pem(certificate).decode())

    def written(self, key: ec.EllipticCurvePrivateKey, chain: str) -> Path:
        path = self.folder / f"{uuid4()}.pem"
        path.write_bytes(key_pem(key) + chain.encode())
        return path


@pytest.fixture
async def cars(pool: Pool, car: int, tmp_path: Path) -> Cars:
    """VIN is owner-1's; FREE_VIN nobody's."""
    async with pool.connection() as connection:
        vehicle_id = await enrol(connection, FREE_VIN, "owner-9")
        await connection.execute("delete from vehicles.ownerships where vehicle_id = %s", [vehicle_id])
    ours, theirs = (ensure_authority(tmp_path / name, NOW - timedelta(days=400)) for name in ("ours", "theirs"))
    return Cars(tmp_path, ours, theirs, pool)


async def begun(client: httpx.AsyncClient) -> UUID:
    answer = await client.post("/v1/ownership-claims")
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["claim_id"])


async def proven(client: httpx.AsyncClient, claim_id: UUID, body: str) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return await client.put(f"/v1/ownership-claims/{claim_id}/proof", content=body, headers=headers)


async def cars_of(client: httpx.AsyncClient) -> list[str]:
    return [one["vin"] for one in (await client.get("/v1/vehicles")).json()]


async def test_the_car_s_signature_makes_it_the_claimant_s_once(clients: Clients, cars: Cars) -> None:
    buyer, identity = clients("buyer-1"), await cars.identity(FREE_VIN)
    claim_id = await begun(buyer)
    body = claim_proof(identity, claim_id)
    answer = await proven(buyer, claim_id, body)
    assert (answer.status_code, answer.json()) == (200, {"vin": FREE_VIN})
    assert await cars_of(buyer) == [FREE_VIN]
    assert (await proven(buyer, claim_id, body)).status_code == 404


async def test_an_owned_car_is_given_up_before_it_becomes_another_s(clients: Clients, cars: Cars) -> None:
    buyer, identity = clients("buyer-1", language="zh"), await cars.identity(VIN)
    claim_id = await begun(buyer)
    refused = await proven(buyer, claim_id, claim_proof(identity, claim_id))
    assert (refused.status_code, refused.json()["type"]) == (409, "vehicle-owned")
    assert refused.json()["detail"].startswith("该车辆已有车主")
    assert (await buyer.delete(f"/v1/vehicles/{VIN}/ownership")).status_code == 404
    assert (await clients().delete(f"/v1/vehicles/{VIN}/ownership")).status_code == 204
    assert await cars_of(clients()) == []
    assert (await proven(buyer, claim_id, claim_proof(identity, claim_id))).status_code == 200
    assert await cars_of(buyer) == [VIN]


async def test_a_fleet_claims_for_the_fleet(clients: Clients, cars: Cars) -> None:
    manager = clients("manager-1", "fleet_manager", organisation_id="fleet-1")
    claim_id = await begun(manager)
    assert (await proven(manager, claim_id, claim_proof(await cars.identity(FREE_VIN), claim_id))).status_code == 200
    assert await cars_of(clients("manager-2", "fleet_manager", organisation_id="fleet-1")) == [FREE_VIN]


async def test_nobody_takes_a_car_with_a_vin_or_with_a_proof_that_is_not_its_own(
    app: FastAPI, clients: Clients, cars: Cars
) -> None:
    """More than 500 attempts; none succeeds, and the right one does afterwards."""
    thief, right = clients("thief-1"), await cars.identity(FREE_VIN)
    claim_id, others_claim = await begun(thief), await begun(clients("buyer-1"))
    expired, future = await cars.identity(FREE_VIN, days=10, ago=20), await cars.identity(FREE_VIN, ago=-1)
    revoked, unknown = await cars.identity(FREE_VIN), cars.forged(FREE_VIN, like=right)
    async with cars.pool.connection() as connection:
        serial = f"{x509.load_pem_x509_certificate(revoked.read_bytes()).serial_number:x}"
        await certification.revoke(connection, FREE_VIN, serial, NOW)
    proofs = [claim_proof(one, claim_id) for one in (expired, future, revoked, unknown, cars.forged(FREE_VIN))]
    proofs += [
        _mixed(right, cars.forged(FREE_VIN), claim_id),
        claim_proof(right, others_claim),
        claim_proof(right, uuid4()),
    ]
    proofs += [json.dumps({"vin": vin}) for vin in (FREE_VIN, VIN, OTHER_VIN)]
    good = json.loads(claim_proof(right, claim_id))
    proofs += [json.dumps(good | {"signature": b64encode(one).decode()}) for one in (b"", b"0", b"\0" * 70, b"x" * 300)]
    proofs += [json.dumps(good | {"certificate": one}) for one in ("", "x", FREE_VIN, "-----BEGIN CERTIFICATE-----")]
    proofs += [json.dumps(good | {"vin": FREE_VIN}), "{}", "[]", "null", FREE_VIN]
    answers = [await proven(thief, claim_id, one) for one in proofs]
    answers.append(await proven(thief, others_claim, claim_proof(right, others_claim)))
    answers += [await attempt(thief) for attempt in _by_vin(500)]
    assert {one.status_code for one in answers} <= {401, 403, 404, 405, 422}
    assert await cars_of(thief) == []
    assert (await proven(thief, claim_id, json.dumps(good))).status_code == 200


def _mixed(right: Path, other: Path, claim_id: UUID) -> str:
    """The right car's certificate with a signature of another key."""
    return json.dumps(
        json.loads(claim_proof(right, claim_id)) | {"signature": json.loads(claim_proof(other, claim_id))["signature"]}
    )


def _by_vin(attempts: int) -> list[Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]]:
    """Whatever a path takes a VIN for, asked by somebody who knows nothing but VINs."""
    consent: dict[str, Any] = {"grantee_kind": "driver", "grantee": "thief-1", "scopes": ["health"]}
    consent |= {"ends_at": (NOW + timedelta(days=9)).isoformat()}

    def attempt(number: int) -> Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]:
        vin = (VIN, OTHER_VIN, FREE_VIN)[number % 3]
        ways: list[Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]] = [
            lambda client: client.get(f"/v1/vehicles/{vin}/health"),
            lambda client: client.post(f"/v1/vehicles/{vin}/consents", json=consent),
            lambda client: client.delete(f"/v1/vehicles/{vin}/ownership"),
            lambda client: client.put(f"/v1/vehicles/{vin}/ownership", json={}),
            lambda client: client.post(
                "/v1/ownership-claims", json={"vin": vin}, headers={"Authorization": "Bearer x"}
            ),
            lambda client: client.get(f"/v1/vehicles/{vin}/access-log"),
            lambda client: client.post("/v1/slot-searches", json={"vin": vin}),
        ]
        return ways[number // 3 % len(ways)]

    return [attempt(number) for number in range(attempts)]


async def test_a_claim_ends_after_ten_minutes(app: FastAPI, clients: Clients, cars: Cars) -> None:
    buyer, identity = clients("buyer-1"), await cars.identity(FREE_VIN)
    claim_id = await begun(buyer)
    app.dependency_overrides[wall_clock] = lambda: NOW + timedelta(minutes=10)
    assert (await proven(buyer, claim_id, claim_proof(identity, claim_id))).status_code == 404
    assert await cars_of(buyer) == []


async def test_nobody_has_more_than_five_open_claims(clients: Clients) -> None:
    answers = [await clients("buyer-1").post("/v1/ownership-claims") for _ in range(6)]
    assert [one.status_code for one in answers] == [201] * 5 + [429]
    assert answers[5].json()["type"] == "too-many-claims"
    assert (await clients("buyer-2").post("/v1/ownership-claims")).status_code == 201


async def test_who_gives_a_car_up_ends_what_they_have_allowed(clients: Clients, pool: Pool, car: int) -> None:
    consent = {"grantee_kind": "driver", "grantee": "driver-1", "scopes": ["health"]}
    consent |= {"ends_at": (NOW + timedelta(days=9)).isoformat()}
    assert (await clients().post(f"/v1/vehicles/{VIN}/consents", json=consent)).status_code == 201
    driver = clients("driver-1", "driver")
    assert await cars_of(driver) == [VIN]
    assert (await clients().delete(f"/v1/vehicles/{VIN}/ownership")).status_code == 204
    assert await cars_of(driver) == []
    async with pool.connection() as connection:
        await vehicles.assign_owner(connection, car, "owner-2", since=NOW.date())
    assert await cars_of(driver) == []


def test_the_car_signs_these_very_bytes(tmp_path: Path) -> None:
    """A car of another make signs the same: words, a line feed, and the sixteen bytes of the number."""
    claim_id = UUID("00112233-4455-6677-8899-aabbccddeeff")
    assert claim_statement(claim_id) == b"servicelane ownership claim v1\n" + bytes.fromhex(claim_id.hex)
    authority, key = ensure_authority(tmp_path / "authority", NOW), new_key()
    certificate = authority.issue_for_car(VIN, key.public_key(), NOW, timedelta(days=90))
    (tmp_path / "identity.pem").write_bytes(key_pem(key) + authority.chain_pem(certificate))
    said = json.loads(claim_proof(tmp_path / "identity.pem", claim_id))

    key.public_key().verify(b64decode(said["signature"]), claim_statement(claim_id), ec.ECDSA(hashes.SHA256()))
    assert x509.load_pem_x509_certificate(said["certificate"].encode()) == certificate
