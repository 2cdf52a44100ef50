"""Bookings. The ETag is the version; a change of the start must name it in If-Match."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from booking_api import service
from booking_api.answers import booking_answer
from booking_api.dependencies import CallerOf, Database, LanguageOf, Now
from booking_api.errors import PreconditionMissingError, SlotTakenError, StaleVersionError
from booking_api.languages import Language
from booking_api.models import Booking, BookingRequest
from booking_api.schemas import BookingAnswer, NewBooking, NewStart
from observability.metrics import BOOKINGS

router = APIRouter(prefix="/v1/bookings", tags=["bookings"])
IdempotencyKey = Annotated[str | None, Header(pattern=r"^[\x20-\x7e]{1,255}$")]


@router.post("", status_code=201)
async def book(
    body: NewBooking,
    response: Response,
    caller: CallerOf,
    language: LanguageOf,
    now: Now,
    connection: Database,
    idempotency_key: IdempotencyKey = None,
) -> BookingAnswer:
    """Books a bay and a technician, or answers `slot-taken` with the nearest free times.

    The same Idempotency-Key with the same body gives the same booking, for a day.
    """
    request = BookingRequest(body.vin, body.workshop_id, body.starts_at, tuple(body.recommendation_ids))
    try:
        booking = await service.book(connection, caller, request, now, idempotency_key)
    except SlotTakenError:
        BOOKINGS.labels("taken").inc()
        raise
    BOOKINGS.labels("booked").inc()
    response.headers["Location"] = f"/v1/bookings/{booking.booking_id}"
    return _answer(booking, response, language)


@router.get("")
async def list_bookings(caller: CallerOf, language: LanguageOf, connection: Database) -> list[BookingAnswer]:
    """The latest visit first, cancelled ones included."""
    return [booking_answer(one, language) for one in await service.bookings(connection, caller)]


@router.get("/{booking_id}")
async def read_booking(
    booking_id: UUID, response: Response, caller: CallerOf, language: LanguageOf, connection: Database
) -> BookingAnswer:
    return _answer(await service.find_booking(connection, caller, booking_id), response, language)


@router.put("/{booking_id}/start")
async def reschedule(
    booking_id: UUID,
    body: NewStart,
    response: Response,
    caller: CallerOf,
    language: LanguageOf,
    now: Now,
    connection: Database,
    if_match: Annotated[str | None, Header()] = None,
) -> BookingAnswer:
    """Moves the visit, or leaves it where it was: there is no moment without either."""
    version = _version(if_match)
    booking = await service.reschedule(connection, caller, booking_id, body.starts_at, body.workshop_id, version, now)
    BOOKINGS.labels("moved").inc()
    return _answer(booking, response, language)


@router.delete("/{booking_id}")
async def cancel(
    booking_id: UUID, response: Response, caller: CallerOf, language: LanguageOf, now: Now, connection: Database
) -> BookingAnswer:
    """Frees the time for others. The same again answers the same."""
    booking = await service.cancel(connection, caller, booking_id, now)
    BOOKINGS.labels("cancelled").inc()
    return _answer(booking, response, language)


def _answer(booking: Booking, response: Response, language: Language) -> BookingAnswer:
    response.headers["ETag"] = f'"{booking.version}"'
    return booking_answer(booking, language)


def _version(if_match: str | None) -> int | None:
    """None for `*`: whichever version it is."""
    if if_match is None:
        raise PreconditionMissingError("Send the ETag that you have read as If-Match.")
    wanted = if_match.strip()
    if wanted == "*":
        return None
    digits = wanted[1:-1]
    if wanted != f'"{digits}"' or not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise StaleVersionError("If-Match names no version of this booking. Read it again.")
    return int(digits)
