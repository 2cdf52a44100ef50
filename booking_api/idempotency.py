"""The same request with the same Idempotency-Key is done once and answered alike, for a day.

The key's row is written in the transaction of the work: what is rolled back was never asked, and a second request
waits at the row until the first is settled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from booking_api import error_texts, store
from booking_api.errors import KeyReusedError, RequestInFlightError
from booking_api.models import Booking, BookingRequest
from database.connection import Connection
from database.errors import ContentionError

KEPT_FOR: Final = timedelta(days=1)
_BOOKING: Final = TypeAdapter(Booking)
Asked = tuple[BookingRequest, str]
_REQUEST: Final[TypeAdapter[Asked]] = TypeAdapter(Asked)


async def once(
    connection: Connection,
    subject: str,
    key: str,
    request: Asked,
    now: datetime,
    book: Callable[[], Awaitable[Booking]],
) -> Booking:
    """Books, or gives the first answer again. Raises KeyReusedError, RequestInFlightError and what `book` raises."""
    fingerprint = hashlib.sha256(_REQUEST.dump_json(request)).hexdigest()
    await store.limit_waiting(connection)
    try:
        fresh = await store.claim_key(connection, subject, key, fingerprint, now, now - KEPT_FOR)
    except ContentionError as error:
        raise RequestInFlightError(error_texts.IN_FLIGHT) from error
    if not fresh:
        return await _answered(connection, subject, key, fingerprint)
    booking = await book()
    await store.keep_answer(connection, subject, key, _BOOKING.dump_json(booking).decode())
    return booking


async def _answered(connection: Connection, subject: str, key: str, fingerprint: str) -> Booking:
    known = await store.fetch_answer(connection, subject, key)
    if known["fingerprint"] != fingerprint:
        raise KeyReusedError(error_texts.KEY_REUSED)
    return _BOOKING.validate_python(known["answer"])
