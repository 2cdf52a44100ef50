"""Consents: an owner opens a car to a workshop or a driver, for a while and for named purposes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from booking_api import consents
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.access_schemas import ConsentAnswer, NewConsent
from booking_api.dependencies import Database, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.idempotency import OnceRoute
from booking_api.store import Row

router = APIRouter(prefix="/v1/vehicles/{vin}/consents", tags=["access"], route_class=OnceRoute)


@router.post("", status_code=201)
async def give_consent(
    vin: VinInPath,
    body: NewConsent,
    access: Annotated[Access, Depends(access_to(Action.GIVE_CONSENT))],
    connection: Database,
) -> ConsentAnswer:
    """It ends by itself, when it is withdrawn, or when the car changes hands."""
    asked = consents.ConsentRequest(body.grantee_kind, body.grantee, tuple(body.scopes), body.starts_at, body.ends_at)
    return _answer(await consents.give(connection, access, vin, asked), access.now)


@router.get("")
async def list_consents(
    vin: VinInPath, access: Annotated[Access, Depends(access_to(Action.READ_CONSENTS))], connection: Database
) -> list[ConsentAnswer]:
    """The latest first, those that have ended included."""
    return [_answer(row, access.now) for row in await consents.given(connection, access, vin)]


@router.delete("/{consent_id}")
async def withdraw_consent(
    vin: VinInPath,
    consent_id: UUID,
    access: Annotated[Access, Depends(access_to(Action.WITHDRAW_CONSENT))],
    connection: Database,
) -> ConsentAnswer:
    """It counts no more from this moment on. The same again answers the same."""
    return _answer(await consents.withdraw(connection, access, vin, consent_id), access.now)


def _answer(row: Row, now: datetime) -> ConsentAnswer:
    return ConsentAnswer(**row, is_live=consents.is_live(row, now))
