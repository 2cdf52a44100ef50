"""What the workshop has found and asks for, line by line, and what the owner says to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from booking_api import error_texts
from booking_api.access import Access
from booking_api.errors import UnknownLineError
from booking_api.models import FoundBooking
from booking_api.visits import store
from booking_api.visits.changing import change
from booking_api.visits.finding import read_again
from booking_api.visits.rules import lock_for
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class Line:
    """`urgency`: red now, amber soon, green when it suits."""

    title: str
    urgency: str
    minutes: int
    cost_eur: float


async def offer(
    connection: Connection, access: Access, booking_id: UUID, lines: Sequence[Line], version: int | None
) -> FoundBooking:
    """Asks the owner; lines of an earlier estimate that nobody has decided on are replaced.

    Raises NotFoundError, StaleVersionError and StepNotAllowedError.
    """
    row = await lock_for(connection, access, booking_id, "estimate", version)
    await store.offer_estimate_lines(connection, booking_id, [asdict(line) for line in lines], access.now)
    await change(connection, booking_id, "estimate", row["status"], access.now)
    return await read_again(connection, access, booking_id)


async def decide(
    connection: Connection,
    access: Access,
    booking_id: UUID,
    approved: Sequence[int],
    declined: Sequence[int],
    version: int | None,
) -> FoundBooking:
    """Every open line is named, in one of the two. With none approved the car is made ready as it is.

    Raises NotFoundError, StaleVersionError, StepNotAllowedError and UnknownLineError.
    """
    row = await lock_for(connection, access, booking_id, "decide", version)
    lines = await store.fetch_estimate_lines(connection, booking_id)
    open_lines = {line["line"] for line in lines if line["decision"] is None}
    if {*approved, *declined} != open_lines or set(approved) & set(declined):
        raise UnknownLineError(error_texts.LINES_NOT_ALL_NAMED)
    await store.decide_estimate_lines(connection, booking_id, approved, access.now)
    await change(connection, booking_id, "decide", row["status"], access.now)
    return await read_again(connection, access, booking_id)
