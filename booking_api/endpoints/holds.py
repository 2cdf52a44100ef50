"""Holds: a slot that is kept for a few minutes, and becomes a booking by one more word."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from booking_api import service
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import Database, LanguageOf, MemoryOf, access_to
from booking_api.endpoints.bookings import (
    Changing,
    asked_for,
    counted,
    shown_as_new,
    shown_with_version,
)
from booking_api.idempotency import OnceRoute
from booking_api.schemas import BookingAnswer, NewBooking
from booking_api.visits import service as visits
from observability.metrics import BOOKINGS

router = APIRouter(prefix="/v1", tags=["bookings"], route_class=OnceRoute)


@router.post("/holds", status_code=201)
async def hold(
    body: NewBooking,
    response: Response,
    access: Annotated[Access, Depends(access_to(Action.BOOK))],
    language: LanguageOf,
    connection: Database,
    memory: MemoryOf,
) -> BookingAnswer:
    """Keeps a bay and a technician until `hold_expires_at`; nobody else is offered them. Confirm it to book."""
    with counted("held"):
        found = await service.hold(connection, access, asked_for(body), memory)
    return shown_as_new(access, found, response, language)


@router.put("/bookings/{booking_id}/confirmation")
async def confirm(
    booking_id: UUID, response: Response, access: Changing, language: LanguageOf, connection: Database
) -> BookingAnswer:
    """Makes a hold a booking. The same again answers the same."""
    found = await visits.confirm(connection, access, booking_id)
    BOOKINGS.labels("booked").inc()
    return shown_with_version(access, found, response, language)
