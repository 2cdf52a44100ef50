"""What an owner reads and decides about reminders. The caller owns the transaction."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from database.connection import Connection
from maintenance_planner.reminders import store
from maintenance_planner.reminders.due_calendar import calendar
from maintenance_planner.reminders.preferences import Preferences, by_default
from maintenance_planner.settings import ScheduleSettings

LONGEST_LIST: Final = 200
_SECRET_BYTES: Final = 32


class UnknownReminderError(LookupError):
    """There is no such reminder for this owner."""


class UnknownTimeZoneError(ValueError):
    """No time zone has this name."""


class UnknownCalendarError(LookupError):
    """No calendar has this address, or it was revoked."""


async def reminders(connection: Connection, owner_id: str, *, unread: bool = False) -> list[store.Shown]:
    """The latest first, at most LONGEST_LIST."""
    return await store.fetch_reminders(connection, owner_id, unread=unread, maximum=LONGEST_LIST)


async def mark_read(connection: Connection, owner_id: str, reminder_id: UUID, now: datetime) -> store.Shown:
    """The same again changes nothing. Raises UnknownReminderError."""
    await store.mark_read(connection, owner_id, reminder_id, now)
    found = await store.fetch_reminders(connection, owner_id, unread=False, maximum=1, reminder_id=reminder_id)
    if not found:
        raise UnknownReminderError("there is no such reminder")
    return found[0]


async def preferences(connection: Connection, owner_id: str) -> Preferences:
    """What the owner has chosen, or the defaults."""
    chosen = await store.fetch_preferences(connection, [owner_id])
    return chosen.get(owner_id) or by_default(ScheduleSettings().time_zone)


async def choose(connection: Connection, owner_id: str, chosen: Preferences, now: datetime) -> None:
    """Counts for what is on its way too. Raises UnknownTimeZoneError."""
    if chosen.quiet.time_zone not in available_timezones():
        raise UnknownTimeZoneError(f"{chosen.quiet.time_zone!r} is no time zone; one is named like Europe/Berlin")
    await store.upsert_preferences(connection, owner_id, chosen, now)


async def new_calendar_secret(connection: Connection, owner_id: str, now: datetime) -> str:
    """The secret part of a new address; those before it count no more. It is not kept and cannot be told again."""
    await store.revoke_calendar_addresses(connection, owner_id)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    await store.insert_calendar_address(connection, _digest(secret), owner_id, now)
    return secret


async def revoke_calendars(connection: Connection, owner_id: str) -> None:
    await store.revoke_calendar_addresses(connection, owner_id)


async def calendar_of(connection: Connection, secret: str, now: datetime) -> bytes:
    """What is due on all cars of the owner, as iCalendar (RFC 5545). Raises UnknownCalendarError."""
    owner = await store.fetch_calendar_owner(connection, _digest(secret))
    if owner is None:
        raise UnknownCalendarError("there is no such calendar")
    rows = await store.fetch_due_of_owner(connection, owner["owner_id"], LONGEST_LIST)
    zone = (await preferences(connection, owner["owner_id"])).quiet.time_zone
    return calendar(rows, owner["language"] or "en", zone, now)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
