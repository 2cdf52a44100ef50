"""Cars: which the caller may see, how they are, what is due."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from booking_api import vehicle_health
from booking_api.access import Access, find_vehicle, vehicles_of
from booking_api.access_policy import Action
from booking_api.answers import due_answer, health_answer
from booking_api.dependencies import Database, LanguageOf, access_to
from booking_api.schemas import VIN_PATTERN, DueAnswer, HealthAnswer, VehicleAnswer

router = APIRouter(prefix="/v1/vehicles", tags=["vehicles"])
VinInPath = Annotated[str, Path(pattern=VIN_PATTERN)]


@router.get("")
async def list_vehicles(
    access: Annotated[Access, Depends(access_to(Action.LIST_VEHICLES))], connection: Database
) -> list[VehicleAnswer]:
    """The cars that are the caller's, are at the caller's workshop, or were opened to the caller by a consent.

    For operators, every car.
    """
    return [VehicleAnswer(**row) for row in await vehicles_of(connection, access)]


@router.get("/{vin}/health")
async def read_health(
    vin: VinInPath,
    access: Annotated[Access, Depends(access_to(Action.READ_HEALTH))],
    language: LanguageOf,
    connection: Database,
) -> HealthAnswer:
    """One sentence, the findings with their evidence, the active trouble codes, the latest state.

    For a caller with a consent the latest state is null, unless the consent has the scope `state`.
    """
    vehicle = await find_vehicle(connection, access, vin)
    answer = health_answer(await vehicle_health.health(connection, vehicle), language, access.now)
    return access.shown(answer, vehicle)


@router.get("/{vin}/due")
async def read_due(
    vin: VinInPath,
    access: Annotated[Access, Depends(access_to(Action.READ_DUE))],
    language: LanguageOf,
    connection: Database,
) -> list[DueAnswer]:
    """What is due or recommended, the most urgent first."""
    vehicle = await find_vehicle(connection, access, vin)
    return [due_answer(row, language) for row in await vehicle_health.due(connection, vehicle)]
