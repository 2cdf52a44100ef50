"""Workshops."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from booking_api import service
from booking_api.answers import workshop_answer
from booking_api.dependencies import CallerOf, Database
from booking_api.schemas import WORKSHOP_PATTERN, WorkshopAnswer

router = APIRouter(prefix="/v1/workshops", tags=["workshops"])


@router.get("")
async def list_workshops(_caller: CallerOf, connection: Database) -> list[WorkshopAnswer]:
    return [workshop_answer(one) for one in await service.workshops(connection)]


@router.get("/{workshop_id}")
async def read_workshop(
    workshop_id: Annotated[str, Path(pattern=WORKSHOP_PATTERN)], _caller: CallerOf, connection: Database
) -> WorkshopAnswer:
    return workshop_answer(await service.find_workshop(connection, workshop_id))
