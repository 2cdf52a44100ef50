"""For operators: fleet and pipeline at a glance; what was set aside, why, and driving it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import quarantine
from booking_api.access import write_down_vins
from booking_api.access_policy import Action
from booking_api.dependencies import Database, RegistryDatabase, StreamOf
from booking_api.fleet import overview as fleet
from booking_api.fleet.finding_words import finding_words
from telemetry_schema.refusal_advice import advice
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter(prefix="/operations")
_SHOWN = 200


@router.get("")
async def overview(
    request: Request,
    visitor: Annotated[Visitor, Depends(page_for(Action.READ_QUARANTINE))],
    connection: Database,
    registry: RegistryDatabase,
    stream: StreamOf,
    asked: int | None = None,
) -> Response:
    """`asked`: so many messages were just asked to be driven again."""
    glance = await fleet.overview(connection, registry, stream, visitor.access(Action.READ_CONTINUITY))
    rows = await quarantine.kept_messages(connection, quarantine.Filter(maximum=_SHOWN))
    await write_down_vins(connection, visitor.access(Action.READ_QUARANTINE), (row["vin"] for row in rows))
    reasons = {row["reason"]: advice(row["reason"])[visitor.language] for row in rows}
    return render(
        request,
        visitor,
        "operations.html",
        glance=glance,
        connected_minutes=fleet.CONNECTED_WITHIN // timedelta(minutes=1),
        finding_words={row["kind"]: finding_words(row["kind"], visitor.language) for row in glance.findings},
        rows=rows,
        reasons=reasons,
        asked=asked,
    )


@router.post("/redrives")
async def redrive(
    visitor: Annotated[Visitor, Depends(page_for(Action.REDRIVE))],
    connection: Database,
    stream: StreamOf,
    message: Annotated[list[Annotated[int, Form(ge=1, le=2**63 - 1)]], Form(max_length=_SHOWN)] = [],  # noqa: B006
) -> Response:
    subject = visitor.access(Action.REDRIVE).caller.subject
    requested = await quarantine.request_redrive(connection, stream, message, subject)
    return RedirectResponse(f"/operations?asked={len(requested.quarantine_ids)}", 303)
