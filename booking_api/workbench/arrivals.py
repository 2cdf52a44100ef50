"""The cars that come next: what is wrong with each, whether its parts are there, how likely it fails before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from booking_api.access import Access, write_down
from booking_api.access_policy import Action
from booking_api.local_days import epoch_minute
from booking_api.models import FoundBooking
from booking_api.risk import life_of, risk_until
from booking_api.slot_search import soonest_failure
from booking_api.workbench import store
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class Arrival:
    """`risk`: 0 to 1, that something which is to be replaced fails before the visit; None: nothing is known to fail."""

    found: FoundBooking
    faults: tuple[store.Row, ...]
    parts: tuple[store.Row, ...]
    risk: float | None


async def arrivals(connection: Connection, access: Access, found: Sequence[FoundBooking]) -> list[Arrival]:
    """Of visits that the caller may see, in the same order; a car whose faults are not for the caller is left out."""
    reading = replace(access, action=Action.READ_FAULTS)
    allowed = [one for one in found if reading.decide(one.facts)]
    await write_down(connection, reading, [one.facts for one in allowed])
    faults = await store.fetch_faults_of(connection, [one.facts["vehicle_id"] for one in allowed])
    parts = await store.fetch_reserved_parts(connection, [one.booking.booking_id for one in allowed])
    named = [one for visit in allowed for one in visit.booking.recommendation_ids]
    needs = {row["recommendation_id"]: row for row in await store.fetch_needs(connection, named)}
    return [
        Arrival(
            one,
            tuple(row for row in faults if row["vehicle_id"] == one.facts["vehicle_id"]),
            tuple(row for row in parts if row["booking_id"] == one.booking.booking_id),
            _risk(one, needs, epoch_minute(access.now)),
        )
        for one in allowed
    ]


def _risk(found: FoundBooking, needs: Mapping[UUID, store.Row], now_minute: int) -> float | None:
    rows = [needs[one] for one in found.booking.recommendation_ids if one in needs]
    fails_at = soonest_failure([row["details"] or {} for row in rows])
    safe_at = min((row["latest_safe_at"] for row in rows if row["latest_safe_at"]), default=None)
    life = life_of(fails_at, safe_at, now_minute)
    return None if life is None else risk_until(life, now_minute, epoch_minute(found.booking.starts_at))
