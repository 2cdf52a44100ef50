"""Who has read what of a car: for its owner, and for auditors."""

from __future__ import annotations

from booking_api import store
from booking_api.access import Access, find_vehicle, owner_of, write_down_fleet
from database.connection import Connection


async def of_vehicle(
    connection: Connection, access: Access, vin: str, before_id: int | None, maximum: int
) -> tuple[store.Row, list[store.Row]]:
    """The car and what was read of it while it was this owner's, the latest first. Raises NotFoundError."""
    vehicle = await find_vehicle(connection, access, vin)
    decision = access.decide(vehicle)
    owner_id = owner_of(access.caller, decision.relation) if decision else None
    assert owner_id is not None  # the policy lets owners and their fleets alone read it
    since = await store.fetch_owned_since(connection, vehicle["vehicle_id"], owner_id)
    rows = await store.fetch_access_log(
        connection,
        vehicle_id=vehicle["vehicle_id"],
        owner_id=owner_id,
        owned_since=since,
        before_id=before_id,
        maximum=maximum,
    )
    return vehicle, rows


async def of_everything(connection: Connection, access: Access, before_id: int | None, maximum: int) -> list[store.Row]:
    """The latest first. That the auditor has looked is written down too."""
    await write_down_fleet(connection, access)
    return await store.fetch_access_log(connection, before_id=before_id, maximum=maximum)
