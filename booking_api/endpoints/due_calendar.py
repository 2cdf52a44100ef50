"""The calendar that a phone subscribes to: no token, for calendars send none; the address is the secret."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Response

from booking_api import reminders
from booking_api.dependencies import Now, planner_connection_of
from database.connection import Connection

MEDIA_TYPE: Final = "text/calendar"
_CALENDAR: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The calendar", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}

router = APIRouter(prefix="/due-calendars", tags=["reminders"])


@router.get("/{secret}.ics", response_class=Response, responses=_CALENDAR)
async def due_calendar(
    secret: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")],
    now: Now,
    planner: Annotated[Connection, Depends(planner_connection_of, scope="function")],
) -> Response:
    """What is due on the owner's cars, as iCalendar."""
    content = await reminders.calendar(planner, secret, now)
    headers = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}
    return Response(content, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
