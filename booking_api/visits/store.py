"""How a visit changes, in the schema `booking`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from booking_api.models import Status
from database.connection import Connection
from database.queries import Queries

if TYPE_CHECKING:
    from booking_api.visits.waiting import Wanted

Row = dict[str, Any]

_queries: Final = Queries(Path(__file__).parents[1] / "queries")


async def advance(connection: Connection, booking_id: UUID, status: Status, now: datetime) -> None:
    """Of a booking that `store.lock_booking` holds."""
    await _queries.run(connection, "advance_booking", booking_id=booking_id, status=status, now=now)


async def extend(connection: Connection, booking_id: UUID, ends_at: datetime, by: timedelta, now: datetime) -> None:
    """Visit and claims. Raises OverlapError where somebody else has the time that is added."""
    await _queries.run(connection, "extend_booking", booking_id=booking_id, ends_at=ends_at, now=now)
    await _queries.run(connection, "extend_claims", booking_id=booking_id, by=by)


async def set_claim_state(connection: Connection, booking_id: UUID, state: str) -> None:
    """Of what has not been released; `state` as in `booking.claims`."""
    await _queries.run(connection, "claim_state", booking_id=booking_id, state=state)


async def lock_ended_holds(connection: Connection, now: datetime, workshop_id: str | None = None) -> list[UUID]:
    """A hundred at most; those that somebody confirms at this moment are passed over."""
    rows = await _queries.all(connection, "lock_ended_holds", now=now, workshop_id=workshop_id)
    return [row["booking_id"] for row in rows]


async def holds_are_over(connection: Connection, now: datetime, workshop_id: str) -> bool:
    """Whether some hold of this workshop has run out that nobody has ended yet."""
    return await _queries.one(connection, "find_ended_hold", now=now, workshop_id=workshop_id) is not None


async def offer_estimate_lines(
    connection: Connection, booking_id: UUID, lines: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """`lines`: title, urgency, minutes, cost_eur. They stand in place of those that nobody has decided on."""
    await _queries.run(connection, "delete_estimate_lines", booking_id=booking_id)
    for line in lines:
        await _queries.run(connection, "insert_estimate_line", booking_id=booking_id, now=now, **line)


async def fetch_estimate_lines(connection: Connection, booking_id: UUID) -> list[Row]:
    return await _queries.all(connection, "fetch_estimate_lines", booking_id=booking_id)


async def decide_estimate_lines(
    connection: Connection, booking_id: UUID, approved: Sequence[int], now: datetime
) -> None:
    """The other undecided ones are declined."""
    await _queries.run(connection, "decide_estimate_lines", booking_id=booking_id, approved=list(approved), now=now)


async def close_booking(
    connection: Connection, booking_id: UUID, closed_on: date, items: Sequence[str], causes: Sequence[Mapping[str, str]]
) -> None:
    words = {"closed_on": closed_on, "done_items": list(items), "causes": json.dumps(causes)}
    await _queries.run(connection, "close_booking", booking_id=booking_id, **words)


async def fetch_closing(connection: Connection, booking_id: UUID) -> Row:
    """`closed_on`, `done_items` and `causes` of a booking that exists."""
    row = await _queries.one(connection, "fetch_closing", booking_id=booking_id)
    assert row is not None  # bookings are never deleted
    return row


async def fetch_verifications(connection: Connection, booking_id: UUID) -> list[Row]:
    return await _queries.all(connection, "fetch_visit_verifications", booking_id=booking_id)


async def lock_judged_visits(connection: Connection) -> list[Row]:
    """`booking_id`, `status` and the `step` that telemetry takes."""
    return await _queries.all(connection, "lock_judged_visits")


async def insert_waiting(
    connection: Connection, entry_id: UUID, vehicle_id: int, owner_id: str, wanted: Wanted, now: datetime
) -> None:
    """Raises ConflictError where the car waits there already."""
    await _queries.run(
        connection,
        "insert_waiting",
        entry_id=entry_id,
        vehicle_id=vehicle_id,
        owner_id=owner_id,
        workshop_id=wanted.workshop_id,
        recommendation_ids=list(wanted.recommendation_ids),
        from_at=wanted.from_at,
        until_at=wanted.until_at,
        now=now,
    )


async def fetch_waiting(
    connection: Connection, vehicle_id: int, now: datetime, entry_id: UUID | None = None
) -> list[Row]:
    return await _queries.all(connection, "fetch_waiting", vehicle_id=vehicle_id, now=now, entry_id=entry_id)


async def lock_waiting_for(connection: Connection, workshop_id: str, starts_at: datetime) -> list[Row]:
    """With the car of each, in turn."""
    return await _queries.all(connection, "lock_waiting_for", workshop_id=workshop_id, starts_at=starts_at)


async def offer_to_waiting(connection: Connection, entry_id: UUID, booking_id: UUID) -> None:
    await _queries.run(connection, "offer_to_waiting", entry_id=entry_id, booking_id=booking_id)


async def end_waiting(connection: Connection, entry_id: UUID, now: datetime) -> None:
    await _queries.run(connection, "end_waiting", entry_id=entry_id, now=now)


async def fetch_place(connection: Connection, booking_id: UUID) -> Row | None:
    """`workshop_id`, `starts_at` and `time_zone`, as they may not be a moment later."""
    return await _queries.one(connection, "fetch_place", booking_id=booking_id)
