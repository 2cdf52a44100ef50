"""What of a service plan is due, by distance or by time, whichever comes first. Pure.

Counted from the last recorded service of the item, or else from the first day on the road with 0 km. A car that had
an age when it was first seen has no records of what was done before: each limit is then taken to have been kept on
schedule up to that day (`assumed`), or every old car would be overdue by years at its first message.

Kilometres are counted as distance covered (`odometer_series`) and told as the car's instrument of today will show them.
Engine hours and regenerations count from the day of the last record, or from when they were first known.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple

from maintenance_planner.models import DueState, FirstSight, IntervalStatus, ServiceRecord, Texts
from maintenance_planner.odometer_projection import Arrival, OdometerProjection
from maintenance_planner.odometer_series import OdometerSeries
from maintenance_planner.plans import PlanItem
from maintenance_planner.record_readings import distance_of_record
from maintenance_planner.running_counts import RunningCounts

LEAD_KM: Final = 1_500.0
LEAD_DAYS: Final = 30
"""Handbook 7.2: time enough to find a slot."""

NEAR_KM: Final = 300.0
NEAR_DAYS: Final = 7
"""A week on the road: what is so near is due now."""

LEAD_SHARE, NEAR_SHARE = 0.1, 0.02
"""Of engine hours and regenerations, as 1,500 and 300 km are of 15,000 km."""

NEVER_RECORDED: Final = "unrecorded"


@dataclass(frozen=True, slots=True)
class CarUse:
    """`projection` None: the odometer is not known. `severe` says by condition what makes the duty severe.

    `series` None: what the instrument shows is the distance.
    """

    in_service_on: date
    first: FirstSight
    projection: OdometerProjection | None
    severe: Mapping[str, Texts] = field(default_factory=dict)
    series: OdometerSeries | None = None
    counts: RunningCounts = field(default_factory=RunningCounts)

    def shown_km(self, distance_km: float | None) -> float | None:
        return distance_km if distance_km is None or self.series is None else self.series.shown_for(distance_km)

    def record_km(self, record: ServiceRecord) -> float | None:
        if self.series is None:
            return record.odometer_km
        return distance_of_record(self.series, record)


class _Limits(NamedTuple):
    """From where an item counts, and where it ends; distances, not what an instrument shows."""

    last_km: float | None
    last_on: date | None
    due_km: float | None
    due_on: date | None
    assumed: bool


def interval_statuses(
    plan: Sequence[PlanItem], car: CarUse, last: Mapping[str, ServiceRecord], now: datetime
) -> list[IntervalStatus]:
    """How every item stands. `last` holds the newest record by item."""
    return [interval_status(item, car, last.get(item.item), now) for item in plan]


def interval_status(item: PlanItem, car: CarUse, last: ServiceRecord | None, now: datetime) -> IntervalStatus:
    shortened_by = tuple(car.severe[name] for name in sorted(car.severe.keys() & item.severe_when))
    factor = item.severe_factor if shortened_by else 1.0
    limits = _since_record(item, last, car, factor) if last else _since_new(item, car, factor)
    counted = car.counts.counted(item, last.performed_on if last else None, factor)
    distance_km = car.projection.odometer_at(now).likely if car.projection else None
    remaining_km = _difference(limits.due_km, distance_km)
    remaining_days = (limits.due_on - now.date()).days if limits.due_on else None
    arrival = _arrival(limits, car.projection, [one.due_at for one in counted if one.due_at])
    return IntervalStatus(
        item=item.item,
        titles=item.titles,
        operations=item.operations,
        state=_state(remaining_km, remaining_days, [one.left_share for one in counted]),
        due_odometer_km=car.shown_km(limits.due_km),
        due_on=limits.due_on,
        remaining_km=remaining_km,
        remaining_days=remaining_days,
        due_at=arrival.likely_at,
        due_earliest_at=arrival.earliest_at,
        due_latest_at=arrival.latest_at,
        last_odometer_km=car.shown_km(limits.last_km),
        last_on=limits.last_on,
        assumed=limits.assumed,
        shortened_by=shortened_by if factor < 1 else (),
        cycle=str(last.performed_on) if last else NEVER_RECORDED,
        counted=tuple(counted),
        severe=tuple(sorted(car.severe.keys() & item.severe_when)) if factor < 1 else (),
    )


def _since_record(item: PlanItem, last: ServiceRecord, car: CarUse, factor: float) -> _Limits:
    last_km = car.record_km(last)
    due_km = last_km + item.km * factor if item.km and last_km is not None else None
    due_on = add_months(last.performed_on, _months(item.months, factor)) if item.months else None
    return _Limits(last_km, last.performed_on, due_km, due_on, assumed=False)


def _since_new(item: PlanItem, car: CarUse, factor: float) -> _Limits:
    last_km = due_km = last_on = due_on = None
    first_km = car.first.odometer_km
    if first_km is not None and car.series is not None:
        first_km = max(car.series.distance_of(first_km, car.first.recorded_at), 0.0)
    if item.km and first_km is not None:
        last_km, due_km = _schedule(first_km, (item.first_km or item.km) * factor, item.km * factor)
    if item.months:
        age_months = months_between(car.in_service_on, car.first.recorded_at.date())
        first, regular = _months(item.first_months or item.months, factor), _months(item.months, factor)
        months = _schedule(age_months, first, regular)
        last_on, due_on = (add_months(car.in_service_on, int(number)) for number in months)
    assumed = bool(last_km) or (last_on is not None and last_on > car.in_service_on)
    return _Limits(last_km, last_on, due_km, due_on, assumed)


def _schedule(seen: float, first: float, regular: float) -> tuple[float, float]:
    """The last point of the schedule at or before `seen`, and the next after it."""
    if seen < first:
        return 0.0, first
    passed = first + (seen - first) // regular * regular
    return passed, passed + regular


def _months(months: int, factor: float) -> int:
    return max(round(months * factor), 1)


def _difference(minuend: float | None, subtrahend: float | None) -> float | None:
    return None if minuend is None or subtrahend is None else minuend - subtrahend


def _arrival(limits: _Limits, projection: OdometerProjection | None, counted_at: Sequence[datetime]) -> Arrival:
    """The earliest of time, distance, engine hours and regenerations, for fast, likely and slow use."""
    by_time = datetime.combine(limits.due_on, time(), UTC) if limits.due_on else None
    nowhere = Arrival(None, None, None)
    by_distance = projection.reached(limits.due_km) if projection and limits.due_km is not None else nowhere
    instants = [min((at for at in (by_time, instant, *counted_at) if at), default=None) for instant in by_distance]
    return Arrival(*instants)


def _state(remaining_km: float | None, remaining_days: int | None, left_shares: Sequence[float]) -> DueState:
    for km, days, share, state in (
        (0.0, 0, 0.0, DueState.OVERDUE),
        (NEAR_KM, NEAR_DAYS, NEAR_SHARE, DueState.DUE),
        (LEAD_KM, LEAD_DAYS, LEAD_SHARE, DueState.DUE_SOON),
    ):
        if (remaining_km is not None and remaining_km < km) or (remaining_days is not None and remaining_days < days):
            return state
        if any(left < share for left in left_shares):
            return state
    return DueState.PLANNED


def months_between(since: date, until: date) -> int:
    """Whole calendar months; negative where `until` lies before `since`."""
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
