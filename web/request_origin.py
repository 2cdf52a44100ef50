"""Requests that change something come from our own pages, and answers tell browsers to hold to that.

A browser says of each request where it comes from (`Sec-Fetch-Site`, and `Origin` in older ones); together with cookies
that are SameSite=Lax this keeps other sites' forms from acting in somebody's name. No page carries a token for that.
"""

from __future__ import annotations

from typing import Final

from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS: Final = frozenset({"same-origin", "none"})

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_STRICT_TRANSPORT: Final = {"Strict-Transport-Security": "max-age=31536000"}
_REFUSAL: Final = PlainTextResponse("This form was sent by another site.\n", 403)


def comes_from_us(method: str, fetch_site: str | None, origin: str | None, address: str) -> bool:
    """Neither header: no browser of these years, so no cookies that were not put there by hand."""
    if method in _SAFE:
        return True
    if fetch_site is not None:
        return fetch_site in _OURS
    return origin is None or origin == address


class RequestGuard:
    """Around every page at `address`: refuses what other sites send, and adds the headers above.

    It works on the messages of ASGI, so that a stream of events passes as it comes.
    """

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._address = address
        self._headers = _HEADERS | (_STRICT_TRANSPORT if address.startswith("https://") else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope)
        is_ours = comes_from_us(scope["method"], told.get("sec-fetch-site"), told.get("origin"), self._address)
        app = self._app if is_ours else _REFUSAL
        await app(scope, receive, self._protected(send))

    def _protected(self, send: Send) -> Send:
        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return protected
