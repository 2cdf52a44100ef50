"""The calendar of a workshop's bays, and moving its visits; a move that is refused says why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import problems
from booking_api.access_policy import Action
from booking_api.dependencies import Database
from booking_api.errors import BookingApiError, NotAllowedError, NotFoundError
from booking_api.visits import service as visits
from booking_api.visits.finding import find_booking
from booking_api.workbench import lanes as workbench
from database.connection import Connection
from observability.metrics import BOOKINGS
from web.board import read_found, read_workshop, told
from web.lanes import local_span, place_day
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter(prefix="/calendar")
Advancing = Annotated[Visitor, Depends(page_for(Action.ADVANCE_VISIT))]
_DAYS: Final = 5
_ENDED: Final = frozenset({"cancelled", "missed", "expired"})
_CHOSEN: Final = r"^[0-9a-f-]{36}@[1-9][0-9]{0,8}$"


@router.get("")
async def calendar(
    request: Request,
    visitor: Advancing,
    connection: Database,
    first: Annotated[date | None, Query(alias="from", ge=date(2000, 1, 1), le=date(2100, 1, 1))] = None,
) -> Response:
    """Some days from one on, today's in the workshop's zone without."""
    return await _page(request, visitor, connection, first)


@router.post("/moves")
async def move(
    request: Request,
    visitor: Advancing,
    connection: Database,
    visit: Annotated[str, Form(pattern=_CHOSEN)],
    starts_at: Annotated[datetime, Form()],
) -> Response:
    """`visit` is its number and the version that was seen; `starts_at` in the workshop's zone where it names none."""
    access = visitor.access(Action.CHANGE_BOOKING)
    number, _, version = visit.partition("@")
    found = await find_booking(connection, access, UUID(number))
    at = starts_at if starts_at.tzinfo else starts_at.replace(tzinfo=ZoneInfo(found.booking.time_zone))
    try:
        await visits.move(connection, access, UUID(number), at, None, int(version))
    except (NotFoundError, NotAllowedError):
        raise
    except BookingApiError as error:
        return await _refused(request, visitor, connection, visit, at, error)
    BOOKINGS.labels("moved").inc()
    return RedirectResponse(f"/calendar?from={at.date().isoformat()}", 303)


async def _refused(
    request: Request, visitor: Visitor, connection: Connection, visit: str, at: datetime, error: BookingApiError
) -> Response:
    """Nothing has changed; with the nearest free times where there are such."""
    status, title, detail = problems.told(error, visitor.language)
    alternatives = getattr(error, "alternatives", ())
    refusal = {"title": title, "detail": detail, "visit": visit, "at": at, "alternatives": alternatives}
    return await _page(request, visitor, connection, at.date(), status=status, refusal=refusal)


async def _page(
    request: Request,
    visitor: Visitor,
    connection: Connection,
    first: date | None,
    *,
    status: int = 200,
    refusal: dict[str, Any] | None = None,
) -> Response:
    workshop = await read_workshop(connection, visitor)
    zone = ZoneInfo(workshop.time_zone if workshop else "UTC")
    first = first or visitor.now.astimezone(zone).date()
    days, shown = [], {}
    if workshop:
        begin, end = local_span(workshop, first, _DAYS)
        lanes = await workbench.lanes(connection, workshop, begin, end)
        days = [place_day(workshop, first + timedelta(days=after), lanes, visitor.now) for after in range(_DAYS)]
        found = [one for one in await read_found(connection, visitor, end) if one.booking.ends_at > begin]
        shown = {one.booking.booking_id: told(visitor, one) for one in found if one.booking.status not in _ENDED}
    links = {"earlier": first - timedelta(days=_DAYS), "later": first + timedelta(days=_DAYS)}
    said = {"days": days, "visits": shown, "zone": str(zone), "refusal": refusal, **links}
    return render(request, visitor, "calendar.html", status=status, **said)
