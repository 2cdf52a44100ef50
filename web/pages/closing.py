"""A visit is closed: what was done, and what each fault turned out to be."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from booking_api.access_policy import Action
from booking_api.dependencies import Database, PlannerDatabase, StreamOf
from booking_api.service_history import DoneWork
from booking_api.visits import closing
from web.visitors import Visitor, page_for

router = APIRouter()
CauseInForm = Annotated[str, Form(pattern=r"^[a-z0-9_]{0,80}$")]
ItemInForm = Annotated[str, Form(pattern=r"^[a-z0-9_]{1,64}$")]
_MANY = 50


@router.post("/visits/{booking_id}/close")
async def close(
    booking_id: UUID,
    visitor: Annotated[Visitor, Depends(page_for(Action.ADVANCE_VISIT))],
    connection: Database,
    planner: PlannerDatabase,
    stream: StreamOf,
    version: Annotated[int, Form(ge=1)],
    item: Annotated[list[ItemInForm], Form(max_length=_MANY)] = [],  # noqa: B006
    fault: Annotated[list[UUID], Form(max_length=_MANY)] = [],  # noqa: B006
    cause: Annotated[list[CauseInForm], Form(max_length=_MANY)] = [],  # noqa: B006
    odometer: Annotated[Literal[""] | Annotated[float, Form(ge=0, le=3_000_000)], Form()] = "",
) -> Response:
    """Each `fault` has its `cause`, an empty one where nobody knows. The causes count for later cars."""
    done = DoneWork(tuple(item), visitor.now.date(), odometer if odometer != "" else None, "km", None)
    causes = [closing.Cause(which, what) for which, what in zip(fault, cause, strict=False) if what]
    access = visitor.access(Action.ADVANCE_VISIT)
    await closing.close(connection, planner, stream, access, booking_id, done, causes, version)
    return RedirectResponse(f"/visits/{booking_id}", 303)
