"""What is due, as another program reads the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from icalendar import Calendar

from maintenance_planner.reminders.due_calendar import calendar

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
ROW: dict[str, Any] = {
    "recommendation_id": UUID(int=7),
    "titles": {"en": "Engine oil; filter, and a title that is much longer than the 75 bytes of a line", "zh": "机油"},
    "reasons": {"en": ["Due at 60,000 km.", "BEGIN:VEVENT"], "zh": ["六万公里到期。"]},
    "due_at": datetime(2026, 5, 9, 23, 30, tzinfo=UTC),
    "safe_until": datetime(2026, 6, 9, 12, 0, tzinfo=UTC),
    "car": "Servicelane Compact",
}


def test_another_program_reads_what_was_meant() -> None:
    written = calendar([ROW], "en", "Europe/Berlin", NOW)
    assert max(map(len, written.split(b"\r\n"))) <= 75
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert event["SUMMARY"] == f"Servicelane Compact: {ROW['titles']['en']}"
    assert event["DESCRIPTION"] == "Due at 60,000 km.\nBEGIN:VEVENT\nAt the latest on 2026-06-09."
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 5, 10), date(2026, 5, 11))
    assert event["UID"] == f"{UUID(int=7)}@servicelane"


def test_it_speaks_the_owner_s_language_and_an_empty_one_is_a_calendar_too() -> None:
    (event,) = Calendar.from_ical(calendar([ROW], "zh", "UTC", NOW)).walk("VEVENT")
    assert event["SUMMARY"] == "Servicelane Compact: 机油"
    assert event["DESCRIPTION"] == "六万公里到期。\n最迟 2026-06-09。"
    assert Calendar.from_ical(calendar([], "en", "UTC", NOW)).walk("VEVENT") == []
