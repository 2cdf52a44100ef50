"""What an endpoint is given: a connection, the caller, the language, the time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from booking_api.errors import ExportsBusyError, InvalidTokenError, NotAllowedError
from booking_api.languages import Language, choose_language
from booking_api.models import Caller
from database.connection import Connection
from database.errors import UnavailableError
from streaming.contract import Stream

OpenExport = Callable[[], Awaitable[Connection]]

_EXPORT_WAIT_SECONDS: Final = 2.0
_bearer = HTTPBearer(auto_error=False, description="A token of `servicelane token`, or of your own issuer.")


async def connection_of(request: Request) -> AsyncIterator[Connection]:
    """A transaction around the endpoint: committed before the answer leaves, rolled back when it raises."""
    async with request.app.state.pool.connection() as connection:
        yield connection


async def stream_of(request: Request) -> Stream:
    stream: Stream = request.app.state.stream
    return stream


async def export_connections_of(request: Request) -> AsyncIterator[OpenExport]:
    """Gives a connection when asked for one, and takes it back once the answer is sent, or its client has gone."""
    async with AsyncExitStack() as stack:

        async def open_export() -> Connection:
            try:
                waiting = request.app.state.export_pool.connection(_EXPORT_WAIT_SECONDS)
                connection: Connection = await stack.enter_async_context(waiting)
            except UnavailableError as error:
                raise ExportsBusyError("As many exports run as may at once. Try again later.") from error
            return connection

        yield open_export


async def caller_of(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    if credentials is None:
        raise InvalidTokenError("Send a token: Authorization: Bearer …")
    caller: Caller = request.app.state.verifier.verify(credentials.credentials)
    return caller


async def operator_of(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """Raises NotAllowedError for owners and technicians."""
    if caller.role != "operator":
        raise NotAllowedError("This is for operators: get a token of the role operator.")
    return caller


async def language_of(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return choose_language(accept_language)


async def wall_clock() -> datetime:
    return datetime.now(UTC)


# The caller first: without a token no connection is taken.
OperatorOf = Annotated[Caller, Depends(operator_of)]
CallerOf = Annotated[Caller, Depends(caller_of)]
LanguageOf = Annotated[Language, Depends(language_of)]
Now = Annotated[datetime, Depends(wall_clock)]
StreamOf = Annotated[Stream, Depends(stream_of)]
ExportDatabase = Annotated[OpenExport, Depends(export_connections_of, scope="request")]
Database = Annotated[Connection, Depends(connection_of, scope="function")]
