"""One car's plan from all that is known of it.

Pure: the worker, a record of work and the night's scoring all come here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from maintenance_planner.campaigns import Campaign, match
from maintenance_planner.changes import Change, Told, changes_of
from maintenance_planner.consumables import low_levels
from maintenance_planner.models import (
    Finding,
    FirstSight,
    IntervalStatus,
    OdometerReading,
    Recommendation,
    ServiceRecord,
    Texts,
    Vehicle,
    VehicleDay,
)
from maintenance_planner.odometer_projection import Estimate, OdometerProjection, project
from maintenance_planner.odometer_texts import break_text
from maintenance_planner.plans import Warranty, plan_for
from maintenance_planner.predictions import Prediction
from maintenance_planner.recommendations import Needs, open_findings, recommend
from maintenance_planner.record_readings import series_of
from maintenance_planner.running_counts import RunningCounts
from maintenance_planner.service_intervals import CarUse, add_months, interval_statuses
from maintenance_planner.severe_duty import severe_duty
from maintenance_planner.usage import Usage
from maintenance_planner.verification import CodeEpisode, Verification, verify
from maintenance_planner.visits import Visit, visits_of


@dataclass(frozen=True, slots=True)
class CarFacts:
    """`records` the newest first; `days` in the order of time, none later than `now_at`; findings that have ended
    too."""

    vehicle: Vehicle
    now_at: datetime
    first: FirstSight
    days: Sequence[VehicleDay]
    usage: Usage
    findings: Sequence[Finding]
    records: Sequence[ServiceRecord]
    codes: Sequence[CodeEpisode] = ()
    campaigns: Sequence[Campaign] = ()
    predictions: Mapping[str, Prediction] = field(default_factory=dict)
    told: Mapping[UUID, Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CarPlan:
    """`km_per_day` None: the odometer is not known. `odometer_texts`: what became of the odometer, the oldest first."""

    statuses: list[IntervalStatus]
    recommendations: list[Recommendation]
    changes: list[Change]
    verifications: list[Verification]
    visits: list[Visit]
    guarantees: list[Warranty]
    predictions: list[Prediction]
    usage: Usage
    km_per_day: Estimate | None
    odometer_texts: list[Texts]
    plan_name: str
    plan_version: str


def plan_car(facts: CarFacts) -> CarPlan:
    """Raises PlanError where the car's plan is wrong or missing."""
    plan = plan_for(facts.vehicle.model_id, facts.vehicle.drivetrain)
    last = last_by_item(facts.records)
    series = series_of(_readings(facts.days), facts.records)
    projection = project(series.readings, facts.vehicle.in_service_on) if series else None
    car = CarUse(facts.vehicle.in_service_on, facts.first, projection, severe_duty(facts.usage), series, _counts(facts))
    statuses = interval_statuses(plan.items, car, last, facts.now_at)
    guarantees = [one for one in plan.warranties if _holds(one, facts, projection)]
    recommendations = recommend(_needs(facts, last, statuses, projection, guarantees))
    return CarPlan(
        statuses=statuses,
        recommendations=recommendations,
        changes=changes_of(facts.told, recommendations, facts.findings, frozenset(last)),
        verifications=verify(facts.records, facts.days, facts.findings, facts.codes, facts.now_at.date()),
        visits=visits_of(recommendations, statuses, facts.now_at),
        guarantees=guarantees,
        predictions=sorted(facts.predictions.values(), key=lambda one: (one.p50_at, one.component)),
        usage=facts.usage,
        km_per_day=projection.km_per_day if projection else None,
        odometer_texts=[break_text(one) for one in series.breaks] if series else [],
        plan_name=plan.name,
        plan_version=plan.version,
    )


def _needs(
    facts: CarFacts,
    last: Mapping[str, ServiceRecord],
    statuses: Sequence[IntervalStatus],
    projection: OdometerProjection | None,
    guarantees: Sequence[Warranty],
) -> Needs:
    findings = open_findings(facts.findings, last)
    distance_km = projection.odometer_at(facts.now_at).likely if projection else None
    kinds = {finding.kind for finding in findings}
    codes = [episode.code for episode in facts.codes if episode.is_open]
    waiting = (campaign for campaign in facts.campaigns if campaign.item not in last)
    matches = (match(campaign, facts.vehicle, distance_km, kinds, codes) for campaign in waiting)
    return Needs(
        vehicle_id=facts.vehicle.vehicle_id,
        now_at=facts.now_at,
        findings=findings,
        statuses=statuses,
        predictions=facts.predictions,
        campaigns=[found for found in matches if found],
        low=low_levels(facts.days, facts.now_at.date()),
        last=last,
        guarantees=guarantees,
    )


def _holds(guarantee: Warranty, facts: CarFacts, projection: OdometerProjection | None) -> bool:
    if facts.now_at.date() > add_months(facts.vehicle.in_service_on, guarantee.months):
        return False
    return guarantee.km is None or projection is None or projection.odometer_at(facts.now_at).likely <= guarantee.km


def last_by_item(records: Sequence[ServiceRecord]) -> dict[str, ServiceRecord]:
    """The newest of each item, from records of which the newest comes first."""
    return {record.item: record for record in reversed(records)}


def towing_share(days: Sequence[VehicleDay], now: datetime) -> float:
    """Of the whole days with a reading in the last 90."""
    used = [one for one in days if one.recorded_at is not None and 0 < (now.date() - one.day).days <= 90]
    return sum(one.towed for one in used) / len(used) if used else 0.0


def _readings(days: Sequence[VehicleDay]) -> list[OdometerReading]:
    return [
        OdometerReading(one.recorded_at, one.odometer_km, one.source or "telemetry")
        for one in days
        if one.recorded_at is not None and one.odometer_km is not None
    ]


def _counts(facts: CarFacts) -> RunningCounts:
    """Of whole days: the day of `now_at` still runs."""
    today = facts.now_at.date()
    return RunningCounts([one for one in facts.days if one.day < today])
