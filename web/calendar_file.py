"""A visit as an iCalendar file (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from booking_api.languages import Language
from booking_api.models import Booking, Workshop
from web.words import translations

_LONGEST_LINE = 75


def calendar_file(booking: Booking, workshop: Workshop, language: Language, now: datetime) -> str:
    """One event; the same `UID` for the visit however often it moves, so that a calendar replaces it."""
    _ = translations(language).gettext
    summary = _("Car at the workshop")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Servicelane//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{booking.booking_id}@servicelane",
        f"SEQUENCE:{booking.version}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(booking.starts_at)}",
        f"DTEND:{_stamp(booking.ends_at)}",
        f"SUMMARY:{_escaped(f'{summary}: {workshop.name}')}",
        f"LOCATION:{_escaped(f'{workshop.name}, {workshop.address}, {workshop.city}')}",
        f"STATUS:{'CANCELLED' if booking.status == 'cancelled' else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    marked = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(marked.split())


def _folded(line: str) -> Iterator[str]:
    """By octets, never within a character."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _LONGEST_LINE:
            yield part
            part = " "
        part += character
    yield part
