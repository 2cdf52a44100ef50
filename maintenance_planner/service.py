"""Plans cars, and closes the cycle of an item when work was done. The caller owns the transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from database.connection import Connection
from maintenance_planner import store
from maintenance_planner.finding_work import items_done_with, work_by_kind
from maintenance_planner.models import Finding, FirstSight, Planned, Recommendation, Touched, Vehicle
from maintenance_planner.odometer_projection import project
from maintenance_planner.plans import plan_for
from maintenance_planner.recommendations import open_findings, recommend
from maintenance_planner.service_intervals import CarUse, interval_statuses
from maintenance_planner.severe_duty import severe_duty
from observability.metrics import PLANNER_RECOMMENDATIONS
from vehicles.service import UnknownVehicleError


class UnknownItemError(ValueError):
    """Neither the car's service plan nor the work for findings knows this item. Nothing was recorded."""


async def plan_touched(connection: Connection, touched: Mapping[str, Touched | None]) -> None:
    """Plans those cars again, by VIN, for which what is new may change the plan; VINs not enrolled are left out.

    None in place of a span: no sample is new, at most findings are. A plan rests on the first reading of each day, so
    what is new within the day of the last planning changes nothing.
    """
    vehicles = await store.fetch_vehicles(connection, sorted(touched))
    vehicle_ids = [vehicle.vehicle_id for vehicle in vehicles]
    await store.lock_vehicles(connection, vehicle_ids)
    planned = await store.fetch_planned(connection, vehicle_ids)
    findings = await store.fetch_findings(connection, vehicle_ids)
    for vehicle in vehicles:
        before, found = planned.get(vehicle.vehicle_id), findings.get(vehicle.vehicle_id, [])
        if before is None or not _still_holds(before, touched[vehicle.vin], found):
            await _plan(connection, vehicle, before, found)


async def record_service(
    connection: Connection, vehicle_id: int, item: str, performed_on: date, odometer_km: float, source: str
) -> None:
    """Keeps that `item` was done, and what is done along with it, and plans the car again in the same transaction.

    `source` names who says so, for example "booking". The same again changes nothing. Raises UnknownVehicleError,
    UnknownItemError, RefusedValueError.
    """
    vehicle = await store.fetch_vehicle(connection, vehicle_id)
    if vehicle is None:
        raise UnknownVehicleError(f"no vehicle {vehicle_id} is enrolled")
    if item not in _known_items(vehicle):
        raise UnknownItemError(f"{item!r} is no item of the service plan of this car, nor work for a finding")
    await store.lock_vehicles(connection, [vehicle_id])
    for done in sorted(items_done_with(item)):
        await store.upsert_service_record(connection, vehicle_id, done, performed_on, odometer_km, source)
    planned = await store.fetch_planned(connection, [vehicle_id])
    findings = await store.fetch_findings(connection, [vehicle_id])
    await _plan(connection, vehicle, planned.get(vehicle_id), findings.get(vehicle_id, []))


def _known_items(vehicle: Vehicle) -> set[str]:
    planned = {item.item for item in plan_for(vehicle.model_id, vehicle.drivetrain)}
    return planned | {work.item for work in work_by_kind().values()}


def _still_holds(planned: Planned, touched: Touched | None, findings: Sequence[Finding]) -> bool:
    if not planned.odometer_known or planned.findings_digest != _digest(findings):
        return False
    if touched is None:
        return True
    same_day = touched.to_at.astimezone(UTC).date() <= planned.now_at.astimezone(UTC).date()
    return same_day and touched.from_at > planned.now_at


async def _plan(connection: Connection, vehicle: Vehicle, before: Planned | None, findings: Sequence[Finding]) -> None:
    span = await store.fetch_span(connection, vehicle.vehicle_id)
    if span is None:
        return
    first = _earlier(before.first, span.first) if before else span.first
    last = await store.fetch_last_services(connection, vehicle.vehicle_id)
    car = await _use(connection, vehicle, span.now_at, first)
    statuses = interval_statuses(plan_for(vehicle.model_id, vehicle.drivetrain), car, last, span.now_at)
    recommendations = recommend(vehicle.vehicle_id, open_findings(findings, last), statuses)
    await store.replace_statuses(connection, vehicle.vehicle_id, statuses)
    await _replace_recommendations(connection, vehicle.vehicle_id, recommendations)
    planned = Planned(span.now_at, span.odometer_known, _digest(findings), first)
    await store.upsert_planned(connection, vehicle.vehicle_id, planned)


async def _use(connection: Connection, vehicle: Vehicle, now: datetime, first: FirstSight) -> CarUse:
    readings = await store.fetch_readings(connection, vehicle.vehicle_id, now)
    trips = await store.fetch_trips(connection, vehicle.vehicle_id, now)
    projection = project(readings, vehicle.in_service_on)
    return CarUse(vehicle.in_service_on, first, projection, severe_duty(trips))


async def _replace_recommendations(
    connection: Connection, vehicle_id: int, recommendations: Sequence[Recommendation]
) -> None:
    """Writes the difference only."""
    await store.delete_other_recommendations(connection, vehicle_id, recommendations)
    for one in recommendations:
        if await store.upsert_recommendation(connection, vehicle_id, one):
            PLANNER_RECOMMENDATIONS.labels(one.item).inc()


def _earlier(one: FirstSight, other: FirstSight) -> FirstSight:
    """A sight with an odometer counts before one without."""
    return min(one, other, key=lambda sight: (sight.odometer_km is None, sight.recorded_at))


def _digest(findings: Sequence[Finding]) -> str:
    """The same for the same findings; they come in the order of their ids."""
    told = repr([(str(f.finding_id), f.kind, f.component, f.severity, f.found_at, f.texts) for f in findings])
    return hashlib.sha256(told.encode()).hexdigest()
