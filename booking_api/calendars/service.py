"""Calendars behind secret addresses: calendar programs send no token, so the address itself is the secret.

It is told once, kept as a digest, and taken back at any time. A calendar names the make of a car, no VIN and no person.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking_api import error_texts
from booking_api.access import Access
from booking_api.calendars import store
from booking_api.calendars.icalendar import Entry, calendar
from booking_api.calendars.store import Subject
from booking_api.errors import NotFoundError
from booking_api.visits.finding import find_booking
from database.connection import Connection

SECRET_BYTES: Final = 32
_SHOWN_AFTER: Final = timedelta(days=30)
_OFF: Final = frozenset({"cancelled", "expired", "missed"})


async def of_booking(connection: Connection, access: Access, booking_id: UUID) -> bytes:
    """Raises NotFoundError."""
    await find_booking(connection, access, booking_id)
    return await _render(connection, Subject(booking_id=booking_id), access.now)


async def open_booking(connection: Connection, access: Access, booking_id: UUID) -> str:
    """A new secret. Raises NotFoundError."""
    await find_booking(connection, access, booking_id)
    return await _open(connection, Subject(booking_id=booking_id), access.now)


async def close_booking(connection: Connection, access: Access, booking_id: UUID) -> None:
    """Takes back every address of it. Raises NotFoundError."""
    await find_booking(connection, access, booking_id)
    await store.end_addresses(connection, Subject(booking_id=booking_id), access.now)


async def open_bay(connection: Connection, access: Access, workshop_id: str, resource_id: int) -> str:
    """A new secret, for a bay of the caller's own workshop. Raises NotFoundError."""
    await _ensure_own_bay(connection, access, workshop_id, resource_id)
    return await _open(connection, Subject(resource_id=resource_id), access.now)


async def close_bay(connection: Connection, access: Access, workshop_id: str, resource_id: int) -> None:
    """Raises NotFoundError."""
    await _ensure_own_bay(connection, access, workshop_id, resource_id)
    await store.end_addresses(connection, Subject(resource_id=resource_id), access.now)


async def of_address(connection: Connection, secret: str, now: datetime) -> bytes:
    """For whoever has the address. Raises NotFoundError."""
    subject = await store.fetch_address(connection, _digest(secret))
    if subject is None:
        raise NotFoundError(error_texts.NO_CALENDAR)
    return await _render(connection, subject, now)


async def _ensure_own_bay(connection: Connection, access: Access, workshop_id: str, resource_id: int) -> None:
    own = workshop_id == access.caller.organisation_id
    if not own or await store.fetch_bay(connection, workshop_id, resource_id) is None:
        raise NotFoundError(error_texts.NO_BAY)


async def _open(connection: Connection, subject: Subject, now: datetime) -> str:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    await store.insert_address(connection, _digest(secret), subject, now)
    return secret


async def _render(connection: Connection, subject: Subject, now: datetime) -> bytes:
    visits = await store.fetch_visits(connection, subject, now - _SHOWN_AFTER)
    return calendar("Servicelane", map(_entry, visits))


def _entry(row: store.Row) -> Entry:
    return Entry(
        uid=row["booking_id"],
        sequence=row["version"],
        changed_at=row["changed_at"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        summary=f"{row['make']} {row['model']}: {row['workshop_name']}",
        place=f"{row['workshop_name']}, {row['address']}, {row['city']}",
        cancelled=row["status"] in _OFF,
    )


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
