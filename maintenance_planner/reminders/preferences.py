"""How an owner wants to be reminded. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final

from maintenance_planner.reminders.ladder import CHANNELS, ChannelName
from maintenance_planner.reminders.messages import Language
from maintenance_planner.reminders.quiet_hours import QuietHours

QUIET_SINCE: Final = time(21)
QUIET_UNTIL: Final = time(8)


@dataclass(frozen=True, slots=True)
class Preferences:
    """`channels` empty: no reminders at all."""

    language: Language
    quiet: QuietHours
    channels: tuple[ChannelName, ...]


def by_default(time_zone: str) -> Preferences:
    """Of an owner who has chosen nothing."""
    return Preferences("en", QuietHours(time_zone, QUIET_SINCE, QUIET_UNTIL), CHANNELS)
