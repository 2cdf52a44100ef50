"""A visit is closed with what was found and what was done; from then on telemetry watches whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from booking_api import faults, service_history
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.models import FoundBooking
from booking_api.service_history import DoneWork
from booking_api.visits import store
from booking_api.visits.changing import change
from booking_api.visits.finding import read_again
from booking_api.visits.rules import lock_for
from database.connection import Connection
from streaming.contract import Stream


@dataclass(frozen=True, slots=True)
class Cause:
    """What a fault of the car turned out to come from, by its id in the fault catalogue."""

    fault_id: UUID
    cause: str


async def close(
    connection: Connection,
    planner: Connection,
    stream: Stream,
    access: Access,
    booking_id: UUID,
    work: DoneWork,
    causes: Sequence[Cause],
    version: int | None,
) -> FoundBooking:
    """Tells isolation the causes, closes the plan's items, and the visit. Causes are a technician's word.

    The planner's part commits apart from ours; repeated after a failure it changes nothing. Raises NotFoundError,
    NotAllowedError, StaleVersionError, StepNotAllowedError, UnknownCatalogueIdError and UnknownItemError.
    """
    row = await lock_for(connection, access, booking_id, "close", version)
    found = await read_again(connection, access, booking_id)
    for one in causes:
        told = faults.Told(found.booking.vin, one.fault_id, booking_id, "cause", "", one.cause)
        await faults.report(connection, stream, replace(access, action=Action.REPORT_ON_FAULT), told)
    if work.items:
        recording = replace(access, action=Action.RECORD_SERVICE)
        await service_history.record(connection, planner, recording, found.booking.vin, work)
    said = [{"fault_id": str(one.fault_id), "cause": one.cause} for one in causes]
    await store.close_booking(connection, booking_id, work.performed_on, work.items, said)
    await change(connection, booking_id, "close", row["status"], access.now)
    return await read_again(connection, access, booking_id)
