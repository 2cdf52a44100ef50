"""Waiting for a time at a workshop that is full: asked for, seen, left."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import service
from booking_api.access_policy import Action
from booking_api.dependencies import Database
from booking_api.visits import waiting
from web.pages.garage import VinInPath
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter(prefix="/cars/{vin}/waiting")
Waiting = Annotated[Visitor, Depends(page_for(Action.WAIT))]


@router.get("")
async def waits(request: Request, vin: VinInPath, visitor: Waiting, connection: Database) -> Response:
    entries = await waiting.waiting(connection, visitor.access(Action.WAIT), vin)
    workshops = await service.workshops(connection)
    names = {one.workshop_id: one.name for one in workshops}
    return render(request, visitor, "waiting.html", vin=vin, entries=entries, workshops=workshops, names=names)


@router.post("")
async def wait(
    vin: VinInPath,
    visitor: Waiting,
    connection: Database,
    workshop_id: Annotated[str, Form(pattern=r"^[a-z0-9-]{1,64}$")],
    days: Annotated[int, Form(ge=1, le=60)],
    work: Annotated[list[UUID], Form(max_length=50)] = [],  # noqa: B006
) -> Response:
    """For a time that begins within so many days."""
    wanted = waiting.Wanted(workshop_id, tuple(work), visitor.now, visitor.now + timedelta(days=days))
    await waiting.wait(connection, visitor.access(Action.WAIT), vin, wanted)
    return RedirectResponse(f"/cars/{vin}/waiting", 303)


@router.post("/{entry_id}/leave")
async def leave(vin: VinInPath, entry_id: UUID, visitor: Waiting, connection: Database) -> Response:
    await waiting.leave(connection, visitor.access(Action.WAIT), vin, entry_id)
    return RedirectResponse(f"/cars/{vin}/waiting", 303)
