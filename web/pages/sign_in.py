"""Signing in and out, and choosing a language."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from booking_api import ended_sessions
from booking_api.dependencies import Database, Now
from booking_api.error_texts import BAD_TOKEN
from booking_api.errors import InvalidTokenError
from booking_api.models import Role
from web.sessions import number_of, session_of
from web.sign_in import Attempt, Issuer
from web.templating import render
from web.visitors import LANGUAGE_COOKIE, SESSION_COOKIE, VisitorOf, cookie_name, open_session

ATTEMPT_COOKIE: Final = "servicelane_attempt"
_ATTEMPT_SECONDS: Final = 600
_YEAR_SECONDS: Final = 31_536_000
HOME: Final[dict[Role, str]] = {
    "technician": "/board",
    "service_adviser": "/board",
    "workshop_manager": "/board",
    "operator": "/operations",
    "auditor": "/access-log",
}
"""Where a role begins; the garage where none is named."""

router = APIRouter()
NextPath = Annotated[str, Query(alias="next", max_length=500)]


@router.get("/")
async def home(request: Request, visitor: VisitorOf) -> Response:
    """The visitor's first page, or what this is for those who have not signed in."""
    if visitor.caller is None:
        return render(request, visitor, "welcome.html")
    return RedirectResponse(HOME.get(visitor.caller.role, "/garage"), 303)


@router.get("/sign-in")
async def sign_in(
    request: Request, next_path: NextPath = "/", hint: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    attempt = Attempt.new(_own_path(next_path))
    issuer: Issuer = request.app.state.issuer
    response = RedirectResponse(await issuer.address_for(attempt, hint), 303)
    _keep(
        request, response, ATTEMPT_COOKIE, request.app.state.seal.close("attempt", attempt.as_dict()), _ATTEMPT_SECONDS
    )
    return response


@router.get("/sign-in/callback")
async def callback(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Raises InvalidTokenError where the issuer's answer does not belong to an attempt of this browser."""
    name = cookie_name(ATTEMPT_COOKIE, is_encrypted=request.app.state.settings.is_encrypted)
    kept = request.app.state.seal.open("attempt", request.cookies.get(name), _ATTEMPT_SECONDS)
    if kept is None or not code:
        raise InvalidTokenError(BAD_TOKEN)
    attempt = Attempt(**kept)
    issuer: Issuer = request.app.state.issuer
    caller = await issuer.caller(attempt, state, code)
    response = RedirectResponse(attempt.next_path, 303)
    sealed = request.app.state.seal.close("session", session_of(caller))
    _keep(request, response, SESSION_COOKIE, sealed, round(request.app.state.settings.session_hours * 3600))
    _forget(request, response, ATTEMPT_COOKIE)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, now: Now, connection: Database) -> Response:
    """Ends the session for every copy of its cookie."""
    if session := open_session(request):
        lasts = timedelta(hours=request.app.state.settings.session_hours)
        await ended_sessions.end(connection, number_of(session), now + lasts, now)
    response = RedirectResponse("/", 303, headers={"Clear-Site-Data": '"cache", "storage"'})
    _forget(request, response, SESSION_COOKIE)
    return response


@router.post("/language")
async def choose_language(
    language: Annotated[Literal["en", "zh"], Form()],
    next_path: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    response = RedirectResponse(_own_path(next_path), 303)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_SECONDS, samesite="lax")
    return response


def _own_path(path: str) -> str:
    """A path of ours; whatever else a link asks for becomes the first page."""
    is_ours = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return path if is_ours else "/"


def _keep(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    is_encrypted = request.app.state.settings.is_encrypted
    response.set_cookie(
        cookie_name(name, is_encrypted=is_encrypted),
        value,
        max_age=seconds,
        httponly=True,
        secure=is_encrypted,
        samesite="lax",
    )


def _forget(request: Request, response: Response, name: str) -> None:
    is_encrypted = request.app.state.settings.is_encrypted
    response.delete_cookie(
        cookie_name(name, is_encrypted=is_encrypted), httponly=True, secure=is_encrypted, samesite="lax"
    )
