"""When a delivery is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 2 * 60, 10 * 60, 3600, 3 * 3600, 8 * 3600, 24 * 3600)
)
"""After the first attempt, the second, and so on: more than a day and a half in all, so that a weekend's outage of an
hour and an afternoon's mistake are both survived."""


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """After so many attempts that have failed. None: given up; it can be sent again by hand."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None
