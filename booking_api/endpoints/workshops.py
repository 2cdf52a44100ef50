"""Workshops."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from booking_api import service
from booking_api.access_policy import Action
from booking_api.answers import workshop_answer
from booking_api.dependencies import Database, access_to
from booking_api.schemas import WORKSHOP_PATTERN, WorkshopAnswer

router = APIRouter(prefix="/v1/workshops", tags=["workshops"], dependencies=[Depends(access_to(Action.READ_WORKSHOPS))])


@router.get("")
async def list_workshops(connection: Database) -> list[WorkshopAnswer]:
    return [workshop_answer(one) for one in await service.workshops(connection)]


@router.get("/{workshop_id}")
async def read_workshop(
    workshop_id: Annotated[str, Path(pattern=WORKSHOP_PATTERN)], connection: Database
) -> WorkshopAnswer:
    return workshop_answer(await service.find_workshop(connection, workshop_id))
