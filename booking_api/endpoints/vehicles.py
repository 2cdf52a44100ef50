"""Cars: whose they are, how they are, what is due."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from booking_api import vehicle_health
from booking_api.answers import due_answer, health_answer
from booking_api.dependencies import CallerOf, Database, LanguageOf, Now
from booking_api.schemas import VIN_PATTERN, DueAnswer, HealthAnswer, VehicleAnswer

router = APIRouter(prefix="/v1/vehicles", tags=["vehicles"])
VinInPath = Annotated[str, Path(pattern=VIN_PATTERN)]


@router.get("")
async def list_vehicles(caller: CallerOf, connection: Database) -> list[VehicleAnswer]:
    """The caller's own cars; for technicians and operators, every car."""
    return [VehicleAnswer(**row) for row in await vehicle_health.vehicles(connection, caller)]


@router.get("/{vin}/health")
async def read_health(
    vin: VinInPath, caller: CallerOf, language: LanguageOf, now: Now, connection: Database
) -> HealthAnswer:
    """One sentence, the findings with their evidence, the active trouble codes, the latest state."""
    return health_answer(await vehicle_health.health(connection, caller, vin), language, now)


@router.get("/{vin}/due")
async def read_due(vin: VinInPath, caller: CallerOf, language: LanguageOf, connection: Database) -> list[DueAnswer]:
    """What is due or recommended, the most urgent first."""
    return [due_answer(row, language) for row in await vehicle_health.due(connection, caller, vin)]
