"""Plans cars, and closes the cycle of an item when work was done. The caller owns the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from database.connection import Connection
from maintenance_planner import store
from maintenance_planner.consumables import consumables
from maintenance_planner.finding_work import items_done_with, work_by_kind
from maintenance_planner.history_import import OTHER_WORK
from maintenance_planner.kept_facts import campaigns, kept_facts, wear_models
from maintenance_planner.models import (
    FirstSight,
    Planned,
    Recommendation,
    ServiceRecord,
    Span,
    Touched,
    Vehicle,
)
from maintenance_planner.planning import CarFacts, CarPlan, plan_car, towing_share
from maintenance_planner.plans import plan_for
from maintenance_planner.usage import usage_of
from maintenance_planner.verification import rules
from maintenance_planner.wear.components import components
from maintenance_planner.wear.history import history_of
from maintenance_planner.wear.observing import Observation, observe_car
from maintenance_planner.wear.predicting import predict
from observability.metrics import PLANNER_RECOMMENDATIONS
from vehicles.service import UnknownVehicleError

FIRST_LOOK_BACK: Final = timedelta(days=400)
"""So far back a car's days are read when it is planned for the first time: a year of seasons and what is late."""


class UnknownItemError(ValueError):
    """Neither the car's service plan nor the work for findings knows this item. Nothing was recorded."""


async def plan_touched(connection: Connection, touched: Mapping[str, Touched | None]) -> None:
    """Plans those cars again, by VIN, for which what is new may change the plan; VINs not enrolled are left out.

    None in place of a span: no sample is new, at most findings are. A plan rests on the first reading of each day, so
    what is new within the day of the last planning changes nothing. Cars of which only findings are new are planned
    from what is kept, in shared queries: a fleet with faults says something of them all day long. Of findings only the
    digests are compared, which are read first: what comes between is seen with the next news. Nothing is written
    before every car is planned: a transaction that has written holds back all readers of the stream.
    """
    vehicles = await store.fetch_vehicles(connection, sorted(touched))
    vehicle_ids = [vehicle.vehicle_id for vehicle in vehicles]
    await store.lock_vehicles(connection, vehicle_ids)
    planned = await store.fetch_planned(connection, vehicle_ids)
    held = {one.vehicle_id for one in vehicles if _days_still_hold(planned.get(one.vehicle_id), touched[one.vin])}
    due = [one for one in vehicles if touched[one.vin] is None or one.vehicle_id not in held]
    digests = await store.fetch_findings_digests(connection, [vehicle.vehicle_id for vehicle in due])
    cars, only_found = [], {}
    for vehicle in due:
        key = vehicle.vehicle_id
        if key not in held:
            cars.append(await _plan(connection, vehicle, planned.get(key), digests[key], touched[vehicle.vin]))
        elif planned[key].findings_digest != digests[key]:
            only_found[key] = replace(planned[key], findings_digest=digests[key])
    again = [one async for one in _plan_from_kept(connection, only_found)]
    await _write(connection, [car for car in cars if car])
    await _write_planned(connection, again)


async def record_services(
    connection: Connection,
    vehicle_id: int,
    records: Iterable[ServiceRecord],
    notes: Mapping[ServiceRecord, str] | None = None,
) -> int:
    """Keeps that work was done, and what is done along with it, and plans the car again in the same transaction.

    Returns how many records are new or changed; the same again changes nothing. Raises UnknownVehicleError,
    UnknownItemError, RefusedValueError; then nothing is recorded.
    """
    vehicle = await store.fetch_vehicle(connection, vehicle_id)
    if vehicle is None:
        raise UnknownVehicleError(f"no vehicle {vehicle_id} is enrolled")
    known = known_items(vehicle)
    asked = list(records)
    for record in asked:
        if record.item not in known and not record.item.startswith(OTHER_WORK):
            raise UnknownItemError(
                f"{record.item!r} is no item of the service plan of this car, nor work for a finding; "
                f"known are: {', '.join(sorted(known))}"
            )
    await store.lock_vehicles(connection, [vehicle_id])
    written = 0
    for record in asked:
        for item in sorted(items_done_with(record.item)):
            done = replace(record, item=item)
            written += await store.upsert_service_record(connection, vehicle_id, done, (notes or {}).get(record))
    planned = await store.fetch_planned(connection, [vehicle_id])
    digests = await store.fetch_findings_digests(connection, [vehicle_id])
    car = await _plan(connection, vehicle, planned.get(vehicle_id), digests[vehicle_id], None)
    await _write(connection, [car] if car else [])
    return written


async def items_of(connection: Connection, vehicle_id: int) -> frozenset[str]:
    """What can be recorded for this car. Raises UnknownVehicleError."""
    vehicle = await store.fetch_vehicle(connection, vehicle_id)
    if vehicle is None:
        raise UnknownVehicleError(f"no vehicle {vehicle_id} is enrolled")
    return frozenset(known_items(vehicle))


def known_items(vehicle: Vehicle) -> set[str]:
    """What can be recorded for this car: its plan, work for findings and wear, consumables, campaigns, repairs."""
    planned = {item.item for item in plan_for(vehicle.model_id, vehicle.drivetrain).items}
    found = {work.item for work in work_by_kind().values()} | set(rules())
    worn = {one.item for one in components() if vehicle.drivetrain in one.drivetrains}
    return planned | found | worn | {one.item for one in consumables()} | {one.item for one in campaigns()}


def _days_still_hold(planned: Planned | None, touched: Touched | None) -> bool:
    if planned is None or not (planned.odometer_known and planned.days_known):
        return False
    if touched is None:
        return True
    same_day = touched.to_at.astimezone(UTC).date() <= planned.now_at.astimezone(UTC).date()
    return same_day and touched.from_at > planned.now_at


@dataclass(frozen=True, slots=True)
class _Plan:
    """Of one car, not written yet."""

    vehicle_id: int
    plan: CarPlan
    now_at: datetime
    planned: Planned


@dataclass(frozen=True, slots=True)
class _FreshPlan:
    """A plan with what was read for it. `observed`: of the car's parts, and as of when."""

    plan: _Plan
    new_days: store.NewDays
    observed: tuple[datetime, list[Observation]]


async def _plan(
    connection: Connection,
    vehicle: Vehicle,
    before: Planned | None,
    findings_digest: str,
    touched: Touched | None,
) -> _FreshPlan | None:
    """Only reads. None where no sample of the car is stored."""
    span = await store.fetch_span(connection, vehicle.vehicle_id)
    if span is None:
        return None
    new_days = await _new_days(connection, vehicle.vehicle_id, before, span, touched)
    first = _earlier(before.first, span.first) if before else span.first
    as_of_at = before.as_of_at if before else None
    now = max(span.now_at, as_of_at) if as_of_at else span.now_at
    facts = await _facts(connection, vehicle, now, first, new_days)
    observed = await _observed(connection, vehicle, span.now_at, facts.records, new_days)
    predictions = predict(wear_models(), {vehicle.vehicle_id: observed}).get(vehicle.vehicle_id, {})
    plan = plan_car(replace(facts, predictions=predictions))
    planned = Planned(span.now_at, span.odometer_known, findings_digest, first, as_of_at=as_of_at)
    return _FreshPlan(_Plan(vehicle.vehicle_id, plan, now, planned), new_days, observed)


async def _plan_from_kept(connection: Connection, planned: Mapping[int, Planned]) -> AsyncIterator[_Plan]:
    """Only reads."""
    if not planned:
        return
    first = {vehicle_id: one.first for vehicle_id, one in planned.items()}
    now = {vehicle_id: max(one.now_at, one.as_of_at or one.now_at) for vehicle_id, one in planned.items()}
    async for facts in kept_facts(connection, first, now):
        key = facts.vehicle.vehicle_id
        yield _Plan(key, plan_car(facts), facts.now_at, planned[key])


async def _write(connection: Connection, cars: Sequence[_FreshPlan]) -> None:
    if not cars:
        return
    await store.upsert_days(connection, [car.new_days for car in cars])
    await store.upsert_wear(connection, {car.plan.vehicle_id: car.observed for car in cars})
    await _write_planned(connection, [car.plan for car in cars])


async def _write_planned(connection: Connection, cars: Sequence[_Plan]) -> None:
    if not cars:
        return
    await write_plans(connection, [(car.vehicle_id, car.plan, car.now_at) for car in cars])
    await store.upsert_planned(connection, {car.vehicle_id: car.planned for car in cars})


async def _new_days(
    connection: Connection, vehicle_id: int, before: Planned | None, span: Span, touched: Touched | None
) -> store.NewDays:
    """From the day of the last planning on, which still ran then, or from the first that is new."""
    from_at = before.now_at if before and before.days_known else span.now_at - FIRST_LOOK_BACK
    to_at = span.now_at
    if touched is not None:
        from_at, to_at = min(from_at, touched.from_at), max(to_at, touched.to_at)
    return await store.fetch_new_days(connection, vehicle_id, from_at, to_at)


async def _facts(
    connection: Connection,
    vehicle: Vehicle,
    now: datetime,
    first: FirstSight,
    new_days: store.NewDays,
) -> CarFacts:
    vehicle_id = vehicle.vehicle_id
    findings = (await store.fetch_findings(connection, [vehicle_id])).get(vehicle_id, [])
    days = (await store.fetch_days(connection, {vehicle_id: now}, [new_days])).get(vehicle_id, [])
    trips = await store.fetch_trips(connection, vehicle_id, now)
    records = (await store.fetch_service_records(connection, [vehicle_id])).get(vehicle_id, [])
    codes = (await store.fetch_codes(connection, [vehicle_id])).get(vehicle_id, [])
    told = (await store.fetch_told(connection, [vehicle_id])).get(vehicle_id, {})
    usage = usage_of(trips, towing_share(days, now))
    return CarFacts(vehicle, now, first, days, usage, findings, records, codes, campaigns(), told=told)


async def _observed(
    connection: Connection,
    vehicle: Vehicle,
    now: datetime,
    records: Sequence[ServiceRecord],
    new_days: store.NewDays,
) -> tuple[datetime, list[Observation]]:
    """Of whole days: the day of `now` still runs. It is kept for the night."""
    today = now.astimezone(UTC).date()
    days = await store.fetch_wear_days(connection, vehicle.vehicle_id, today - timedelta(days=1), [new_days])
    history = history_of(days, today)
    return datetime.combine(today, time(), UTC), observe_car(vehicle, history, records) if history else []


async def write_plans(connection: Connection, plans: Sequence[tuple[int, CarPlan, datetime]]) -> None:
    """Of cars, each with its now: writes the difference only, and what there is to tell of it."""
    by_car = [(vehicle_id, plan) for vehicle_id, plan, _ in plans]
    await store.replace_statuses(connection, [(vehicle_id, plan.statuses) for vehicle_id, plan in by_car])
    await store.upsert_usage(connection, by_car)
    await _replace_recommendations(connection, by_car)
    changes = [(vehicle_id, one, now) for vehicle_id, plan, now in plans for one in plan.changes]
    await store.insert_changes(connection, changes)
    await store.upsert_verifications(
        connection, [(vehicle_id, one) for vehicle_id, plan in by_car for one in plan.verifications]
    )


async def _replace_recommendations(connection: Connection, plans: Sequence[tuple[int, CarPlan]]) -> None:
    by_item: dict[str, list[tuple[int, Recommendation]]] = defaultdict(list)
    for vehicle_id, plan in plans:
        for one in plan.recommendations:
            by_item[one.item].append((vehicle_id, one))
    kept = [one for of_item in by_item.values() for _, one in of_item]
    await store.delete_other_recommendations(connection, [vehicle_id for vehicle_id, _ in plans], kept)
    for item, of_item in by_item.items():
        PLANNER_RECOMMENDATIONS.labels(item).inc(await store.upsert_recommendations(connection, of_item))


def _earlier(one: FirstSight, other: FirstSight) -> FirstSight:
    """A sight with an odometer counts before one without."""
    return min(one, other, key=lambda sight: (sight.odometer_km is None, sight.recorded_at))
