"""What an owner was reminded of, how they want to be reminded, and the address of their calendar of due work."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import reminders
from booking_api.access_policy import Action
from booking_api.dependencies import PlannerDatabase
from booking_api.languages import Language
from booking_api.reminder_schemas import ChannelName, WallTime
from database.connection import Connection
from maintenance_planner.reminders.ladder import CHANNELS
from maintenance_planner.reminders.preferences import Preferences
from maintenance_planner.reminders.quiet_hours import QuietHours
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter(prefix="/reminders")
Reading = Annotated[Visitor, Depends(page_for(Action.READ_REMINDERS))]
Changing = Annotated[Visitor, Depends(page_for(Action.CHANGE_REMINDERS))]


@router.get("")
async def overview(request: Request, visitor: Reading, planner: PlannerDatabase, kept: bool = False) -> Response:
    """`kept`: the choices were just kept."""
    return await _page(request, visitor, planner, kept=kept)


@router.post("/{reminder_id}/read")
async def read(reminder_id: UUID, visitor: Changing, planner: PlannerDatabase) -> Response:
    await reminders.read(planner, visitor.access(Action.CHANGE_REMINDERS), reminder_id)
    return RedirectResponse("/reminders", 303)


@router.post("/preferences")
async def choose(
    visitor: Changing,
    planner: PlannerDatabase,
    language: Annotated[Language, Form()],
    time_zone: Annotated[str, Form(max_length=64)],
    quiet_since: Annotated[WallTime, Form()],
    quiet_until: Annotated[WallTime, Form()],
    channel: Annotated[list[ChannelName], Form(max_length=3)] = [],  # noqa: B006
) -> Response:
    """No channel: no reminders at all."""
    quiet = QuietHours(time_zone.strip(), quiet_since, quiet_until)
    chosen = Preferences(language, quiet, tuple(dict.fromkeys(channel)))
    await reminders.choose(planner, visitor.access(Action.CHANGE_REMINDERS), chosen)
    return RedirectResponse("/reminders?kept=true", 303)


@router.post("/calendar")
async def open_calendar(request: Request, visitor: Changing, planner: PlannerDatabase) -> Response:
    """A new address, told on this page alone; the one before it ends."""
    secret = await reminders.new_calendar_secret(planner, visitor.access(Action.CHANGE_REMINDERS))
    address = f"{request.app.state.settings.address}/due-calendars/{secret}.ics"
    return await _page(request, visitor, planner, calendar_address=address)


@router.post("/calendar/end")
async def end_calendar(visitor: Changing, planner: PlannerDatabase) -> Response:
    await reminders.revoke_calendars(planner, visitor.access(Action.CHANGE_REMINDERS))
    return RedirectResponse("/reminders?kept=true", 303)


async def _page(
    request: Request, visitor: Visitor, planner: Connection, *, kept: bool = False, calendar_address: str = ""
) -> Response:
    access = visitor.access(Action.READ_REMINDERS)
    return render(
        request,
        visitor,
        "reminders.html",
        reminders=await reminders.listed(planner, access, unread=False),
        chosen=await reminders.preferences(planner, access),
        channels=CHANNELS,
        calendar_address=calendar_address,
        kept=kept,
    )
