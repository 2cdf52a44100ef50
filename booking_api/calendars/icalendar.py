"""Visits as iCalendar (RFC 5545). Instants are in UTC, so that no VTIMEZONE is needed and none can be wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

MEDIA_TYPE: Final = "text/calendar"
_LINE_OCTETS: Final = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """`sequence` grows with each change, so that a calendar knows the newer one; `uid` never changes."""

    uid: UUID
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    place: str
    cancelled: bool


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """METHOD is left out: this is a calendar to subscribe to, not an invitation."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Servicelane//Servicelane//EN", f"X-WR-CALNAME:{_text(name)}"]
    lines += [line for entry in entries for line in _event(entry)]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}@servicelane"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_instant(entry.changed_at)}"
    yield f"DTSTART:{_instant(entry.starts_at)}"
    yield f"DTEND:{_instant(entry.ends_at)}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"LOCATION:{_text(entry.place)}"
    yield f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> str:
    """No line above 75 octets, and none cut within a character."""
    pieces, current = [], ""
    for character in line:
        if len((current + character).encode()) > _LINE_OCTETS:
            pieces.append(current)
            current = " "
        current += character
    return "\r\n".join([*pieces, current])
