"""The night's scoring: every car as of one instant, so that a car that stands still comes due too.

Nothing is read of the samples: days, records, findings, usage and wear are what the worker has kept. Cars are taken in
batches, each in a transaction of its own; what stops in between goes on with the next night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from database.connection import Connection, Pool
from maintenance_planner import store
from maintenance_planner.kept_facts import kept_facts
from maintenance_planner.planning import plan_car
from maintenance_planner.service import write_plans

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
    first = {vehicle_id: one.first for vehicle_id, one in planned.items()}
    now = {vehicle_id: max(one.now_at, as_of_at) for vehicle_id, one in planned.items()}
    facts = [one async for one in kept_facts(connection, first, now)]
    plans = [(one.vehicle.vehicle_id, plan_car(one), one.now_at) for one in facts]
    await write_plans(connection, plans)
    await store.upsert_planned(
        connection,
        {one.vehicle.vehicle_id: replace(planned[one.vehicle.vehicle_id], as_of_at=as_of_at) for one in facts},
    )
