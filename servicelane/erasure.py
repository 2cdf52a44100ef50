"""Erasing an account: the person, and what their cars have said while they were theirs.

One transaction, with the rights of the database's owner; what has to be kept by law is kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from database.connection import Connection
from database.queries import Queries

KEPT_YEARS: Final = 10
"""Of visits that took place, for the tax office. A default: set what your law asks."""

_OF_CAR: Final = ("erase_stream", "erase_telemetry", "erase_diagnoses", "erase_plans")
_queries: Final = Queries(Path(__file__).parent / "queries" / "erasure")


class UnknownOwnerError(LookupError):
    """There is no such account, or it has been erased already."""


@dataclass(frozen=True, slots=True)
class Erased:
    """`kept_by_law`: visits that took place and are kept apart."""

    cars: int
    kept_by_law: int


async def erase_account(connection: Connection, owner_id: str, now: datetime, kept_years: int = KEPT_YEARS) -> Erased:
    """The caller owns the transaction. Raises UnknownOwnerError."""
    who = {"owner_id": owner_id, "now": now}
    spans = await _queries.all(connection, "fetch_ownerships", **who)
    for span in spans:
        await _erase_span(connection, span)
    kept = await _queries.run(connection, "keep_by_law", **who, years=kept_years)
    await _queries.run(connection, "cancel_visits_to_come", **who)
    await _queries.run(connection, "erase_account", owner_id=owner_id)
    if await _queries.run(connection, "erase_owner", owner_id=owner_id) == 0:
        raise UnknownOwnerError("there is no such account, or it has been erased already")
    return Erased(len({span["vehicle_id"] for span in spans}), kept)


async def requested_erasures(connection: Connection) -> list[str]:
    """The accounts whose owners have asked, the longest waiting first."""
    return [row["owner_id"] for row in await _queries.all(connection, "fetch_erasure_requests")]


async def forget_kept_by_law(connection: Connection, now: datetime) -> int:
    """What was kept for long enough."""
    return await _queries.run(connection, "forget_kept_by_law", today=now.date())


async def _erase_span(connection: Connection, span: dict[str, Any]) -> None:
    for name in _OF_CAR:
        await _queries.run(connection, name, **span)
