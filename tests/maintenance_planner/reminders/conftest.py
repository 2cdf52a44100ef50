"""An owner with a car on which something is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from database.connection import Connection, Pool
from maintenance_planner.reminders.channels import Channel
from maintenance_planner.reminders.delivering import deliver
from maintenance_planner.reminders.ladder import CHANNELS, ChannelName
from maintenance_planner.reminders.messages import Message, Told
from maintenance_planner.reminders.preferences import Preferences
from maintenance_planner.reminders.quiet_hours import QuietHours
from maintenance_planner.reminders.reminding import remind
from maintenance_planner.reminders.service import choose
from tests.booking_api.conftest import put
from tests.maintenance_planner.conftest import enrol
from vehicles import service as vehicles

NOON: Final = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
OWNER: Final = "owner-1"
MAIL: Final = "owner-1@example.org"
NEVER_QUIET: Final = QuietHours("UTC", time(0), time(0))


def message(**changes: Any) -> Message:
    texts = {"en": Told("Plan a visit", ("Oil, at the latest on 2026-05-09",)), "zh": Told("请安排进店", ("机油",))}
    given: dict[str, Any] = {"reminder_id": UUID(int=7), "owner_id": OWNER, "vin": "V", "urgency": 2, "made_at": NOON}
    return Message(**{**given, "texts": texts, "language": "en", "email": MAIL, **changes})


@dataclass
class Reminded:
    """Looks and delivers at an instant, with the rights of the planner."""

    pool: Pool
    planner_pool: Pool
    vehicle_id: int
    zone: str = "UTC"
    configured: Sequence[ChannelName] = CHANNELS
    recommendations: list[UUID] = field(default_factory=list)

    async def advise(self, urgency: int = 2, safe_at: datetime | None = NOON + timedelta(days=60)) -> UUID:
        one = uuid4()
        row: dict[str, Any] = {"reasons": {"en": ["It is due."]}, "operations": [], "finding_ids": "{}"}
        row |= {"titles": {"en": "Engine oil", "zh": "机油"}, "item": f"item-{one}"}
        async with self.pool.connection() as connection:
            ids = {"recommendation_id": one, "vehicle_id": self.vehicle_id}
            await put(connection, "planner.recommendations", urgency=urgency, latest_safe_at=safe_at, **ids, **row)
        return one

    async def choose(self, **changes: Any) -> None:
        chosen: dict[str, Any] = {"language": "en", "quiet": NEVER_QUIET, "channels": CHANNELS}
        async with self.planner_pool.connection() as connection:
            await choose(connection, OWNER, Preferences(**chosen | changes), NOON)

    async def look(self, at: datetime = NOON) -> int:
        return await remind(self.planner_pool, self.configured, self.zone, at)

    async def deliver(self, channels: Sequence[Channel], at: datetime = NOON) -> int:
        return await deliver(self.planner_pool, channels, self.zone, lambda: at)

    async def rows(self, query: str) -> list[dict[str, Any]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(query.encode())).fetchall()

    async def run(self, statement: str, parameters: Mapping[str, Any] | None = None) -> None:
        async with self.pool.connection() as connection:
            await connection.execute(statement.encode(), parameters)

    async def deliveries(self) -> dict[str, tuple[str, int]]:
        """State and attempts by channel, of the only reminder."""
        found = await self.rows("select channel, state, attempts from planner.reminder_deliveries")
        return {row["channel"]: (row["state"], row["attempts"]) for row in found}


async def _owned(connection: Connection) -> int:
    vehicle_id = await enrol(connection)
    await vehicles.register_owner(connection, OWNER, display_name="Owner", contact={"email": MAIL})
    await vehicles.assign_owner(connection, vehicle_id, OWNER, since=date(2022, 1, 10))
    return vehicle_id


@pytest.fixture
async def reminded(pool: Pool, planner_pool: Pool) -> Reminded:
    async with pool.connection() as connection:
        vehicle_id = await _owned(connection)
    return Reminded(pool, planner_pool, vehicle_id)
