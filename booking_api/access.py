"""One caller's right to one action: asked for each car, written down when it reads, applied to what is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from booking_api import error_texts, store
from booking_api.access_policy import Action, Decision, Relation, decide, relations_for
from booking_api.errors import NotAllowedError, NotFoundError
from booking_api.models import Caller
from database.connection import Connection

WORK_ORDER_LASTS: Final = timedelta(days=14)
"""After a visit its workshop may still look at the car: repairs run over, and questions come back."""

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Access:
    """What an endpoint is given by `dependencies.access_to(action)`."""

    caller: Caller
    action: Action
    now: datetime

    def __post_init__(self) -> None:
        """Raises NotAllowedError where this role may never do this."""
        if not relations_for(self.caller.role, self.action):
            raise NotAllowedError(error_texts.NOT_FOR_ROLE)

    def decide(self, row: Mapping[str, Any]) -> Decision | None:
        """Of a car or a booking that came with its `relations` and `scopes`."""
        return decide(self.caller.role, self.action, map(Relation, row["relations"]), row["scopes"])

    def shown(self, answer: Answer, row: Mapping[str, Any]) -> Answer:
        """The answer without what this caller may not see: those fields are null."""
        decision = self.decide(row)
        assert decision is not None  # the row was found by `vehicles_of` or `bookings_of`
        return answer.model_copy(update=dict.fromkeys(decision.hidden))

    def reach(self) -> dict[str, Any]:
        """By what a query finds the caller's relations."""
        return {
            "subject": self.caller.subject,
            "organisation_id": self.caller.organisation_id,
            "wanted": [str(one) for one in relations_for(self.caller.role, self.action)],
            "now": self.now,
            "visits_since": self.now - WORK_ORDER_LASTS,
        }


def owner_of(caller: Caller, relation: Relation) -> str | None:
    """As whom the caller owns the car: themselves, or their fleet. None: the caller does not own it."""
    return {Relation.OWNER: caller.subject, Relation.FLEET: caller.organisation_id}.get(relation)


async def find_vehicle(connection: Connection, access: Access, vin: str) -> store.Row:
    """The car, if the caller may; what is read of it is written down.

    Raises NotFoundError, with the same words whether the car exists or not.
    """
    found = await vehicles_of(connection, access, vin)
    if not found:
        raise NotFoundError(error_texts.NO_CAR)
    return found[0]


async def vehicles_of(connection: Connection, access: Access, vin: str | None = None) -> list[store.Row]:
    """The cars with which the caller may do this, with `relations` and `scopes`."""
    return await _allowed(connection, access, await store.fetch_vehicles(connection, access.reach(), vin))


async def vehicles_after(
    connection: Connection, access: Access, after_vin: str | None, maximum: int
) -> tuple[list[store.Row], str | None]:
    """So many of them in the order of their VINs, and the VIN after which there are more."""
    rows = await store.fetch_vehicles(connection, access.reach(), after_vin=after_vin, maximum=maximum + 1)
    more_after = rows[maximum - 1]["vin"] if len(rows) > maximum else None
    return await _allowed(connection, access, rows[:maximum]), more_after


async def _allowed(connection: Connection, access: Access, rows: Iterable[store.Row]) -> list[store.Row]:
    allowed = [row for row in rows if access.decide(row)]
    await write_down(connection, access, allowed)
    return allowed


async def write_down(connection: Connection, access: Access, rows: Sequence[Mapping[str, Any]]) -> None:
    """One line of the access log per car, in the transaction of the reading: no line, no answer."""
    entries = {row["vehicle_id"]: str(decision.relation) for row in rows if (decision := access.decide(row))}
    if entries:
        await store.insert_access(connection, access.caller, str(access.action), access.now, entries)


async def write_down_vins(connection: Connection, access: Access, vins: Iterable[str | None]) -> None:
    """The same for operators, who find cars by what was set aside of them. VINs of no enrolled car are passed over."""
    known = sorted({vin for vin in vins if vin})
    if known:
        await store.insert_access_by_vin(connection, access.caller, str(access.action), access.now, known)


async def write_down_fleet(connection: Connection, access: Access) -> None:
    """One line that stands for every car."""
    await store.insert_access(connection, access.caller, str(access.action), access.now, {None: str(Relation.ANY)})
