"""What is kept of an owner, for the owner to take away, and the request to erase it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from booking_api import store
from booking_api.access import Access, vehicles_of
from booking_api.models import Booking
from database.connection import Connection
from vehicles import service as vehicles

_LONGEST_LOG: Final = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """`profile` None: the owner has never been registered. `consents` with the VIN they are of."""

    profile: Mapping[str, Any] | None
    vehicles: list[store.Row]
    bookings: list[Booking]
    consents: list[store.Row]
    access_log: list[store.Row]


async def export(connection: Connection, registry: Connection, access: Access) -> Account:
    """Everything that names the caller, except what their cars have said: that is an export of each car."""
    subject = access.caller.subject
    owned = await vehicles_of(connection, access)
    found = await store.fetch_bookings(connection, access.reach())
    consents = [
        one | {"vin": vehicle["vin"]}
        for vehicle in owned
        for one in await store.fetch_consents(connection, vehicle["vehicle_id"])
    ]
    log = await store.fetch_access_log(connection, owner_id=subject, maximum=_LONGEST_LOG)
    profile = await vehicles.find_owner(registry, subject)
    return Account(profile, owned, [one.booking for one in found], consents, log)


async def request_erasure(connection: Connection, access: Access) -> datetime:
    """When it was asked for first."""
    return await store.request_erasure(connection, access.caller.subject, access.now)
