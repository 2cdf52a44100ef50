"""Puts what a caller has left on every answer, whichever way it was made."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class QuotaHeaders:
    """ASGI middleware; `dependencies.caller_of` leaves the standing in the request's state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            standing = scope.get("state", {}).get("standing")
            if message["type"] == "http.response.start" and standing is not None:
                MutableHeaders(scope=message).update(standing.headers())
            await send(message)

        await self._app(scope, receive, send_with_headers)
