"""Requests that change something come from our own pages, and answers tell browsers to hold to that.

A browser says of each request where it comes from (`Sec-Fetch-Site`, and `Origin` in older ones); together with cookies
that are SameSite=Lax this keeps other sites' forms from acting in somebody's name. No page carries a token for that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request, Response

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


def comes_from_us(method: str, fetch_site: str | None, origin: str | None, address: str) -> bool:
    """Neither header: no browser of these years, so no cookies that were not put there by hand."""
    if method in _SAFE:
        return True
    if fetch_site is not None:
        return fetch_site in _OURS
    return origin is None or origin == address


def guard(address: str) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    """A middleware for pages at this address."""
    headers = _HEADERS | (_STRICT_TRANSPORT if address.startswith("https://") else {})

    async def guarded(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        told = request.headers
        if comes_from_us(request.method, told.get("sec-fetch-site"), told.get("origin"), address):
            response = await answer(request)
        else:
            response = Response("This form was sent by another site.\n", 403, media_type="text/plain")
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return guarded
