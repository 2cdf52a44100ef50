"""Choosing a time at a workshop, which is held until it is confirmed; another time for a visit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AwareDatetime

from booking_api import service, slot_search
from booking_api.access_policy import Action
from booking_api.answers import booking_answer, slots_answer
from booking_api.dependencies import Database
from booking_api.errors import NotOfferedError, SlotTakenError, StaleVersionError
from booking_api.languages import in_language
from booking_api.memory import Memory
from booking_api.models import BookingRequest, FoundBooking, SlotQuery, Wishes
from booking_api.schemas import BookingAnswer
from booking_api.slot_search import SlotAnswer
from booking_api.visits import service as visits
from booking_api.visits.finding import find_booking
from database.connection import Connection
from observability.metrics import BOOKINGS
from web.cars import Wanted, read_wanted
from web.pages.garage import VinInPath
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter()
Work = Annotated[list[UUID], Query(max_length=50)]
Weekdays = Annotated[list[Annotated[int, Query(ge=0, le=6)]], Query(max_length=7)]
DayPartAsked = Annotated[Literal["", "morning", "afternoon"], Query()]
Searching = Annotated[Visitor, Depends(page_for(Action.SEARCH_SLOTS))]
Changing = Annotated[Visitor, Depends(page_for(Action.CHANGE_BOOKING))]
WorkshopIdInForm = Annotated[str, Form(pattern=r"^[a-z0-9-]{1,64}$")]
SOON: Final = timedelta(days=28)
AROUND_DUE: Final = timedelta(days=14)
"""Enough to choose from; the whole of the calendars costs twice as much to look through."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The work to be done, and what suits its owner."""

    work: Sequence[UUID]
    days: Sequence[int]
    part: Literal["", "morning", "afternoon"]


@router.get("/cars/{vin}/book")
async def choose(
    request: Request,
    vin: VinInPath,
    visitor: Searching,
    connection: Database,
    work: Work = [],  # noqa: B006  # FastAPI copies it
    day: Weekdays = [],  # noqa: B006
    part: DayPartAsked = "",
) -> Response:
    """The recommended time first, soonest and closest beside it, then the others, each with its reasons.

    `work` names recommendations; those that are over by now are left out.
    """
    car = await read_wanted(connection, visitor, vin)
    return await _offer(request, visitor, connection, car, _Asked(work, day, part))


@router.post("/cars/{vin}/book")
async def book(
    request: Request,
    vin: VinInPath,
    visitor: Annotated[Visitor, Depends(page_for(Action.BOOK))],
    connection: Database,
    workshop_id: WorkshopIdInForm,
    starts_at: Annotated[AwareDatetime, Form()],
    work: Annotated[list[UUID], Form(max_length=50)] = [],  # noqa: B006
) -> Response:
    """Holds the time, or says what is free near one that somebody else has just taken."""
    asked = BookingRequest(vin, workshop_id, starts_at, tuple(work))
    try:
        found = await service.hold(connection, visitor.access(Action.BOOK), asked)
    except (SlotTakenError, NotOfferedError) as error:
        car = await read_wanted(connection, visitor, vin)
        return _taken(request, visitor, car, workshop_id, error, tuple(work), None)
    BOOKINGS.labels("held").inc()
    return RedirectResponse(f"/visits/{found.booking.booking_id}", 303)


@router.get("/visits/{booking_id}/move")
async def choose_other(
    request: Request,
    booking_id: UUID,
    visitor: Changing,
    connection: Database,
    day: Weekdays = [],  # noqa: B006
    part: DayPartAsked = "",
) -> Response:
    found = await find_booking(connection, visitor.access(Action.READ_BOOKINGS), booking_id)
    booking = _told(visitor, found)
    car = await read_wanted(connection, visitor, booking.vin)
    return await _offer(request, visitor, connection, car, _Asked(booking.recommendation_ids, day, part), booking)


@router.post("/visits/{booking_id}/move")
async def move(
    request: Request,
    booking_id: UUID,
    visitor: Changing,
    connection: Database,
    workshop_id: WorkshopIdInForm,
    starts_at: Annotated[AwareDatetime, Form()],
    version: Annotated[int, Form(ge=1)],
) -> Response:
    access = visitor.access(Action.CHANGE_BOOKING)
    try:
        await visits.move(connection, access, booking_id, starts_at, workshop_id, version)
    except (SlotTakenError, NotOfferedError, StaleVersionError) as error:
        found = await find_booking(connection, visitor.access(Action.READ_BOOKINGS), booking_id)
        car = await read_wanted(connection, visitor, found.booking.vin)
        return _taken(request, visitor, car, workshop_id, error, (), _told(visitor, found))
    BOOKINGS.labels("moved").inc()
    return RedirectResponse(f"/visits/{booking_id}?new=1", 303)


async def _offer(
    request: Request,
    visitor: Visitor,
    connection: Connection,
    car: Wanted,
    asked: _Asked,
    move: BookingAnswer | None = None,
) -> Response:
    """Free times; the list alone where only that is asked for. `move`: the visit that would move."""
    known = {one.recommendation_id for one in car.due}
    chosen = tuple(one for one in asked.work if one in known)
    wishes = Wishes(weekdays=frozenset(asked.days), day_part=asked.part or None)
    query = SlotQuery(car.vehicle["vin"], chosen, wishes=wishes, moves=move.booking_id if move else None)
    soon = replace(query, until_at=_soon(car, chosen, visitor.now))
    found = await _search(connection, visitor, (soon, query), request.app.state.memory)
    is_part = "hx-request" in request.headers
    return render(
        request,
        visitor,
        "slots.html" if is_part else "book.html",
        car=car,
        slots=slots_answer(found, visitor.language),
        chosen=chosen,
        days=set(asked.days),
        part=asked.part,
        move=move,
        workshops=[] if is_part or move else await service.workshops(connection),
    )


def _soon(car: Wanted, chosen: Collection[UUID], now: datetime) -> datetime:
    """Until when times are looked for at first: some weeks, and beyond the day that the work is due."""
    due = [one.due_at + AROUND_DUE for one in car.due if one.recommendation_id in chosen and one.due_at]
    return max([now + SOON, *due])


async def _search(
    connection: Connection, visitor: Visitor, queries: tuple[SlotQuery, SlotQuery], memory: Memory
) -> SlotAnswer:
    """What the first finds, or else the second."""
    soon, later = queries
    access = visitor.access(Action.SEARCH_SLOTS)
    found = await slot_search.search(connection, access, soon, memory)
    return found if found.slots else await slot_search.search(connection, access, later, memory)


def _told(visitor: Visitor, found: FoundBooking) -> BookingAnswer:
    access = visitor.access(Action.READ_BOOKINGS)
    return access.shown(booking_answer(found.booking, visitor.language), found.facts)


def _taken(
    request: Request,
    visitor: Visitor,
    car: Wanted,
    workshop_id: str,
    error: SlotTakenError | NotOfferedError | StaleVersionError,
    chosen: tuple[UUID, ...],
    booking: BookingAnswer | None,
) -> Response:
    """With the nearest free times, so that nobody has to begin again."""
    BOOKINGS.labels("taken").inc()
    alternatives: tuple[datetime, ...] = getattr(error, "alternatives", ())
    return render(
        request,
        visitor,
        "taken.html",
        status=409,
        car=car,
        said=in_language(error.text, visitor.language),
        alternatives=alternatives,
        workshop_id=workshop_id,
        chosen=chosen,
        move=booking,
    )
