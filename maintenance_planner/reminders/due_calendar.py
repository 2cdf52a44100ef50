"""What is due, as a calendar that phones and computers subscribe to (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from maintenance_planner.reminders.messages import Language

REFRESH: Final = timedelta(hours=12)
_NAMES: Final[Mapping[Language, str]] = {"en": "Servicelane: due work", "zh": "Servicelane：待办保养"}
_SAFE_UNTIL: Final[Mapping[Language, str]] = {"en": "At the latest on {on}.", "zh": "最迟 {on}。"}


def calendar(due: Iterable[Mapping[str, Any]], language: Language, time_zone: str, now: datetime) -> bytes:
    """One all-day event per recommendation on the day it is due, under an id that stays when the day moves.

    `due`: rows with recommendation_id, titles, reasons, due_at, safe_until (aware) and car.
    """
    written = Calendar()
    written.add("prodid", "-//Servicelane//Maintenance planner//EN")
    written.add("version", "2.0")
    written.add("method", "PUBLISH")
    written.add("x-wr-calname", _NAMES[language])
    written.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for row in due:
        written.add_component(_event(row, language, ZoneInfo(time_zone), now))
    ready: bytes = written.to_ical()
    return ready


def _event(row: Mapping[str, Any], language: Language, zone: ZoneInfo, now: datetime) -> Event:
    title = row["titles"].get(language) or row["titles"]["en"]
    reasons = row["reasons"].get(language) or row["reasons"].get("en", [])
    latest = _SAFE_UNTIL[language].format(on=row["safe_until"].astimezone(zone).date().isoformat())
    day = row["due_at"].astimezone(zone).date()
    event = Event()
    event.add("uid", f"{row['recommendation_id']}@servicelane")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{row['car']}: {title}")
    event.add("description", "\n".join([*reasons, latest]))
    event.add("transp", "TRANSPARENT")
    return event
