"""Waiting lists: where a workshop is full, the next time that becomes free is held for whoever waits longest."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import Database, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.idempotency import OnceRoute
from booking_api.visit_schemas import NewWait, WaitAnswer
from booking_api.visits import waiting

router = APIRouter(prefix="/v1/vehicles/{vin}/waiting", tags=["bookings"], route_class=OnceRoute)
Waiting = Annotated[Access, Depends(access_to(Action.WAIT))]


@router.post("", status_code=201)
async def wait(vin: VinInPath, body: NewWait, access: Waiting, connection: Database) -> WaitAnswer:
    """When a time becomes free it is held for half an hour, and the event `visit.offered` says so."""
    wanted = waiting.Wanted(body.workshop_id, tuple(body.recommendation_ids), body.from_, body.until)
    return WaitAnswer(**await waiting.wait(connection, access, vin, wanted))


@router.get("")
async def list_waiting(vin: VinInPath, access: Waiting, connection: Database) -> list[WaitAnswer]:
    """The latest first."""
    return [WaitAnswer(**row) for row in await waiting.waiting(connection, access, vin)]


@router.delete("/{entry_id}")
async def leave(vin: VinInPath, entry_id: UUID, access: Waiting, connection: Database) -> WaitAnswer:
    """The same again answers the same. A hold that was offered already is cancelled like any other booking."""
    return WaitAnswer(**await waiting.leave(connection, access, vin, entry_id))
