"""An owner's own account: taken away, or erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, status

from booking_api import accounts
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.access_schemas import AccountAnswer, ErasureAnswer, OwnConsentAnswer, OwnEntryAnswer
from booking_api.answers import booking_answer
from booking_api.consents import is_live
from booking_api.dependencies import Database, LanguageOf, RegistryDatabase, access_to
from booking_api.idempotency import OnceRoute
from booking_api.languages import Language
from booking_api.schemas import VehicleAnswer

router = APIRouter(prefix="/v1/account", tags=["access"], route_class=OnceRoute)


@router.get("")
async def export_account(
    access: Annotated[Access, Depends(access_to(Action.EXPORT_ACCOUNT))],
    language: LanguageOf,
    registry: RegistryDatabase,
    connection: Database,
) -> AccountAnswer:
    """Everything that names the caller. What their cars have said is at `/v1/vehicles/{vin}/export`."""
    return account_answer(await accounts.export(connection, registry, access), access, language)


def account_answer(found: accounts.Account, access: Access, language: Language) -> AccountAnswer:
    profile = found.profile or {"display_name": None, "contact": {}}
    return AccountAnswer(
        subject=access.caller.subject,
        display_name=profile["display_name"],
        contact=profile["contact"],
        vehicles=[VehicleAnswer(**row) for row in found.vehicles],
        bookings=[booking_answer(one, language) for one in found.bookings],
        consents=[OwnConsentAnswer(**row, is_live=is_live(row, access.now)) for row in found.consents],
        access_log=[OwnEntryAnswer(**row) for row in found.access_log],
    )


@router.post("/erasure", status_code=status.HTTP_202_ACCEPTED)
async def erase_account(
    access: Annotated[Access, Depends(access_to(Action.ERASE_ACCOUNT))], connection: Database
) -> ErasureAnswer:
    """Asked for, not done: docs/access.md says what is erased when, and what is kept.

    The same again changes nothing.
    """
    return ErasureAnswer(requested_at=await accounts.request_erasure(connection, access))
