"""How a car's service plan stands: its use, its odometer, its items, the visits to come, what visits have done."""

from __future__ import annotations

from dataclasses import dataclass

from booking_api import store
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class VehiclePlan:
    """Rows as the planner has published them; `usage` None where the car was never planned."""

    usage: store.Row | None
    statuses: list[store.Row]
    verifications: list[store.Row]


async def plan(connection: Connection, vehicle: store.Row) -> VehiclePlan:
    """Of a car that `access.find_vehicle` has found."""
    vehicle_id = vehicle["vehicle_id"]
    return VehiclePlan(
        await store.fetch_usage(connection, vehicle_id),
        await store.fetch_service_statuses(connection, vehicle_id),
        await store.fetch_verifications(connection, vehicle_id),
    )


async def changes(connection: Connection, vehicle: store.Row) -> list[store.Row]:
    """What was told of the car's recommendations, the latest first."""
    return await store.fetch_recommendation_changes(connection, vehicle["vehicle_id"])
