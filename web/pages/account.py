"""An owner's own account: taken away as a file, or erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import accounts
from booking_api.access_policy import Action
from booking_api.dependencies import Database, RegistryDatabase
from booking_api.endpoints.accounts import account_answer
from web.templating import render
from web.visitors import Visitor, VisitorOf, page_for

router = APIRouter()


@router.get("/account")
async def account(request: Request, visitor: VisitorOf, asked: bool = False) -> Response:
    """For everybody who has signed in: who they are here. Raises SignInNeededError."""
    visitor.ensure_signed_in()
    return render(request, visitor, "account.html", asked=asked)


@router.get("/account/export.json")
async def export(
    visitor: Annotated[Visitor, Depends(page_for(Action.EXPORT_ACCOUNT))],
    registry: RegistryDatabase,
    connection: Database,
) -> Response:
    access = visitor.access(Action.EXPORT_ACCOUNT)
    found = await accounts.export(connection, registry, access)
    content = account_answer(found, access, visitor.language).model_dump_json(indent=2)
    headers = {"Content-Disposition": 'attachment; filename="servicelane-account.json"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


@router.post("/account/erasure")
async def erase(visitor: Annotated[Visitor, Depends(page_for(Action.ERASE_ACCOUNT))], connection: Database) -> Response:
    await accounts.request_erasure(connection, visitor.access(Action.ERASE_ACCOUNT))
    return RedirectResponse("/account?asked=true", 303)
