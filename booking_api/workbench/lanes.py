"""What stands in the bays of a workshop, and who has which visit: for its own people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking_api import error_texts
from booking_api.access import Access
from booking_api.errors import NotFoundError
from booking_api.models import Resource, Workshop
from booking_api.service import find_workshop
from booking_api.workbench import store
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit's claim of one resource, with its buffers. Of a hold that is not the workshop's own the visit is not
    readable.
    """

    booking_id: UUID
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    resource: Resource
    stays: tuple[Stay, ...]


async def own_workshop(connection: Connection, access: Access) -> Workshop:
    """Raises NotFoundError."""
    if access.caller.organisation_id is None:
        raise NotFoundError(error_texts.NO_WORKSHOP)
    return await find_workshop(connection, access.caller.organisation_id)


async def lanes(connection: Connection, workshop: Workshop, from_at: datetime, until_at: datetime) -> list[Lane]:
    """Of a workshop that `own_workshop` has found: one per resource, bays and vans first, then technicians."""
    stays: defaultdict[int, list[Stay]] = defaultdict(list)
    for row in await store.fetch_stays(connection, workshop.workshop_id, from_at, until_at):
        stays[row.pop("resource_id")].append(Stay(**row))
    return [Lane(one, tuple(stays[one.resource_id])) for one in _in_order(workshop.resources)]


async def queue(connection: Connection, workshop: Workshop, now: datetime) -> Sequence[store.Row]:
    """Who waits for a time there. No VIN and no person: the workshop has no work on these cars yet."""
    return await store.fetch_queue(connection, workshop.workshop_id, now)


def _in_order(resources: Sequence[Resource]) -> list[Resource]:
    kinds = ("bay", "van", "technician", "equipment", "loaner")
    return sorted(resources, key=lambda one: (kinds.index(one.kind), one.name))
