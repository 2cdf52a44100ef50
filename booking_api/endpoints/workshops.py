"""Workshops."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from booking_api import service
from booking_api.access_policy import Action
from booking_api.answers import workshop_answer
from booking_api.dependencies import Database, access_to
from booking_api.etags import IfMatch, ensure_read, put_tag
from booking_api.models import Workshop
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
async def read_workshop(workshop_id: WorkshopId, response: Response, connection: Database) -> WorkshopAnswer:
    return _shown(await service.find_workshop(connection, workshop_id), response)


@router.put("/{workshop_id}", dependencies=[_describing])
async def describe_workshop(
    workshop_id: WorkshopId,
    body: WorkshopDescription,
    response: Response,
    connection: Database,
    if_match: IfMatch = None,
) -> WorkshopAnswer:
    """Replaces all that was said of the workshop, or changes nothing where something is wrong. The first description of
    a workshop has no If-Match.

    Visits that are booked stay: what is no longer described takes no new ones.
    """
    ensure_read(if_match, await service.lock_workshop(connection, workshop_id))
    return _shown(await service.describe_workshop(connection, workshop_id, body), response)


def _shown(workshop: Workshop, response: Response) -> WorkshopAnswer:
    put_tag(response, workshop.version)
    return workshop_answer(workshop)
