"""The tables of the schema `vehicles`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from vehicles.models import EnrolmentRequest, Owner, Vehicle

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


async def upsert_credential(connection: Connection, vehicle_id: int, password_hash: str) -> None:
    await _queries.run(connection, "upsert_credential", vehicle_id=vehicle_id, password_hash=password_hash)


async def fetch_vehicle(connection: Connection, vin: str) -> Vehicle | None:
    row = await _queries.one(connection, "fetch_vehicle", vin=vin)
    return Vehicle(**row) if row else None


async def fetch_vehicle_ids(connection: Connection, vins: Sequence[str]) -> dict[str, int]:
    rows = await _queries.all(connection, "fetch_vehicle_ids", vins=list(vins))
    return {row["vin"]: row["vehicle_id"] for row in rows}


async def fetch_broker_accounts(connection: Connection) -> list[tuple[str, str]]:
    rows = await _queries.all(connection, "fetch_broker_accounts")
    return [(row["vin"], row["password_hash"]) for row in rows]


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
