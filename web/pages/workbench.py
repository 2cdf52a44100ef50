"""For those who repair: the board of the day, the steps of a visit, its estimate, and what a fault turned out to be."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import faults
from booking_api.access_policy import Action
from booking_api.dependencies import Database, StreamOf
from booking_api.visits import estimates, extending
from booking_api.visits import service as visits
from booking_api.visits.finding import find_booking
from web.board import read_board
from web.pages.garage import VinInPath
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter()
Advancing = Annotated[Visitor, Depends(page_for(Action.ADVANCE_VISIT))]
Reporting = Annotated[Visitor, Depends(page_for(Action.REPORT_ON_FAULT))]
IdInForm = Annotated[str, Form(pattern=r"^[a-z0-9_]{1,80}$")]
Version = Annotated[int, Form(ge=1)]
Urgency = Literal["red", "amber", "green"]
_LINES = 20


@router.get("/board")
async def board(request: Request, visitor: Advancing, connection: Database) -> Response:
    """The day by bay and technician, what is at hand, the cars to come, who did not come and who waits."""
    return render(request, visitor, "board.html", board=await read_board(connection, visitor))


@router.post("/visits/{booking_id}/step")
async def take_step(
    booking_id: UUID,
    visitor: Advancing,
    connection: Database,
    step: Annotated[Literal["check_in", "inspect", "repair", "finish", "miss"], Form()],
    version: Version,
) -> Response:
    await visits.take_step(connection, visitor.access(Action.ADVANCE_VISIT), booking_id, step, version)
    return RedirectResponse(f"/visits/{booking_id}", 303)


@router.post("/visits/{booking_id}/longer")
async def take_longer(
    booking_id: UUID,
    visitor: Advancing,
    connection: Database,
    version: Version,
    minutes: Annotated[Literal["15", "30", "60", "120"], Form()],
) -> Response:
    """The same bay and people for longer than was booked, where nobody else has them then."""
    access = visitor.access(Action.ADVANCE_VISIT)
    found = await find_booking(connection, access, booking_id)
    ends_at = found.booking.ends_at + timedelta(minutes=int(minutes))
    await extending.extend(connection, access, booking_id, ends_at, version)
    return RedirectResponse(f"/visits/{booking_id}", 303)


@router.post("/visits/{booking_id}/offer")
async def offer(
    booking_id: UUID,
    visitor: Advancing,
    connection: Database,
    version: Version,
    title: Annotated[list[Annotated[str, Form(max_length=200)]], Form(max_length=_LINES)],
    urgency: Annotated[list[Urgency], Form(max_length=_LINES)],
    minutes: Annotated[list[Annotated[int, Form(ge=0, le=6000)]], Form(max_length=_LINES)],
    cost_eur: Annotated[list[Annotated[float, Form(ge=0, le=1_000_000)]], Form(max_length=_LINES)],
) -> Response:
    """Asks the owner about each line that has a title."""
    told = zip_longest(title, urgency, minutes, cost_eur, fillvalue=None)
    lines = [
        estimates.Line(" ".join(words.split()), how_soon or "green", takes or 0, costs or 0.0)
        for words, how_soon, takes, costs in told
        if isinstance(words, str) and words.strip() and words.isprintable()
    ]
    if lines:
        await estimates.offer(connection, visitor.access(Action.ADVANCE_VISIT), booking_id, lines, version)
    return RedirectResponse(f"/visits/{booking_id}", 303)


@router.post("/cars/{vin}/concerns/{fault_id}/result")
async def tell_result(
    vin: VinInPath,
    fault_id: UUID,
    visitor: Reporting,
    connection: Database,
    stream: StreamOf,
    booking_id: Annotated[UUID, Form()],
    check: IdInForm,
    result: Annotated[Literal["positive", "negative"], Form()],
) -> Response:
    """The causes are ranked anew within seconds."""
    told = faults.Told(vin, fault_id, booking_id, "test", check, result)
    await faults.report(connection, stream, visitor.access(Action.REPORT_ON_FAULT), told)
    return RedirectResponse(f"/cars/{vin}/concerns/{fault_id}?told=1", 303)


@router.post("/cars/{vin}/concerns/{fault_id}/cause")
async def confirm_cause(
    vin: VinInPath,
    fault_id: UUID,
    visitor: Reporting,
    connection: Database,
    stream: StreamOf,
    booking_id: Annotated[UUID, Form()],
    cause: IdInForm,
) -> Response:
    """It counts for later cars with the same symptoms."""
    told = faults.Told(vin, fault_id, booking_id, "cause", "", cause)
    await faults.report(connection, stream, visitor.access(Action.REPORT_ON_FAULT), told)
    return RedirectResponse(f"/cars/{vin}/concerns/{fault_id}?told=1", 303)
