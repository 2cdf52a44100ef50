"""What an owner allows others: given with scope and end, listed, withdrawn. The caller owns the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from booking_api import error_texts, store
from booking_api.access import Access, find_vehicle, owner_of
from booking_api.errors import NotFoundError, UnusableSpanError
from database.connection import Connection

LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """`starts_at` None: now."""

    grantee_kind: str
    grantee: str
    scopes: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime


async def give(connection: Connection, access: Access, vin: str, asked: ConsentRequest) -> store.Row:
    """Raises NotFoundError and UnusableSpanError."""
    vehicle = await find_vehicle(connection, access, vin)
    starts_at = asked.starts_at or access.now
    if not max(starts_at, access.now) < asked.ends_at <= starts_at + LONGEST:
        raise UnusableSpanError(error_texts.BAD_SPAN)
    consent_id = uuid4()
    await store.insert_consent(
        connection,
        {
            "consent_id": consent_id,
            "vehicle_id": vehicle["vehicle_id"],
            "owner_id": _owner_id(access, vehicle),
            "grantee_kind": asked.grantee_kind,
            "grantee": asked.grantee,
            "scopes": sorted(set(asked.scopes)),
            "given_by": access.caller.subject,
            "given_at": access.now,
            "starts_at": starts_at,
            "ends_at": asked.ends_at,
        },
    )
    return (await store.fetch_consents(connection, vehicle["vehicle_id"], consent_id))[0]


async def given(connection: Connection, access: Access, vin: str) -> list[store.Row]:
    """Those of the present owner, ended ones included, the latest first. Raises NotFoundError."""
    vehicle = await find_vehicle(connection, access, vin)
    return await store.fetch_consents(connection, vehicle["vehicle_id"])


async def withdraw(connection: Connection, access: Access, vin: str, consent_id: UUID) -> store.Row:
    """From now on it counts no more. The same again changes nothing. Raises NotFoundError."""
    vehicle = await find_vehicle(connection, access, vin)
    if not await store.fetch_consents(connection, vehicle["vehicle_id"], consent_id):
        raise NotFoundError(error_texts.NO_CONSENT)
    await store.withdraw_consent(connection, consent_id, access.now)
    return (await store.fetch_consents(connection, vehicle["vehicle_id"], consent_id))[0]


def is_live(consent: store.Row, now: datetime) -> bool:
    return consent["withdrawn_at"] is None and bool(consent["starts_at"] <= now < consent["ends_at"])


def _owner_id(access: Access, vehicle: dict[str, Any]) -> str:
    decision = access.decide(vehicle)
    owner_id = owner_of(access.caller, decision.relation) if decision else None
    assert owner_id is not None  # the policy lets owners and their fleets alone give consents
    return owner_id
