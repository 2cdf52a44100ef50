"""The development issuer's sign-in: anybody may be anybody, one click per role. Only where a folder of keys is set.

It keeps to the protocol all the same (OpenID Connect Core, RFC 7636): a code is good once, for a minute, for the exact
redirect and the verifier it was asked for with.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field

from booking_api.development_issuer import ISSUER, issue_token
from booking_api.models import ORGANISED_ROLES
from web.sign_in import challenge_of
from web.templating import render
from web.visitors import VisitorOf

PREFIX: Final = "/development-issuer"
METADATA: Final = f"{PREFIX}/.well-known/openid-configuration"
_CODE_SECONDS: Final = 60.0
_WORKSHOP: Final = "workshop-spree"

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Person:
    subject: str
    role: str
    organisation_id: str | None = None


PEOPLE: Final = (
    Person("owner-1", "owner"),
    Person("driver-1", "driver"),
    Person("technician-1", "technician", _WORKSHOP),
    Person("adviser-1", "service_adviser", _WORKSHOP),
    Person("workshop-manager-1", "workshop_manager", _WORKSHOP),
    Person("fleet-manager-1", "fleet_manager", "fleet-1"),
    Person("operator-1", "operator"),
    Person("auditor-1", "auditor"),
)


class Asked(BaseModel):
    """An authorisation request; every part of it is required here."""

    response_type: str = Field(pattern="^code$")
    client_id: str
    redirect_uri: str
    scope: str = Field(pattern=r"(^| )openid( |$)")
    state: str = Field(min_length=8, max_length=200)
    nonce: str = Field(min_length=8, max_length=200)
    code_challenge: str = Field(pattern=r"^[A-Za-z0-9_-]{43}$")
    code_challenge_method: str = Field(pattern="^S256$")
    login_hint: str | None = Field(default=None, max_length=200)


class Chosen(Asked):
    subject: str = Field(min_length=1, max_length=200)
    role: str
    organisation_id: str = ""


class Exchange(BaseModel):
    grant_type: str = Field(pattern="^authorization_code$")
    code: str
    redirect_uri: str
    client_id: str
    code_verifier: str = Field(pattern=r"^[A-Za-z0-9._~-]{43,128}$")


@dataclass(frozen=True, slots=True)
class _Grant:
    asked: Chosen
    ends_at_s: float


class Codes:
    """Those that were given and not used yet."""

    def __init__(self) -> None:
        self._grants: dict[str, _Grant] = {}

    def give(self, asked: Chosen) -> str:
        now_s = time.monotonic()
        self._grants = {code: one for code, one in self._grants.items() if one.ends_at_s > now_s}
        code = secrets.token_urlsafe(24)
        self._grants[code] = _Grant(asked, now_s + _CODE_SECONDS)
        return code

    def take(self, exchange: Exchange) -> Chosen | None:
        """What the code stands for, once; None where it is not good for this client, redirect and verifier."""
        grant = self._grants.pop(exchange.code, None)
        if grant is None or grant.ends_at_s <= time.monotonic():
            return None
        asked = grant.asked
        same = (asked.client_id, asked.redirect_uri) == (exchange.client_id, exchange.redirect_uri)
        proven = hmac.compare_digest(challenge_of(exchange.code_verifier), asked.code_challenge)
        return asked if same and proven else None


@router.get("/.well-known/openid-configuration")
async def configuration(request: Request) -> dict[str, Any]:
    base = f"{request.app.state.settings.address}{PREFIX}"
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
    }


@router.get("/authorize")
async def authorize(request: Request, asked: Annotated[Asked, Query()], visitor: VisitorOf) -> Response:
    """The people one may be; the one of `login_hint` first."""
    if not _is_ours(request, asked):
        return render(request, visitor, "development_refused.html", status=400)
    hinted = [Person(asked.login_hint, "owner")] if asked.login_hint else []
    people = [*hinted, *(one for one in PEOPLE if one.subject != asked.login_hint)]
    hidden = asked.model_dump(exclude={"login_hint"})
    return render(request, visitor, "development_sign_in.html", people=people, hidden=hidden)


@router.post("/authorize")
async def choose(request: Request, chosen: Annotated[Chosen, Form()], visitor: VisitorOf) -> Response:
    lacks_organisation = chosen.role in ORGANISED_ROLES and not chosen.organisation_id
    if not _is_ours(request, chosen) or lacks_organisation:
        return render(request, visitor, "development_refused.html", status=400)
    code = request.app.state.development_codes.give(chosen)
    return RedirectResponse(f"{chosen.redirect_uri}?code={code}&state={chosen.state}", 303)


@router.post("/token")
async def token(request: Request, exchange: Annotated[Exchange, Form()]) -> Response:
    chosen = request.app.state.development_codes.take(exchange)
    if chosen is None:
        return JSONResponse({"error": "invalid_grant"}, 400)
    folder: Path = request.app.state.settings.development_keys_folder
    try:
        issued = issue_token(
            folder,
            subject=chosen.subject,
            role=chosen.role,
            organisation_id=chosen.organisation_id or None,
            audience=chosen.client_id,
            nonce=chosen.nonce,
        )
    except ValueError:
        return JSONResponse({"error": "invalid_grant"}, 400)
    return JSONResponse({"id_token": issued, "token_type": "Bearer"}, headers={"Cache-Control": "no-store"})


def _is_ours(request: Request, asked: Asked) -> bool:
    """The client and the exact redirect; nobody is ever sent anywhere else."""
    settings = request.app.state.settings
    return (asked.client_id, asked.redirect_uri) == (settings.client_id, settings.callback)
