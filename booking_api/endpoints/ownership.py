"""Becoming a car's owner, which takes the car's own signature, and giving it up."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, status

from booking_api import ownership
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.access_schemas import ClaimAnswer, NewProof, ProvenAnswer
from booking_api.dependencies import Database, RegistryDatabase, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.idempotency import OnceRoute
from vehicles.claiming import Proof

router = APIRouter(prefix="/v1", tags=["access"], route_class=OnceRoute)
Claiming = Annotated[Access, Depends(access_to(Action.CLAIM_VEHICLE))]


@router.post("/ownership-claims", status_code=201)
async def claim(access: Claiming, registry: RegistryDatabase) -> ClaimAnswer:
    """A number that the car has to sign within ten minutes. It names no car: which one it is, the car says."""
    begun = await ownership.begin(registry, access)
    return ClaimAnswer(claim_id=begun.claim_id, ends_at=begun.ends_at)


@router.put("/ownership-claims/{claim_id}/proof")
async def prove_claim(claim_id: UUID, body: NewProof, access: Claiming, registry: RegistryDatabase) -> ProvenAnswer:
    """The car's certificate and its signature over the number make the car the caller's, if it is nobody's.

    A car that has an owner is given up first, by `DELETE /v1/vehicles/{vin}/ownership`.
    """
    vin = await ownership.prove(registry, access, claim_id, Proof(body.certificate, body.signature))
    return ProvenAnswer(vin=vin)


@router.delete("/vehicles/{vin}/ownership", status_code=status.HTTP_204_NO_CONTENT)
async def release(
    vin: VinInPath,
    access: Annotated[Access, Depends(access_to(Action.RELEASE_VEHICLE))],
    registry: RegistryDatabase,
    connection: Database,
) -> None:
    """The car is nobody's from now on, and what the caller has allowed others ends."""
    await ownership.release(connection, registry, access, vin)
