"""Who looks at a page, in which language and which time zone; and the guard of every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from booking_api import ended_sessions
from booking_api.access import Access
from booking_api.access_policy import Action, relations_for
from booking_api.dependencies import Now
from booking_api.languages import Language, choose_language
from booking_api.models import Caller
from web.sessions import caller_of, number_of

SESSION_COOKIE: Final = "servicelane_session"
LANGUAGE_COOKIE: Final = "language"
ZONE_COOKIE: Final = "zone"
"""Told by the browser (`static/app.js`); without it times that belong to no workshop are told in UTC."""

_LANGUAGES: Final[Mapping[str, Language]] = {"en": "en", "zh": "zh"}


class SignInNeededError(Exception):
    """Somebody without a session asks for a page that needs one."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`caller` None: nobody has signed in. `zone`: for times that belong to no workshop."""

    caller: Caller | None
    language: Language
    zone: ZoneInfo
    now: datetime

    def ensure_signed_in(self) -> Caller:
        """Raises SignInNeededError."""
        if self.caller is None:
            raise SignInNeededError
        return self.caller

    def access(self, action: Action) -> Access:
        """Raises SignInNeededError, and NotAllowedError where this role may never do it."""
        return Access(self.ensure_signed_in(), action, self.now)

    def may(self, action: Action) -> bool:
        """Whether this role may do it with some car; with which one, the service decides."""
        return self.caller is not None and bool(relations_for(self.caller.role, action))


def cookie_name(name: str, *, is_encrypted: bool) -> str:
    """With the prefix by which browsers promise that nobody else's host has set it (RFC 6265bis)."""
    return f"__Host-{name}" if is_encrypted else name


async def visitor_of(request: Request, now: Now) -> Visitor:
    visitor = Visitor(None, _language(request), _zone(request), now)
    request.state.visitor = visitor  # for the page of a problem
    session = open_session(request)
    if session and not await _has_ended(request, session):
        visitor = replace(visitor, caller=caller_of(session))
        request.state.visitor = visitor
    return visitor


async def _has_ended(request: Request, session: Mapping[str, Any]) -> bool:
    async with request.app.state.pool.connection() as connection:
        return await ended_sessions.has_ended(connection, number_of(session))


def open_session(request: Request) -> Mapping[str, Any] | None:
    """What the browser's cookie says, where we have sealed it and its time is not over."""
    settings = request.app.state.settings
    sealed = request.cookies.get(cookie_name(SESSION_COOKIE, is_encrypted=settings.is_encrypted))
    opened: Mapping[str, Any] | None = request.app.state.seal.open("session", sealed, settings.session_hours * 3600)
    return opened


def _language(request: Request) -> Language:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return _LANGUAGES.get(chosen or "") or choose_language(request.headers.get("accept-language"))


def _zone(request: Request) -> ZoneInfo:
    try:
        return ZoneInfo(request.cookies.get(ZONE_COOKIE, "UTC")[:64])
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


VisitorOf = Annotated[Visitor, Depends(visitor_of)]


class page_for:  # noqa: N801  # reads as what it is: Depends(page_for(Action.BOOK))
    """Every page's guard: somebody has signed in whose role may do this. A page without one fails the access matrix."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, visitor: VisitorOf) -> Visitor:
        """Raises SignInNeededError and NotAllowedError."""
        visitor.access(self.action)
        return visitor
