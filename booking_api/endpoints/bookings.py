"""Bookings. The ETag is the version; a change of the start must name it in If-Match."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from booking_api import service
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.answers import booking_answer
from booking_api.dependencies import Database, LanguageOf, MemoryOf, access_to
from booking_api.errors import SlotTakenError
from booking_api.etags import IfMatch, put_tag, version_in
from booking_api.idempotency import OnceRoute
from booking_api.languages import Language
from booking_api.models import Booking, BookingRequest, FoundBooking
from booking_api.paging import link_next
from booking_api.schemas import BookingAnswer, NewBooking, NewStart
from booking_api.visits import service as visits
from booking_api.visits.finding import find_booking
from observability.metrics import BOOKINGS

router = APIRouter(prefix="/v1/bookings", tags=["bookings"], route_class=OnceRoute)
Reading = Annotated[Access, Depends(access_to(Action.READ_BOOKINGS))]
Changing = Annotated[Access, Depends(access_to(Action.CHANGE_BOOKING))]
CURSOR: Final = r"^[0-9]{1,11}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@router.post("", status_code=201)
async def book(
    body: NewBooking,
    response: Response,
    access: Annotated[Access, Depends(access_to(Action.BOOK))],
    language: LanguageOf,
    connection: Database,
    memory: MemoryOf,
) -> BookingAnswer:
    """Books a bay and a technician, or answers `slot-taken` with the nearest free times."""
    with counted("booked"):
        found = await service.book(connection, access, asked_for(body), memory)
    return shown_as_new(access, found, response, language)


@router.get("")
async def list_bookings(
    request: Request,
    response: Response,
    access: Reading,
    language: LanguageOf,
    connection: Database,
    cursor: Annotated[str | None, Query(pattern=CURSOR, description="Of the `next` link of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[BookingAnswer]:
    """The latest visit first, cancelled ones included. `reasons` is null for a workshop: they speak of the owner."""
    found = await service.bookings(connection, access, place_of(cursor) if cursor else None, limit)
    link_next(request, response, found, limit, cursor_of(found[-1].booking) if found else None)
    return [access.shown(booking_answer(one.booking, language), one.facts) for one in found]


@router.get("/{booking_id}")
async def read_booking(
    booking_id: UUID, response: Response, access: Reading, language: LanguageOf, connection: Database
) -> BookingAnswer:
    return shown_with_version(access, await find_booking(connection, access, booking_id), response, language)


@router.put("/{booking_id}/start")
async def reschedule(
    booking_id: UUID,
    body: NewStart,
    response: Response,
    access: Changing,
    language: LanguageOf,
    connection: Database,
    if_match: IfMatch = None,
) -> BookingAnswer:
    """Moves the visit, or leaves it where it was: there is no moment without either."""
    version = version_in(if_match)
    found = await visits.move(connection, access, booking_id, body.starts_at, body.workshop_id, version)
    BOOKINGS.labels("moved").inc()
    return shown_with_version(access, found, response, language)


@router.delete("/{booking_id}")
async def cancel(
    booking_id: UUID, response: Response, access: Changing, language: LanguageOf, connection: Database
) -> BookingAnswer:
    """Frees the time for others. The same again answers the same."""
    found = await visits.cancel(connection, access, booking_id)
    BOOKINGS.labels("cancelled").inc()
    return shown_with_version(access, found, response, language)


def asked_for(body: NewBooking) -> BookingRequest:
    return BookingRequest(body.vin, body.workshop_id, body.starts_at, tuple(body.recommendation_ids), body.transport)


@contextmanager
def counted(outcome: str) -> Iterator[None]:
    """A slot that somebody else has counts as taken, and the error goes on to the caller."""
    try:
        yield
    except SlotTakenError:
        BOOKINGS.labels("taken").inc()
        raise
    BOOKINGS.labels(outcome).inc()


def shown_as_new(access: Access, found: FoundBooking, response: Response, language: Language) -> BookingAnswer:
    response.headers["Location"] = f"/v1/bookings/{found.booking.booking_id}"
    return shown_with_version(access, found, response, language)


def shown_with_version(access: Access, found: FoundBooking, response: Response, language: Language) -> BookingAnswer:
    put_tag(response, found.booking.version)
    return access.shown(booking_answer(found.booking, language), found.facts)


def cursor_of(booking: Booking) -> str:
    return f"{int(booking.starts_at.timestamp())}_{booking.booking_id}"


def place_of(cursor: str) -> tuple[datetime, UUID]:
    starts_at, booking_id = cursor.split("_")
    return datetime.fromtimestamp(int(starts_at), UTC), UUID(booking_id)
