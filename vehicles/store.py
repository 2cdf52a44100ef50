"""The tables of the schema `vehicles`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from vehicles.certificates import Revocation
from vehicles.models import DeviceCertificate, EnrolmentRequest, Owner, OwnershipClaim, Vehicle

_queries: Final = Queries(Path(__file__).parent / "queries")


async def insert_vehicle(connection: Connection, request: EnrolmentRequest) -> int:
    """Raises ConflictError where the VIN is enrolled already."""
    row = await _queries.one(
        connection,
        "insert_vehicle",
        vin=request.vin,
        model_id=request.model_id,
        make=request.make,
        model=request.model,
        model_year=request.model_year,
        drivetrain=request.drivetrain,
        specification=Jsonb(dict(request.specification)),
        in_service_on=request.in_service_on,
    )
    assert row is not None  # insert … returning gives a row or raises
    vehicle_id: int = row["vehicle_id"]
    return vehicle_id


async def fetch_vehicle(connection: Connection, vin: str) -> Vehicle | None:
    row = await _queries.one(connection, "fetch_vehicle", vin=vin)
    return Vehicle(**row) if row else None


async def fetch_vehicle_ids(connection: Connection, vins: Sequence[str]) -> dict[str, int]:
    rows = await _queries.all(connection, "fetch_vehicle_ids", vins=list(vins))
    return {row["vin"]: row["vehicle_id"] for row in rows}


async def upsert_owner(connection: Connection, owner: Owner) -> None:
    await _queries.run(
        connection,
        "upsert_owner",
        owner_id=owner.owner_id,
        display_name=owner.display_name,
        contact=Jsonb(dict(owner.contact)),
    )


async def close_ownership(connection: Connection, vehicle_id: int, until: date) -> None:
    await _queries.run(connection, "close_ownership", vehicle_id=vehicle_id, until=until)


async def insert_ownership(connection: Connection, vehicle_id: int, owner_id: str, since: date) -> None:
    await _queries.run(connection, "insert_ownership", vehicle_id=vehicle_id, owner_id=owner_id, since=since)


async def fetch_current_owner(connection: Connection, vehicle_id: int) -> str | None:
    row: dict[str, Any] | None = await _queries.one(connection, "fetch_current_owner", vehicle_id=vehicle_id)
    return row["owner_id"] if row else None


async def fetch_vehicles_of_owner(connection: Connection, owner_id: str) -> list[Vehicle]:
    rows = await _queries.all(connection, "fetch_vehicles_of_owner", owner_id=owner_id)
    return [Vehicle(**row) for row in rows]


async def lock_vehicle(connection: Connection, vin: str) -> int | None:
    """The vehicle's id, and nobody else changes its credentials before the transaction ends."""
    row = await _queries.one(connection, "lock_vehicle", vin=vin)
    return row["vehicle_id"] if row else None


async def insert_certificate(connection: Connection, vehicle_id: int, one: DeviceCertificate) -> None:
    await _queries.run(
        connection,
        "insert_certificate",
        serial=one.serial,
        vehicle_id=vehicle_id,
        public_key_sha256=one.public_key_sha256,
        chain_pem=one.chain_pem,
        not_before=one.not_before,
        not_after=one.not_after,
        renewed_from=one.renewed_from,
        issued_at=one.issued_at,
    )


async def fetch_certificates(connection: Connection, vin: str | None) -> list[DeviceCertificate]:
    """Of one car, the oldest first, or of all."""
    return _certificates(await _queries.all(connection, "fetch_certificates", vin=vin))


async def fetch_ending_certificates(connection: Connection, now: datetime, maximum: int) -> list[DeviceCertificate]:
    return _certificates(await _queries.all(connection, "fetch_ending_certificates", now=now, maximum=maximum))


def _certificates(rows: Sequence[Mapping[str, Any]]) -> list[DeviceCertificate]:
    return [DeviceCertificate(**{**row, "public_key_sha256": bytes(row["public_key_sha256"])}) for row in rows]


async def revoke_certificates(
    connection: Connection, vehicle_id: int, serial: str | None, revoked_at: datetime
) -> list[str]:
    """The serials that were not revoked before."""
    rows = await _queries.all(
        connection, "revoke_certificates", vehicle_id=vehicle_id, serial=serial, revoked_at=revoked_at
    )
    return [row["serial"] for row in rows]


async def fetch_revocations(connection: Connection, expiring_after: datetime) -> list[Revocation]:
    rows = await _queries.all(connection, "fetch_revocations", expiring_after=expiring_after)
    return [Revocation(int(row["serial"], 16), row["revoked_at"]) for row in rows]


async def fetch_owner(connection: Connection, owner_id: str) -> dict[str, Any] | None:
    """`owner_id`, `display_name`, `contact` and `registered_at`."""
    return await _queries.one(connection, "fetch_owner", owner_id=owner_id)


async def ensure_owner(connection: Connection, owner_id: str) -> None:
    """Leaves what is known of an owner as it is."""
    await _queries.run(connection, "ensure_owner", owner_id=owner_id)


async def count_open_claims(connection: Connection, owner_id: str, now: datetime) -> int:
    row = await _queries.one(connection, "count_open_claims", owner_id=owner_id, now=now)
    assert row is not None  # a count is one row
    return int(row["open"])


async def insert_ownership_claim(connection: Connection, claim: OwnershipClaim) -> None:
    await _queries.run(
        connection, "insert_ownership_claim", claim_id=claim.claim_id, owner_id=claim.owner_id, ends_at=claim.ends_at
    )


async def lock_ownership_claim(connection: Connection, claim_id: UUID, owner_id: str) -> dict[str, Any] | None:
    """`ends_at` and `proven_at` of this person's claim, which nobody else settles meanwhile."""
    return await _queries.one(connection, "lock_ownership_claim", claim_id=claim_id, owner_id=owner_id)


async def settle_ownership_claim(connection: Connection, claim_id: UUID, vehicle_id: int, proven_at: datetime) -> None:
    await _queries.run(
        connection, "settle_ownership_claim", claim_id=claim_id, vehicle_id=vehicle_id, proven_at=proven_at
    )
