"""The night's scoring: every car as of one instant, so that a car that stands still comes due too.

Nothing is read of the samples: days, records, findings, usage and wear are what the worker has kept. Cars are taken in
batches, each in a transaction of its own; what stops in between goes on with the next night.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from database.connection import Connection, Pool
from maintenance_planner import store
from maintenance_planner.models import Planned, Vehicle
from maintenance_planner.planning import CarFacts, plan_car
from maintenance_planner.service import campaigns, wear_models, write_plans
from maintenance_planner.usage import NOT_SEEN
from maintenance_planner.wear.predicting import predict

BATCH: Final = 500
"""Large enough that a query's cost is shared, small enough that no reader of the stream is held back for long."""


async def score_all(pool: Pool, as_of_at: datetime, share: int = 0, shares: int = 1, batch: int = BATCH) -> int:
    """Scores the cars of one share of several and returns how many. Shares can run side by side. Raises PlanError."""
    scored, after = 0, 0
    while True:
        async with pool.connection() as connection:
            vehicle_ids = await store.fetch_vehicle_ids(connection, after, batch, share, shares)
            if not vehicle_ids:
                return scored
            await score(connection, vehicle_ids, as_of_at)
        scored, after = scored + len(vehicle_ids), vehicle_ids[-1]


async def score(connection: Connection, vehicle_ids: Sequence[int], as_of_at: datetime) -> None:
    """Cars that were never planned are left to the worker. None is looked at earlier than its own last word."""
    await store.lock_vehicles(connection, vehicle_ids)
    planned = await store.fetch_planned(connection, vehicle_ids)
    facts = [one async for one in _facts(connection, planned, as_of_at)]
    plans = [(one.vehicle.vehicle_id, plan_car(one), one.now_at) for one in facts]
    await write_plans(connection, plans)
    await store.upsert_planned(
        connection,
        {one.vehicle.vehicle_id: replace(planned[one.vehicle.vehicle_id], as_of_at=as_of_at) for one in facts},
    )


async def _facts(connection: Connection, planned: dict[int, Planned], as_of_at: datetime) -> AsyncIterator[CarFacts]:
    vehicle_ids = list(planned)
    now = {vehicle_id: max(one.now_at, as_of_at) for vehicle_id, one in planned.items()}
    vehicles: list[Vehicle] = await store.fetch_vehicles_by_id(connection, vehicle_ids)
    days = await store.fetch_days(connection, now)
    usage = await store.fetch_usage(connection, vehicle_ids)
    findings = await store.fetch_findings(connection, vehicle_ids)
    records = await store.fetch_service_records(connection, vehicle_ids)
    codes = await store.fetch_codes(connection, vehicle_ids)
    told = await store.fetch_told(connection, vehicle_ids)
    predictions = predict(wear_models(), await store.fetch_wear(connection, vehicle_ids))
    running = campaigns()
    for vehicle in vehicles:
        key = vehicle.vehicle_id
        yield CarFacts(
            vehicle,
            now[key],
            planned[key].first,
            days.get(key, []),
            usage.get(key, NOT_SEEN),
            findings.get(key, []),
            records.get(key, []),
            codes.get(key, []),
            running,
            predictions.get(key, {}),
            told=told.get(key, {}),
        )
