"""Visits for calendar programs: with a token, or at a secret address that can be taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.calendars import icalendar, service
from booking_api.dependencies import Database, Now, access_to
from booking_api.endpoints.bookings import Reading
from booking_api.schemas import WORKSHOP_PATTERN
from booking_api.visit_schemas import CalendarAddressAnswer

router = APIRouter(prefix="/v1", tags=["calendars"])
public = APIRouter(prefix="/calendars", tags=["calendars"])
Managing = Annotated[Access, Depends(access_to(Action.MANAGE_CALENDARS))]
WorkshopInPath = Annotated[str, Path(pattern=WORKSHOP_PATTERN)]
BayInPath = Annotated[int, Path(ge=1, le=2**63 - 1)]
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


class CalendarResponse(Response):
    media_type = icalendar.MEDIA_TYPE


@router.get("/bookings/{booking_id}/calendar.ics", response_class=CalendarResponse)
async def read_calendar(booking_id: UUID, access: Reading, connection: Database) -> CalendarResponse:
    """The visit as iCalendar; SEQUENCE grows with each change, and a cancelled visit says so."""
    return CalendarResponse(await service.of_booking(connection, access, booking_id))


@router.post("/bookings/{booking_id}/calendar-addresses", status_code=201)
async def open_address(booking_id: UUID, access: Reading, connection: Database) -> CalendarAddressAnswer:
    """An address of the same calendar that needs no token. It is told this once."""
    return _answer(await service.open_booking(connection, access, booking_id))


@router.delete("/bookings/{booking_id}/calendar-addresses", status_code=204)
async def close_addresses(booking_id: UUID, access: Reading, connection: Database) -> None:
    """Takes back every address of this visit's calendar."""
    await service.close_booking(connection, access, booking_id)


@router.post("/workshops/{workshop_id}/bays/{resource_id}/calendar-addresses", status_code=201)
async def open_bay_address(
    workshop_id: WorkshopInPath, resource_id: BayInPath, access: Managing, connection: Database
) -> CalendarAddressAnswer:
    """For the desk of that workshop: what stands in the bay and when, by make and model."""
    return _answer(await service.open_bay(connection, access, workshop_id, resource_id))


@router.delete("/workshops/{workshop_id}/bays/{resource_id}/calendar-addresses", status_code=204)
async def close_bay_addresses(
    workshop_id: WorkshopInPath, resource_id: BayInPath, access: Managing, connection: Database
) -> None:
    """Takes back every address of this bay's calendar."""
    await service.close_bay(connection, access, workshop_id, resource_id)


@public.get("/{secret}.ics", response_class=CalendarResponse)
async def read_address(secret: Secret, now: Now, connection: Database) -> CalendarResponse:
    """No token is asked for: the address is the secret."""
    return CalendarResponse(await service.of_address(connection, secret, now), headers={"Cache-Control": "private"})


def _answer(secret: str) -> CalendarAddressAnswer:
    return CalendarAddressAnswer(path=f"/calendars/{secret}.ics")
