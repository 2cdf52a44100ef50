"""A step is taken: status, claims and event in one go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from booking_api import claims
from booking_api.events.outbox import tell
from booking_api.models import Status
from booking_api.visits import store
from booking_api.visits.transitions import CLAIMING, Step, target_of
from database.connection import Connection

_CLAIMS_BECOME: Final[Mapping[Status, str]] = {"booked": "confirmed", "checked_in": "in_service"}


async def change(connection: Connection, booking_id: UUID, step: Step, status: Status, now: datetime) -> None:
    """Of a visit that is held under its lock, and with which the step may be taken."""
    target = target_of(step, status)
    await store.advance(connection, booking_id, target, now)
    if target == "ready":
        await claims.use_up(connection, booking_id)
    elif target not in CLAIMING:
        await claims.release(connection, booking_id)
    elif state := _CLAIMS_BECOME.get(target):
        await store.set_claim_state(connection, booking_id, state)
    await tell(connection, target, booking_id, now)
