"""Which visits are possible for a car's work, the best first. Six queries, seven where parts are needed, however many
workshops there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from booking_api import error_texts, store, workshop_store
from booking_api.access import Access, find_vehicle
from booking_api.errors import UnknownWorkError
from booking_api.jobs import Practice, job_at, needs_of
from booking_api.languages import Text
from booking_api.local_days import epoch_minute, instant
from booking_api.models import Job, Slot, SlotQuery, Work, Workshop
from booking_api.offering import need_of, offers
from booking_api.ranking import rank, safe_enough
from booking_api.reason_texts import OBSTACLES
from booking_api.scheduling import DAY_MINUTES, Window
from database.connection import Connection

INSPECTION: Final[dict[str, Any]] = {"code": "inspection", "minutes": 60, "skill": None}
"""What is booked when nothing in particular is to be done."""


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    """`reasons` says why there is no slot, or why none is early enough."""

    slots: tuple[Slot, ...]
    reasons: tuple[Text, ...]


async def search(connection: Connection, access: Access, query: SlotQuery) -> SlotAnswer:
    """Raises NotFoundError and UnknownWorkError."""
    now = access.now
    vehicle = await find_vehicle(connection, access, query.vin)
    work = await read_work(connection, vehicle["vehicle_id"], query.recommendation_ids)
    workshops = await workshop_store.fetch_workshops(connection)
    window = _window(query, workshops, now)
    claims = await store.fetch_claims(connection, instant(window.from_minute), instant(window.until_minute))
    jobs = await _jobs(connection, workshops, work, vehicle, query, epoch_minute(now))
    found, obstacles = offers(workshops, claims, jobs, window, epoch_minute(now))
    need = need_of(work, epoch_minute(now))
    candidates, too_late = safe_enough(found, need)
    codes = ["after_safe_date"] if too_late else [] if candidates else obstacles
    return SlotAnswer(tuple(rank(candidates, need, query.wishes)), tuple(OBSTACLES[code] for code in codes))


async def _jobs(
    connection: Connection,
    workshops: Sequence[Workshop],
    work: Work,
    vehicle: Mapping[str, Any],
    query: SlotQuery,
    now_minute: int,
) -> dict[str, Job]:
    """By workshop: the same work takes another time, other equipment and other waiting for parts at each."""
    codes, parts = [str(one["code"]) for one in work.operations], [one.part for one in work.parts]
    practices = await workshop_store.fetch_practices(connection, codes, parts)
    return {
        one.workshop_id: job_at(
            one,
            practices.get(one.workshop_id, Practice()),
            work,
            vehicle,
            query.transport,
            now_minute,
            query.wishes.position,
        )
        for one in workshops
    }


async def read_work(connection: Connection, vehicle_id: int, recommendation_ids: Sequence[UUID]) -> Work:
    """What these recommendations ask for; an operation that two of them share is done once. Raises UnknownWorkError."""
    if not recommendation_ids:
        return Work((INSPECTION,))
    rows = await store.fetch_recommendations(connection, vehicle_id, recommendation_ids)
    if len(rows) != len(set(recommendation_ids)):
        raise UnknownWorkError(error_texts.UNKNOWN_WORK)
    operations = {one["code"]: one for row in rows for one in row["operations"]}
    return Work(
        operations=tuple(operations.values()) or (INSPECTION,),
        recommendation_ids=tuple(row["recommendation_id"] for row in rows),
        urgency=max(row["urgency"] for row in rows),
        due_at=_earliest(rows, "due_at"),
        latest_safe_at=_earliest(rows, "latest_safe_at"),
        parts=needs_of([row["details"] or {} for row in rows]),
    )


def _earliest(rows: Sequence[store.Row], name: str) -> datetime | None:
    return min((row[name] for row in rows if row[name] is not None), default=None)


def _window(query: SlotQuery, workshops: Sequence[Workshop], now: datetime) -> Window:
    """What is asked for, no further than the farthest horizon."""
    now_minute = epoch_minute(now)
    horizon = now_minute + max((one.horizon_days for one in workshops), default=0) * DAY_MINUTES
    asked_from = epoch_minute(query.from_at) if query.from_at else now_minute
    asked_until = epoch_minute(query.until_at) if query.until_at else horizon
    from_minute = max(now_minute, min(asked_from, horizon))
    return Window(from_minute, max(from_minute, min(asked_until, horizon)))
