"""What is known of a car: what is wrong, what is due."""

from __future__ import annotations

from dataclasses import dataclass

from booking_api import store
from booking_api.health_texts import health_sentence
from booking_api.languages import Text
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class VehicleHealth:
    """Rows as published by diagnostics and ingest; no `latest_state` where the car was never heard of."""

    vin: str
    sentence: Text
    findings: list[store.Row]
    codes: list[store.Row]
    latest_state: store.Row | None


async def health(connection: Connection, vehicle: store.Row) -> VehicleHealth:
    """Of a car that `access.find_vehicle` has found."""
    vehicle_id, vin = vehicle["vehicle_id"], vehicle["vin"]
    findings = await store.fetch_findings(connection, vehicle_id)
    codes = await store.fetch_active_codes(connection, vehicle_id)
    state = await store.fetch_latest_state(connection, vehicle_id)
    severities = [row["severity"] for row in (*findings, *codes) if row["severity"]]
    return VehicleHealth(vin, health_sentence(severities, has_reported=state is not None), findings, codes, state)


async def due(connection: Connection, vehicle: store.Row) -> list[store.Row]:
    """What is recommended for the car, the most urgent first."""
    return await store.fetch_recommendations(connection, vehicle["vehicle_id"])
