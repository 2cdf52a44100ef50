"""An owner's reminders and calendar. `planner`: a connection with the rights of the planner, which keeps them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking_api import error_texts, store
from booking_api.access import Access
from booking_api.errors import NotFoundError, UnknownZoneError
from database.connection import Connection
from maintenance_planner.reminders import service
from maintenance_planner.reminders.preferences import Preferences
from maintenance_planner.reminders.store import Shown


def owner_id_of(access: Access) -> str:
    """As whom the caller owns cars: their fleet, or themselves."""
    return access.caller.organisation_id or access.caller.subject


async def listed(planner: Connection, access: Access, *, unread: bool) -> list[Shown]:
    return await service.reminders(planner, owner_id_of(access), unread=unread)


async def read(planner: Connection, access: Access, reminder_id: UUID) -> Shown:
    """Raises NotFoundError."""
    try:
        return await service.mark_read(planner, owner_id_of(access), reminder_id, access.now)
    except service.UnknownReminderError as error:
        raise NotFoundError(error_texts.NO_REMINDER) from error


async def preferences(planner: Connection, access: Access) -> Preferences:
    return await service.preferences(planner, owner_id_of(access))


async def lock_preferences(planner: Connection, access: Access) -> Preferences:
    """As they are, until the transaction ends."""
    await store.lock_preferences(planner, owner_id_of(access))
    return await preferences(planner, access)


async def choose(planner: Connection, access: Access, chosen: Preferences) -> Preferences:
    """Raises UnknownZoneError."""
    try:
        await service.choose(planner, owner_id_of(access), chosen, access.now)
    except service.UnknownTimeZoneError as error:
        raise UnknownZoneError(error_texts.NO_ZONE) from error
    return await service.preferences(planner, owner_id_of(access))


async def new_calendar_secret(planner: Connection, access: Access) -> str:
    return await service.new_calendar_secret(planner, owner_id_of(access), access.now)


async def revoke_calendars(planner: Connection, access: Access) -> None:
    await service.revoke_calendars(planner, owner_id_of(access))


async def calendar(planner: Connection, secret: str, now: datetime) -> bytes:
    """Raises NotFoundError."""
    try:
        return await service.calendar_of(planner, secret, now)
    except service.UnknownCalendarError as error:
        raise NotFoundError(error_texts.NO_DUE_CALENDAR) from error
