"""A visit: held, confirmed, moved, cancelled; its day as it happens, and the estimate to decide on."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Header, Query, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import service
from booking_api.access_policy import Action
from booking_api.answers import booking_answer, workshop_answer
from booking_api.dependencies import Database, PoolOf
from booking_api.endpoints import events
from booking_api.endpoints.bookings import CURSOR, cursor_of, place_of
from booking_api.events.cursors import PATTERN
from booking_api.visit_answers import story_answer
from booking_api.visits import estimates
from booking_api.visits import service as visits
from booking_api.visits.finding import find_booking
from booking_api.visits.story import tell_story
from database.connection import Connection
from observability.metrics import BOOKINGS
from web.calendar_file import calendar_file
from web.cars import is_to_come
from web.ending import read_ending
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter()
LISTED: Final = 40
"""On one page."""
_STREAM_SECONDS: Final = 300  # then the browser comes back, and shows again who it is
Reading = Annotated[Visitor, Depends(page_for(Action.READ_BOOKINGS))]
Changing = Annotated[Visitor, Depends(page_for(Action.CHANGE_BOOKING))]


@router.get("/visits")
async def list_visits(
    request: Request,
    visitor: Reading,
    connection: Database,
    cursor: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """The latest first, those to come before them; of many there are several pages."""
    access = visitor.access(Action.READ_BOOKINGS)
    found = await service.bookings(connection, access, place_of(cursor) if cursor else None, LISTED)
    answers = [access.shown(booking_answer(one.booking, visitor.language), one.facts) for one in found]
    to_come = [one for one in reversed(answers) if is_to_come(one, visitor)]
    past = [one for one in answers if one not in to_come]
    earlier = cursor_of(found[-1].booking) if len(found) == LISTED else None
    return render(request, visitor, "visits.html", to_come=to_come, past=past, earlier=earlier, is_first=not cursor)


@router.get("/visits/{booking_id}")
async def visit(
    request: Request, booking_id: UUID, visitor: Reading, connection: Database, new: bool = False
) -> Response:
    return await _page(request, visitor, connection, booking_id, "visit.html", is_new=new)


@router.get("/visits/{booking_id}/live")
async def live(request: Request, booking_id: UUID, visitor: Reading, connection: Database) -> Response:
    """The part of the page that changes while the car is at the workshop; asked for when an event says so."""
    return await _page(request, visitor, connection, booking_id, "visit_live.html", is_new=False)


@router.get("/events")
async def stream(
    request: Request,
    visitor: Annotated[Visitor, Depends(page_for(Action.READ_EVENTS))],
    pool: PoolOf,
    last_event_id: Annotated[str | None, Header(pattern=PATTERN)] = None,
    cursor: events.CursorAsked = None,
    for_seconds: events.Seconds = _STREAM_SECONDS,
) -> Response:
    """What happens to the visits and cars that the visitor may see; a browser that comes back misses nothing."""
    access = visitor.access(Action.READ_EVENTS)
    return await events.stream_events(request, access, pool, last_event_id, cursor, for_seconds)


@router.get("/visits/{booking_id}/visit.ics")
async def calendar(booking_id: UUID, visitor: Reading, connection: Database) -> Response:
    found = await find_booking(connection, visitor.access(Action.READ_BOOKINGS), booking_id)
    workshop = await service.find_workshop(connection, found.booking.workshop_id)
    content = calendar_file(found.booking, workshop, visitor.language, visitor.now)
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/visits/{booking_id}/confirm")
async def confirm(booking_id: UUID, visitor: Changing, connection: Database) -> Response:
    """Makes what is held a booking."""
    await visits.confirm(connection, visitor.access(Action.CHANGE_BOOKING), booking_id)
    BOOKINGS.labels("booked").inc()
    return RedirectResponse(f"/visits/{booking_id}?new=1", 303)


@router.post("/visits/{booking_id}/cancel")
async def cancel(booking_id: UUID, visitor: Changing, connection: Database) -> Response:
    await visits.cancel(connection, visitor.access(Action.CHANGE_BOOKING), booking_id)
    BOOKINGS.labels("cancelled").inc()
    return RedirectResponse(f"/visits/{booking_id}", 303)


@router.post("/visits/{booking_id}/estimate")
async def decide(
    request: Request,
    booking_id: UUID,
    visitor: Annotated[Visitor, Depends(page_for(Action.DECIDE_ESTIMATE))],
    connection: Database,
    version: Annotated[int, Form(ge=1)],
) -> Response:
    """Each open line is approved or declined by a field of its own, `line-1`, `line-2` …"""
    form = await request.form()
    said = {int(name[5:]): value for name, value in form.items() if name.startswith("line-") and name[5:].isdecimal()}
    approved = [line for line, value in said.items() if value == "approve"]
    declined = [line for line, value in said.items() if value == "decline"]
    access = visitor.access(Action.DECIDE_ESTIMATE)
    await estimates.decide(connection, access, booking_id, approved, declined, version)
    return RedirectResponse(f"/visits/{booking_id}", 303)


async def _page(
    request: Request, visitor: Visitor, connection: Connection, booking_id: UUID, template: str, *, is_new: bool
) -> Response:
    access = visitor.access(Action.READ_BOOKINGS)
    found = await tell_story(connection, access, booking_id)
    booking = access.shown(booking_answer(found.found.booking, visitor.language), found.found.facts)
    workshop = workshop_answer(await service.find_workshop(connection, booking.workshop_id))
    may_close = "close" in found.next_steps and visitor.may(Action.ADVANCE_VISIT)
    return render(
        request,
        visitor,
        template,
        story=story_answer(found, booking, visitor.language),
        booking=booking,
        work=found.found.booking.work,
        workshop=workshop,
        is_new=is_new,
        ending=await read_ending(connection, visitor, found.found.booking) if may_close else None,
    )
