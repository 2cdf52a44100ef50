"""Claiming a car with its help, and giving it up. `connection`: ours; `registry`: with the rights of `vehicles`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from booking_api import error_texts
from booking_api.access import Access, find_vehicle
from booking_api.errors import (
    BookingApiError,
    ClaimNotProvenError,
    NotFoundError,
    TooManyClaimsError,
    VehicleOwnedError,
)
from booking_api.languages import Text
from database.connection import Connection
from vehicles import claiming
from vehicles.claiming import ClaimRefusal, ClaimRefused, Proof
from vehicles.models import OwnershipClaim

_ERRORS: Final[Mapping[ClaimRefusal, tuple[type[BookingApiError], Text]]] = {
    ClaimRefusal.TOO_MANY: (TooManyClaimsError, error_texts.TOO_MANY_CLAIMS),
    ClaimRefusal.NO_SUCH_CLAIM: (NotFoundError, error_texts.NO_CLAIM),
    ClaimRefusal.BAD_PROOF: (ClaimNotProvenError, error_texts.NOT_PROVEN),
    ClaimRefusal.OWNED: (VehicleOwnedError, error_texts.OWNED),
}


async def begin(registry: Connection, access: Access) -> OwnershipClaim:
    """Raises TooManyClaimsError."""
    with _translated():
        return await claiming.begin(registry, _owner_id(access), access.now)


async def prove(registry: Connection, access: Access, claim_id: UUID, proof: Proof) -> str:
    """The VIN of the car that is theirs now. Raises NotFoundError, ClaimNotProvenError and VehicleOwnedError."""
    with _translated():
        return await claiming.prove(registry, claim_id, _owner_id(access), proof, access.now)


async def release(connection: Connection, registry: Connection, access: Access, vin: str) -> None:
    """Raises NotFoundError."""
    vehicle = await find_vehicle(connection, access, vin)
    await claiming.release(registry, vehicle["vehicle_id"], access.now)


def _owner_id(access: Access) -> str:
    return access.caller.organisation_id or access.caller.subject


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClaimRefused as refused:
        kind, text = _ERRORS[refused.reason]
        raise kind(text) from refused
