"""Makes the reminders that are due: one message per car and look, each rung once. The transactions are ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from database.connection import Connection, Pool
from maintenance_planner.reminders import store
from maintenance_planner.reminders.ladder import (
    LONGEST_LEAD,
    THROUGH_QUIET_HOURS,
    ChannelName,
    Step,
    channels_of,
    steps,
)
from maintenance_planner.reminders.messages import tell
from maintenance_planner.reminders.preferences import Preferences, by_default
from maintenance_planner.reminders.quiet_hours import after_quiet

BATCH: Final = 200
_NAMESPACE: Final = UUID("b1a1f1c5-6a5e-4f7c-9f38-7e0e6f0f3c55")


class _RemindedByAnotherError(Exception):
    """Somebody else climbed one of these rungs meanwhile. What is left is told at the next look."""


async def remind(pool: Pool, configured: Sequence[ChannelName], time_zone: str, now: datetime) -> int:
    """Writes the reminders that are due at `now`, and how many; the deliveries go their own way.

    Twice at once or one after the other makes no second reminder. `time_zone`: of owners who have named none.
    """
    made, after = 0, 0
    while True:
        async with pool.connection() as connection:
            vehicle_ids = await store.fetch_vehicles_to_remind(connection, after, now, LONGEST_LEAD, BATCH)
            if not vehicle_ids:
                return made
            made += await _remind_cars(connection, vehicle_ids, configured, time_zone, now)
        after = vehicle_ids[-1]


async def _remind_cars(
    connection: Connection, vehicle_ids: Sequence[int], configured: Sequence[ChannelName], time_zone: str, now: datetime
) -> int:
    cars = await store.fetch_to_remind(connection, vehicle_ids, now)
    chosen = await store.fetch_preferences(connection, [car.owner_id for car in cars])
    made = 0
    for car in cars:
        preferences = chosen.get(car.owner_id) or by_default(time_zone)
        made += await _remind(connection, car, preferences, configured, now)
    return made


async def _remind(
    connection: Connection,
    car: store.OwnedCar,
    preferences: Preferences,
    configured: Sequence[ChannelName],
    now: datetime,
) -> bool:
    found = steps(car.open, now, car.last_reminded_at)
    reachable = [name for name in configured if name in preferences.channels and (name != "email" or car.has_email)]
    channels = channels_of(found, reachable)
    if not channels:
        return False
    try:
        async with connection.transaction():
            await _write(connection, car, found, channels, preferences, now)
    except _RemindedByAnotherError:
        return False
    return True


async def _write(
    connection: Connection,
    car: store.OwnedCar,
    found: Sequence[Step],
    channels: Sequence[ChannelName],
    preferences: Preferences,
    now: datetime,
) -> None:
    rungs = [(step.recommendation_id, rung) for step in found for rung in step.rungs]
    reminder_id = uuid5(_NAMESPACE, repr((car.owner_id, sorted(map(str, rungs)), now.isoformat())))
    urgency = max(step.urgency for step in found)
    texts = tell(car.car, [car.items[step.recommendation_id] for step in found], preferences.quiet.time_zone)
    await store.insert_reminder(connection, reminder_id, car, urgency, texts, now)
    if await store.insert_rungs(connection, reminder_id, car.owner_id, rungs) < len(rungs):
        raise _RemindedByAnotherError
    first_at = now if urgency >= THROUGH_QUIET_HOURS else after_quiet(preferences.quiet, now)
    await store.insert_deliveries(connection, reminder_id, channels, first_at)
