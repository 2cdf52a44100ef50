"""The access log: owners see who has read data of their cars, auditors see all of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from booking_api import access_log
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.access_schemas import AccessEntryAnswer, AccessId
from booking_api.dependencies import Database, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.paging import link_next

router = APIRouter(prefix="/v1", tags=["access"])
Before = Annotated[AccessId | None, Query()]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/vehicles/{vin}/access-log")
async def read_access_log(
    vin: VinInPath,
    access: Annotated[Access, Depends(access_to(Action.READ_ACCESS_LOG))],
    connection: Database,
    request: Request,
    response: Response,
    cursor: Before = None,
    limit: Limit = 100,
) -> list[AccessEntryAnswer]:
    """The latest first, since the car is the caller's."""
    vehicle, rows = await access_log.of_vehicle(connection, access, vin, cursor, limit)
    link_next(request, response, rows, limit, rows[-1]["access_id"] if rows else None)
    return [access.shown(AccessEntryAnswer(**row), vehicle) for row in rows]


@router.get("/access-log")
async def audit(
    access: Annotated[Access, Depends(access_to(Action.AUDIT))],
    connection: Database,
    request: Request,
    response: Response,
    cursor: Before = None,
    limit: Limit = 100,
) -> list[AccessEntryAnswer]:
    """Everything that was read of any car, the latest first."""
    rows = await access_log.of_everything(connection, access, cursor, limit)
    link_next(request, response, rows, limit, rows[-1]["access_id"] if rows else None)
    return [AccessEntryAnswer(**row) for row in rows]
