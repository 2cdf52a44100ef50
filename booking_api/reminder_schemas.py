"""What is asked and answered about reminders."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from booking_api.schemas import Asked

ChannelName = Literal["in_app", "email", "webhook"]


def _on_the_minute(wall: time) -> time:
    if wall.tzinfo is not None or wall.second or wall.microsecond:
        raise ValueError("a wall-clock time to the minute, without an offset, such as 21:30")
    return wall


WallTime = Annotated[time, AfterValidator(_on_the_minute), Field(examples=["21:30"])]


class ReminderAnswer(BaseModel):
    """One message about one car. `lines`: one per piece of work, the gravest first. `read_at` null: unread."""

    reminder_id: UUID
    vin: str
    urgency: int
    made_at: datetime
    read_at: datetime | None
    title: str
    lines: list[str]


class ReminderPreferences(Asked):
    """Quiet hours are those of `time_zone` and may pass midnight; the same twice: none. No channel: no reminders."""

    language: Literal["en", "zh"]
    time_zone: Annotated[str, Field(max_length=64, examples=["Europe/Berlin"])]
    quiet_since: WallTime
    quiet_until: WallTime
    channels: Annotated[list[ChannelName], Field(max_length=3)]


class ReminderPreferencesAnswer(BaseModel):
    language: Literal["en", "zh"]
    time_zone: str
    quiet_since: str
    quiet_until: str
    channels: list[ChannelName]


class DueCalendarAnswer(BaseModel):
    """`path`, behind this API's own address. Whoever has it sees what is due: it is told once and never again."""

    path: str
