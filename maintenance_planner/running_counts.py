"""Engine hours and regenerations since the last service of an item. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from maintenance_planner.models import Counted, VehicleDay
from maintenance_planner.plans import PlanItem

HORIZON_DAYS: Final = 3_650
FEWEST_DAYS: Final = 7
"""A rate over less than a week foretells nothing."""


@dataclass(frozen=True, slots=True)
class RunningCounts:
    """`days` in the order of time."""

    days: Sequence[VehicleDay] = ()

    def counted(self, item: PlanItem, since: date | None, factor: float) -> list[Counted]:
        """Nothing for an item without such a limit, and for a car that tells neither."""
        if not (item.hours or item.regenerations):
            return []
        days = [one for one in self.days if since is None or one.day >= since]
        hours, regenerations = _hours(days), sum(one.regenerations for one in days)
        found = []
        if item.hours and hours is not None:
            found.append(Counted("hours", hours, item.hours * factor, _due_at(days, hours, item.hours * factor)))
        if item.regenerations and regenerations:
            limit = item.regenerations * factor
            found.append(Counted("regenerations", regenerations, limit, _due_at(days, regenerations, limit)))
        return found


def _hours(days: Sequence[VehicleDay]) -> float | None:
    """A new engine controller counts anew: only what is added counts."""
    told = [one.engine_hours_h for one in days if one.engine_hours_h is not None]
    if not told:
        return None
    return sum(max(after - before, 0.0) for before, after in itertools.pairwise(told))


def _due_at(days: Sequence[VehicleDay], done: float, limit: float) -> datetime | None:
    """At the pace so far; None where there is none yet, or not within ten years."""
    span_days = (days[-1].day - days[0].day).days
    if done <= 0 or span_days < FEWEST_DAYS:
        return None
    ahead_days = (limit - done) * span_days / done
    if ahead_days > HORIZON_DAYS:
        return None
    return datetime.combine(days[-1].day + timedelta(days=ahead_days), time(), UTC)
