"""Enrolment and ownership; certificates are in `certification`. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from database.connection import Connection
from database.errors import ConflictError
from telemetry_schema.vin import Vin
from vehicles import store
from vehicles.models import Enrolment, EnrolmentRequest, Owner, Vehicle


class AlreadyEnrolledError(ValueError):
    """The VIN is enrolled. Nothing was changed; `certification.issue` gives it another certificate."""


class UnknownVehicleError(LookupError):
    """No such vehicle is enrolled."""


async def enrol(connection: Connection, request: EnrolmentRequest) -> Enrolment:
    """Enrols a car. Raises InvalidVin or AlreadyEnrolledError.

    European makers do not use the check digit, so it is not asked for here.
    """
    Vin(request.vin, require_check_digit=False)
    try:
        async with connection.transaction():
            vehicle_id = await store.insert_vehicle(connection, request)
    except ConflictError as error:
        raise AlreadyEnrolledError(f"the car ending in {request.vin[-6:]} is enrolled already") from error
    return Enrolment(vehicle_id)


async def find_by_vin(connection: Connection, vin: str) -> Vehicle | None:
    return await store.fetch_vehicle(connection, vin)


async def vehicle_ids_by_vin(connection: Connection, vins: Sequence[str]) -> dict[str, int]:
    """Only the VINs that are enrolled are in the answer."""
    return await store.fetch_vehicle_ids(connection, vins)


async def register_owner(
    connection: Connection, owner_id: str, *, display_name: str, contact: Mapping[str, str] | None = None
) -> None:
    """Adds an owner, or changes what is known of one."""
    await store.upsert_owner(connection, Owner(owner_id, display_name, contact or {}))


async def assign_owner(connection: Connection, vehicle_id: int, owner_id: str, *, since: date) -> None:
    """Makes `owner_id` the owner from that day on and closes the ownership before. The same again changes nothing."""
    if await store.fetch_current_owner(connection, vehicle_id) == owner_id:
        return
    async with connection.transaction():
        await store.close_ownership(connection, vehicle_id, since)
        await store.insert_ownership(connection, vehicle_id, owner_id, since)


async def find_owner(connection: Connection, owner_id: str) -> Mapping[str, Any] | None:
    """What is known of an owner."""
    return await store.fetch_owner(connection, owner_id)


async def vehicles_of_owner(connection: Connection, owner_id: str) -> list[Vehicle]:
    """The cars that are this owner's now."""
    return await store.fetch_vehicles_of_owner(connection, owner_id)
