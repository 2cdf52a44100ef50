"""What others would say of the same car on the same day: the plain interval, and who knows all but the future.

The interval is the plan's own code, without any model of wear.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np

from maintenance_planner.models import FirstSight, OdometerReading, ServiceRecord
from maintenance_planner.odometer_projection import HORIZON_DAYS, OdometerProjection, project
from maintenance_planner.plans import PlanItem, plan_for
from maintenance_planner.service_intervals import CarUse, interval_status
from maintenance_planner.severe_duty import severe_duty
from maintenance_planner.usage import Usage
from maintenance_planner.wear.components import Component
from maintenance_planner.wear.history import Floats, WearHistory
from servicelane.evaluation.planner_examples import Look
from servicelane.evaluation.planner_fleets import Life

_KNOWN_DAYS: Final = 100


def plain_due_days(life: Life, component: Component, day: int, replaced_day: int | None) -> float:
    """Days from `day` to the date of the interval; negative where it has passed."""
    now = _instant(day)
    history = life.history.until(day)
    car = _car_use(life, history, day)
    last = (
        ServiceRecord(component.item, _date(replaced_day), _km_at(life, replaced_day))
        if replaced_day is not None
        else None
    )
    status = interval_status(plan_item(life.car.drivetrain, component), car, last, now)
    return (status.due_at - now).total_seconds() / 86_400 if status.due_at else float(HORIZON_DAYS)


def steady_due_days(life: Life, component: Component, look: Look) -> float:
    """Days to the due date as somebody would say who knew the wear exactly, but not that the car's use will change.

    The part goes on wearing as fast as it did since it was new.
    """
    worn, started = life.worn[component.name], int(look.cycle.started)
    fresh = float(worn[started - life.new_on]) if started >= life.new_on else 0.0
    taken = float(worn[look.day - life.new_on]) - fresh
    return (1.0 - taken) * (look.day - started) / max(taken, 1e-9)


def plan_item(drivetrain: str, component: Component) -> PlanItem:
    """The plan's, or else the interval that `components.toml` names."""
    known = {one.item: one for one in plan_for(drivetrain, drivetrain).items}
    if component.item in known:
        return known[component.item]
    return PlanItem(
        component.item, component.titles, component.operations, 1.0, "components.toml",
        km=component.plain_km, months=component.plain_months,
    )  # fmt: skip


def _car_use(life: Life, history: WearHistory, day: int) -> CarUse:
    first = FirstSight(_instant(history.first_day), _km_at(life, history.first_day))
    return CarUse(_date(life.new_on), first, _projection(life, day), severe_duty(_usage(history.columns)))


def _projection(life: Life, day: int) -> OdometerProjection | None:
    days = range(max(day - _KNOWN_DAYS, life.history.first_day), day + 1)
    readings = [OdometerReading(_instant(one), _km_at(life, one)) for one in days]
    return project(readings, _date(life.new_on))


def _usage(columns: Mapping[str, Floats]) -> Usage:
    """Of the last 90 days, as the planner counts it of trips."""
    sums = {name: float(np.nansum(values[-90:])) for name, values in columns.items()}
    trips, running_s = sums["trips"], sums["running_s"]
    return Usage(
        trips=int(trips),
        distance_km=sums["km"],
        running_s=running_s,
        cold_start_share=sums["cold_starts"] / trips if trips else 0.0,
        short_share=0.0,
        cold_short_share=sums["cold_short"] / trips if trips else 0.0,
        idle_share=sums["idle_s"] / running_s if running_s else 0.0,
        mean_kmh=sums["km"] / (running_s / 3600) if running_s else 0.0,
        fuel_l_per_100km=None,
        revolutions_per_km=None,
    )


def _km_at(life: Life, day: int) -> float:
    """At the end of that day."""
    place = min(day - life.new_on, len(life.km) - 1)
    return float(life.km[place]) if place >= 0 else 0.0


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def _instant(day: int) -> datetime:
    return datetime.combine(_date(day), time(), UTC)
