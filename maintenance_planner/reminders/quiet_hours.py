"""Quiet hours on the owner's wall clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `since` to before `until` on the clock of `time_zone`, past midnight where `since` is later; equal: none."""

    time_zone: str
    since: time
    until: time

    def holds(self, at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(self.time_zone)).time()
        if self.since <= self.until:
            return self.since <= wall < self.until
        return wall >= self.since or wall < self.until


def after_quiet(quiet: QuietHours, at: datetime) -> datetime:
    """This instant, or the end of the quiet hours that hold at it.

    Where the clock jumps over that end, the first instant after the jump.
    """
    if not quiet.holds(at):
        return at
    zone = ZoneInfo(quiet.time_zone)
    local = at.astimezone(zone)
    on = local.date() if local.time() < quiet.until else local.date() + timedelta(days=1)
    ends_at = datetime.combine(on, quiet.until, zone).astimezone(UTC)
    return max(ends_at, at)
