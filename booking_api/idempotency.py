"""The same request with the same Idempotency-Key is done once and answered alike, for a day.

Routers of the class OnceRoute take the header with every POST. The key's row is written in the transaction of the work
and keeps the answer as it was sent: what is rolled back was never asked, and a second request waits at the row until
the first is settled. Work that the planner's or the registry's transaction does is the same when it is done again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute

from booking_api import error_texts, store
from booking_api.dependencies import Database, Now, caller_of
from booking_api.errors import KeyReusedError, RequestInFlightError
from booking_api.models import Caller
from booking_api.schemas import Problem
from database.connection import Connection
from database.errors import ContentionError

KEPT_FOR: Final = timedelta(days=1)
_REPEATED_HEADERS: Final = ("content-type", "location", "etag")
IdempotencyKey = Annotated[
    str | None,
    Header(pattern=r"^[\x20-\x7e]{1,255}$", description="The same request with the same key is done once, for a day."),
]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True)
class _AnsweredError(Exception):
    """The request was done before, and answered so."""

    response: Response


async def once(
    request: Request,
    caller: Annotated[Caller, Depends(caller_of)],
    now: Now,
    connection: Database,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Claims the caller's key, where there is one. Raises KeyReusedError and RequestInFlightError."""
    if idempotency_key is None:
        return
    fingerprint = _fingerprint(request, await request.body())
    if not await _claimed(connection, caller.subject, idempotency_key, fingerprint, now):
        raise _AnsweredError(await _first_answer(connection, caller.subject, idempotency_key, fingerprint))
    request.state.keep_answer = partial(store.keep_answer, connection, caller.subject, idempotency_key)


async def _claimed(connection: Connection, subject: str, key: str, fingerprint: str, now: datetime) -> bool:
    await store.limit_waiting(connection)
    try:
        return await store.claim_key(connection, subject, key, fingerprint, now, now - KEPT_FOR)
    except ContentionError as error:
        raise RequestInFlightError(error_texts.IN_FLIGHT) from error


async def _first_answer(connection: Connection, subject: str, key: str, fingerprint: str) -> Response:
    known = await store.fetch_answer(connection, subject, key)
    if known["fingerprint"] != fingerprint:
        raise KeyReusedError(error_texts.KEY_REUSED)
    answer = known["answer"]
    return Response(answer["body"], answer["status"], answer["headers"])


async def forget_old_keys(connection: Connection, now: datetime) -> None:
    """With twice the time, so that nobody's answer goes while it is read."""
    await store.forget_keys(connection, now - 2 * KEPT_FOR)


def _fingerprint(request: Request, body: bytes) -> str:
    """Of what is asked for and where: JSON that says the same in another order is the same."""
    try:
        said = json.dumps(json.loads(body), sort_keys=True).encode()
    except ValueError:
        said = body
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + said).hexdigest()


class OnceRoute(APIRoute):
    """A POST of such a router depends on `once`, and its answer is kept before the transaction ends."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        if "POST" in (options.get("methods") or ()):
            options["dependencies"] = [*(options.get("dependencies") or ()), Depends(once)]
            conflict = {409: {"model": Problem, "description": "In flight, or not as things stand"}}
            options["responses"] = conflict | (options.get("responses") or {})
        super().__init__(*arguments, **options)

    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            """The transactions of the dependencies are still open when `handler` returns."""
            try:
                response = await handler(request)
            except _AnsweredError as before:
                return before.response
            if (keep := getattr(request.state, "keep_answer", None)) is not None:
                await keep(_kept(response))
            return response

        return answered


def _kept(response: Response) -> str:
    headers = {name: response.headers[name] for name in _REPEATED_HEADERS if name in response.headers}
    return json.dumps({"status": response.status_code, "headers": headers, "body": bytes(response.body).decode()})
