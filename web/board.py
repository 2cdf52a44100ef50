"""What the board shows of one workshop's day, read from the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from booking_api import service
from booking_api.access_policy import Action
from booking_api.answers import booking_answer
from booking_api.errors import NotFoundError
from booking_api.languages import in_language
from booking_api.models import FoundBooking, Workshop
from booking_api.schemas import BookingAnswer
from booking_api.workbench import lanes as workbench
from booking_api.workbench.arrivals import Arrival, arrivals
from database.connection import Connection
from web.cars import is_to_come
from web.lanes import Day, local_span, place_day
from web.visitors import Visitor

AHEAD: Final = timedelta(days=7)
MOST_AHEAD: Final = 24
_FIRST: Final = UUID(int=0)
_BEFORE: Final = frozenset({"held", "booked"})


@dataclass(frozen=True, slots=True)
class Visit:
    """`car`: make and model."""

    booking: BookingAnswer
    car: str


@dataclass(frozen=True, slots=True)
class Coming:
    """`faults`: severity and sentence of each. `risk`: 0 to 1, that it fails before it comes."""

    visit: Visit
    faults: tuple[tuple[int, str], ...]
    parts: tuple[Mapping[str, Any], ...]
    risk: float | None


@dataclass(frozen=True, slots=True)
class Board:
    """`visits`: those that the visitor may see, by number. `late`: should have come. `day` None: no workshop is
    described under the visitor's organisation."""

    day: Day | None
    zone: str
    visits: Mapping[UUID, Visit]
    at_hand: Sequence[Visit]
    late: Sequence[Visit]
    coming: Sequence[Coming]
    later: Sequence[Visit]
    missed: Sequence[Visit]
    queue: Sequence[Mapping[str, Any]]


async def read_board(connection: Connection, visitor: Visitor) -> Board:
    found = await read_found(connection, visitor, visitor.now + AHEAD)
    visits = {one.booking.booking_id: told(visitor, one) for one in found}
    to_come = [one for one in visits.values() if is_to_come(one.booking, visitor)]
    ahead = [one for one in to_come if one.booking.status == "booked" and one.booking.starts_at > visitor.now]
    next_ids = {one.booking.booking_id for one in ahead}
    soon = [one for one in found if one.booking.booking_id in next_ids][:MOST_AHEAD]
    coming = await arrivals(connection, visitor.access(Action.READ_BOOKINGS), soon)
    workshop = await read_workshop(connection, visitor)
    known = {one.found.booking.booking_id for one in coming}
    return Board(
        day=await _today(connection, visitor, workshop) if workshop else None,
        zone=workshop.time_zone if workshop else "UTC",
        visits=visits,
        at_hand=[one for one in to_come if one.booking.status not in _BEFORE],
        late=[
            one for one in visits.values() if one.booking.status == "booked" and one.booking.starts_at <= visitor.now
        ],
        coming=[_coming(one, visits, visitor) for one in coming],
        later=[one for one in to_come if one.booking.starts_at > visitor.now and one.booking.booking_id not in known],
        missed=[one for one in visits.values() if one.booking.status == "missed"],
        queue=await workbench.queue(connection, workshop, visitor.now) if workshop else (),
    )


async def read_found(connection: Connection, visitor: Visitor, until: datetime) -> list[FoundBooking]:
    """Those that begin before that instant, the soonest first; of very many the latest."""
    found = await service.bookings(connection, visitor.access(Action.READ_BOOKINGS), (until, _FIRST))
    return sorted(found, key=lambda one: one.booking.starts_at)


async def read_workshop(connection: Connection, visitor: Visitor) -> Workshop | None:
    """None: none is described under the visitor's organisation."""
    try:
        return await workbench.own_workshop(connection, visitor.access(Action.ADVANCE_VISIT))
    except NotFoundError:
        return None


def told(visitor: Visitor, found: FoundBooking) -> Visit:
    answer = visitor.access(Action.READ_BOOKINGS).shown(booking_answer(found.booking, visitor.language), found.facts)
    return Visit(answer, f"{found.facts['make']} {found.facts['model']}")


async def _today(connection: Connection, visitor: Visitor, workshop: Workshop) -> Day:
    on = visitor.now.astimezone(ZoneInfo(workshop.time_zone)).date()
    span = local_span(workshop, on, 1)
    return place_day(workshop, on, await workbench.lanes(connection, workshop, *span), visitor.now)


def _coming(arrival: Arrival, visits: Mapping[UUID, Visit], visitor: Visitor) -> Coming:
    faults = tuple((row["severity"], in_language(row["owner_texts"], visitor.language)) for row in arrival.faults)
    return Coming(visits[arrival.found.booking.booking_id], faults, arrival.parts, arrival.risk)
