"""What an owner was reminded of, how they want to be reminded, and the address of their calendar."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status

from booking_api import reminders
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import LanguageOf, PlannerDatabase, access_to
from booking_api.etags import IfMatch, ensure_read, put_tag, version_of
from booking_api.languages import Language
from booking_api.reminder_schemas import (
    DueCalendarAnswer,
    ReminderAnswer,
    ReminderPreferences,
    ReminderPreferencesAnswer,
)
from maintenance_planner.reminders.preferences import Preferences
from maintenance_planner.reminders.quiet_hours import QuietHours
from maintenance_planner.reminders.store import Shown

router = APIRouter(prefix="/v1", tags=["reminders"])
Reading = Annotated[Access, Depends(access_to(Action.READ_REMINDERS))]
Changing = Annotated[Access, Depends(access_to(Action.CHANGE_REMINDERS))]


@router.get("/reminders")
async def list_reminders(
    access: Reading,
    language: LanguageOf,
    planner: PlannerDatabase,
    unread: Annotated[bool, Query()] = False,
) -> list[ReminderAnswer]:
    """Those shown in the app, of cars that are still yours, the latest first, 200 at most."""
    return [_answer(one, language) for one in await reminders.listed(planner, access, unread=unread)]


@router.put("/reminders/{reminder_id}/read")
async def read_reminder(
    reminder_id: UUID, access: Changing, language: LanguageOf, planner: PlannerDatabase
) -> ReminderAnswer:
    """The same again changes nothing."""
    return _answer(await reminders.read(planner, access, reminder_id), language)


@router.get("/reminder-preferences")
async def get_preferences(access: Reading, response: Response, planner: PlannerDatabase) -> ReminderPreferencesAnswer:
    """What you have chosen, or what holds until you do."""
    return _with_tag(_preferences(await reminders.preferences(planner, access)), response)


@router.put("/reminder-preferences")
async def put_preferences(
    body: ReminderPreferences,
    access: Changing,
    response: Response,
    planner: PlannerDatabase,
    if_match: IfMatch = None,
) -> ReminderPreferencesAnswer:
    """They count at once, for what is on its way too. A stop is told in quiet hours too, unless no channel is left."""
    quiet = QuietHours(body.time_zone, body.quiet_since, body.quiet_until)
    chosen = Preferences(body.language, quiet, tuple(dict.fromkeys(body.channels)))
    ensure_read(if_match, version_of(_preferences(await reminders.lock_preferences(planner, access))))
    return _with_tag(_preferences(await reminders.choose(planner, access, chosen)), response)


@router.post("/due-calendar-addresses", status_code=status.HTTP_201_CREATED)
async def new_calendar_address(access: Changing, planner: PlannerDatabase) -> DueCalendarAnswer:
    """A new secret address of your calendar of due work. The one before it ends."""
    secret = await reminders.new_calendar_secret(planner, access)
    return DueCalendarAnswer(path=f"/due-calendars/{secret}.ics")


@router.delete("/due-calendar-addresses", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_calendar_addresses(access: Changing, planner: PlannerDatabase) -> Response:
    """Your calendar has no address any more."""
    await reminders.revoke_calendars(planner, access)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _answer(one: Shown, language: Language) -> ReminderAnswer:
    told = one.texts[language]
    return ReminderAnswer(
        reminder_id=one.reminder_id,
        vin=one.vin,
        urgency=one.urgency,
        made_at=one.made_at,
        read_at=one.read_at,
        title=told.title,
        lines=list(told.lines),
    )


def _with_tag(shown: ReminderPreferencesAnswer, response: Response) -> ReminderPreferencesAnswer:
    put_tag(response, version_of(shown))
    return shown


def _preferences(chosen: Preferences) -> ReminderPreferencesAnswer:
    return ReminderPreferencesAnswer(
        language=chosen.language,
        time_zone=chosen.quiet.time_zone,
        quiet_since=chosen.quiet.since.isoformat("minutes"),
        quiet_until=chosen.quiet.until.isoformat("minutes"),
        channels=list(chosen.channels),
    )
