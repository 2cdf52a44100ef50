"""Who may see a car and who has: consents given and withdrawn, the access log, and auditors' view of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import access_log, consents, service
from booking_api.access_policy import Action, Scope
from booking_api.dependencies import Database
from booking_api.errors import UnusableSpanError
from booking_api.languages import in_language
from database.connection import Connection
from web.pages.garage import VinInPath
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter()
_SHOWN = 100
Sharing = Annotated[Visitor, Depends(page_for(Action.READ_CONSENTS))]


@router.get("/cars/{vin}/sharing")
async def sharing(request: Request, vin: VinInPath, visitor: Sharing, connection: Database) -> Response:
    return await _page(request, visitor, connection, vin)


@router.post("/cars/{vin}/sharing")
async def give(
    request: Request,
    vin: VinInPath,
    visitor: Annotated[Visitor, Depends(page_for(Action.GIVE_CONSENT))],
    connection: Database,
    grantee_kind: Annotated[Literal["workshop", "driver"], Form()],
    days: Annotated[int, Form(ge=1, le=365)],
    workshop: Annotated[str, Form(max_length=64)] = "",
    driver: Annotated[str, Form(max_length=200)] = "",
    scope: Annotated[list[Scope], Form(max_length=4)] = [],  # noqa: B006
) -> Response:
    grantee = (workshop if grantee_kind == "workshop" else driver).strip()
    if not scope or not _is_name(grantee):
        return await _page(request, visitor, connection, vin, error="nobody" if scope else "nothing")
    asked = consents.ConsentRequest(grantee_kind, grantee, tuple(scope), None, _end(visitor, days))
    try:
        await consents.give(connection, visitor.access(Action.GIVE_CONSENT), vin, asked)
    except UnusableSpanError as error:
        return await _page(request, visitor, connection, vin, said=in_language(error.text, visitor.language))
    return RedirectResponse(f"/cars/{vin}/sharing", 303)


@router.post("/cars/{vin}/sharing/{consent_id}/withdraw")
async def withdraw(
    vin: VinInPath,
    consent_id: UUID,
    visitor: Annotated[Visitor, Depends(page_for(Action.WITHDRAW_CONSENT))],
    connection: Database,
) -> Response:
    await consents.withdraw(connection, visitor.access(Action.WITHDRAW_CONSENT), vin, consent_id)
    return RedirectResponse(f"/cars/{vin}/sharing", 303)


@router.get("/access-log")
async def audit(
    request: Request,
    visitor: Annotated[Visitor, Depends(page_for(Action.AUDIT))],
    connection: Database,
    before_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    entries = await access_log.of_everything(connection, visitor.access(Action.AUDIT), before_id, _SHOWN)
    return render(request, visitor, "audit.html", entries=entries, shown=_SHOWN)


async def _page(
    request: Request, visitor: Visitor, connection: Connection, vin: str, error: str = "", said: str = ""
) -> Response:
    """`error`: a part of the form that was left empty. `said`: what the service would not do."""
    given = await consents.given(connection, visitor.access(Action.READ_CONSENTS), vin)
    vehicle, entries = await access_log.of_vehicle(
        connection, visitor.access(Action.READ_ACCESS_LOG), vin, None, _SHOWN
    )
    workshops = await service.workshops(connection)
    return render(
        request,
        visitor,
        "sharing.html",
        status=422 if error or said else 200,
        vehicle=vehicle,
        given=[one | {"is_live": consents.is_live(one, visitor.now)} for one in given],
        entries=[one for one in entries if one["relation"] not in ("owner", "fleet")],
        own_reads=sum(one["relation"] in ("owner", "fleet") for one in entries),
        workshops=workshops,
        names={one.workshop_id: one.name for one in workshops},
        error=error,
        said=said,
    )


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 200 and text.isascii() and text.isprintable() and " " not in text


def _end(visitor: Visitor, days: int) -> datetime:
    """The midnight after so many days, in the visitor's zone."""
    last = visitor.now.astimezone(visitor.zone).date() + timedelta(days=days)
    return datetime.combine(last, time(), visitor.zone).astimezone(UTC)
