"""Workshops."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from booking_api import service
from booking_api.access_policy import Action
from booking_api.answers import workshop_answer
from booking_api.dependencies import Database, access_to
from booking_api.schemas import WORKSHOP_PATTERN, WorkshopAnswer
from booking_api.workshop_description import WorkshopDescription

router = APIRouter(prefix="/v1/workshops", tags=["workshops"])
WorkshopId = Annotated[str, Path(pattern=WORKSHOP_PATTERN)]
_reading = Depends(access_to(Action.READ_WORKSHOPS))
_describing = Depends(access_to(Action.DESCRIBE_WORKSHOP))


@router.get("", dependencies=[_reading])
async def list_workshops(connection: Database) -> list[WorkshopAnswer]:
    return [workshop_answer(one) for one in await service.workshops(connection)]


@router.get("/{workshop_id}", dependencies=[_reading])
async def read_workshop(workshop_id: WorkshopId, connection: Database) -> WorkshopAnswer:
    return workshop_answer(await service.find_workshop(connection, workshop_id))


@router.put("/{workshop_id}", dependencies=[_describing])
async def describe_workshop(workshop_id: WorkshopId, body: WorkshopDescription, connection: Database) -> WorkshopAnswer:
    """Replaces all that was said of the workshop, or changes nothing where something is wrong.

    Visits that are booked stay: what is no longer described takes no new ones.
    """
    return workshop_answer(await service.describe_workshop(connection, workshop_id, body))
