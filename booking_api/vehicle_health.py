"""What is known of cars: whose they are, what is wrong, what is due."""

from __future__ import annotations

from dataclasses import dataclass

from booking_api import store
from booking_api.health_texts import health_sentence
from booking_api.languages import Text
from booking_api.models import Caller
from booking_api.slot_search import find_vehicle
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class VehicleHealth:
    """Rows as published by diagnostics and ingest; no `latest_state` where the car was never heard of."""

    vin: str
    sentence: Text
    findings: list[store.Row]
    codes: list[store.Row]
    latest_state: store.Row | None


async def vehicles(connection: Connection, caller: Caller) -> list[store.Row]:
    """An owner's cars; for the workshop's people, every car."""
    return await store.fetch_vehicles(connection, caller.sees_only_owner)


async def health(connection: Connection, caller: Caller, vin: str) -> VehicleHealth:
    """Raises NotFoundError."""
    vehicle_id = (await find_vehicle(connection, caller, vin))["vehicle_id"]
    findings = await store.fetch_findings(connection, vehicle_id)
    codes = await store.fetch_active_codes(connection, vehicle_id)
    state = await store.fetch_latest_state(connection, vehicle_id)
    severities = [row["severity"] for row in (*findings, *codes) if row["severity"]]
    return VehicleHealth(vin, health_sentence(severities, has_reported=state is not None), findings, codes, state)


async def due(connection: Connection, caller: Caller, vin: str) -> list[store.Row]:
    """What is recommended for the car, the most urgent first. Raises NotFoundError."""
    vehicle = await find_vehicle(connection, caller, vin)
    return await store.fetch_recommendations(connection, vehicle["vehicle_id"])
