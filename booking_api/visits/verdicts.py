"""What telemetry says of closed visits: the repair holds, or the fault came back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking_api.visits import store
from booking_api.visits.changing import change
from database.connection import Connection


async def follow_verdicts(connection: Connection, now: datetime) -> list[UUID]:
    """Takes the step that the planner's verification stands for, with the visits for which it says something new."""
    judged = await store.lock_judged_visits(connection)
    for one in judged:
        await change(connection, one["booking_id"], one["step"], one["status"], now)
    return [one["booking_id"] for one in judged]
