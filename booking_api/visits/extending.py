"""Work that takes longer, or less long, than was booked: the day is changed while it runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking_api import error_texts
from booking_api.access import Access
from booking_api.errors import NotOfferedError, SlotTakenError, UnusableSpanError, VehicleBusyError
from booking_api.events.outbox import tell
from booking_api.local_days import GRAIN_MINUTES, epoch_minute, instant
from booking_api.models import FoundBooking
from booking_api.service import ONE_PLACE
from booking_api.visits import store
from booking_api.visits.finding import read_again
from booking_api.visits.rules import lock_for
from database.connection import Connection
from database.errors import OverlapError

LONGEST: Final = timedelta(days=1)


async def extend(
    connection: Connection, access: Access, booking_id: UUID, ends_at: datetime, version: int | None
) -> FoundBooking:
    """The same bay and people for longer, if nobody else has them then. Overtime is the desk's to decide.

    Raises NotFoundError, StaleVersionError, StepNotAllowedError, NotOfferedError, UnusableSpanError, SlotTakenError and
    VehicleBusyError.
    """
    row = await lock_for(connection, access, booking_id, "extend", version)
    if instant(epoch_minute(ends_at)) != ends_at or epoch_minute(ends_at) % GRAIN_MINUTES:
        raise NotOfferedError(error_texts.OFF_GRAIN, "off_grain")
    if not max(row["starts_at"], access.now) < ends_at <= row["starts_at"] + LONGEST:
        raise UnusableSpanError(error_texts.BAD_END)
    try:
        async with connection.transaction():
            await store.extend(connection, booking_id, ends_at, ends_at - row["ends_at"], access.now)
    except OverlapError as error:
        if error.constraint == ONE_PLACE:
            raise VehicleBusyError(error_texts.VEHICLE_BUSY) from error
        raise SlotTakenError(()) from error
    await tell(connection, "extended", booking_id, access.now)
    return await read_again(connection, access, booking_id)
