"""What an endpoint is given: a connection, the caller's right to do this, the language, the time."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from booking_api import error_texts
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.errors import ExportsBusyError, InvalidTokenError, QuotaExceededError, SlotTakenError
from booking_api.languages import Language, choose_language
from booking_api.memory import Memory
from booking_api.models import Caller
from booking_api.quotas import Standing
from database.connection import Connection, Pool
from database.errors import UnavailableError
from streaming.contract import Stream

OpenExport = Callable[[], Awaitable[Connection]]

_EXPORT_WAIT_SECONDS: Final = 2.0
_bearer = HTTPBearer(auto_error=False, description="A token of your issuer, or of `servicelane token`.")


async def connection_of(request: Request) -> AsyncIterator[Connection]:
    """A transaction around the endpoint: committed before the answer leaves, rolled back when it raises.

    Where somebody was faster it is committed too: nothing is written but what was read, and a rollback would make the
    connection forget the statements that it has prepared. Not where a key waits for its answer: it may be used again.
    """
    async with request.app.state.pool.connection() as connection:
        try:
            yield connection
        except SlotTakenError:
            if not hasattr(request.state, "keep_answer"):
                await connection.commit()
            raise


async def planner_connection_of(request: Request) -> AsyncIterator[Connection]:
    """The same, with the planner's rights: a record of work and the new plan are one transaction."""
    async with request.app.state.planner_pool.connection() as connection:
        yield connection


async def registry_connection_of(request: Request) -> AsyncIterator[Connection]:
    """The same, with the rights of `vehicles`: who owns which car is written there."""
    async with request.app.state.registry_pool.connection() as connection:
        yield connection


async def pool_of(request: Request) -> Pool:
    """For what outlasts a transaction."""
    pool: Pool = request.app.state.pool
    return pool


async def memory_of(request: Request) -> Memory:
    memory: Memory = request.app.state.memory
    return memory


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
                raise ExportsBusyError(error_texts.EXPORTS_BUSY) from error
            return connection

        yield open_export


async def caller_of(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    if credentials is None:
        raise InvalidTokenError(error_texts.NO_TOKEN)
    caller: Caller = await request.app.state.verifier.verify(credentials.credentials)
    standing: Standing = request.app.state.quotas.take(caller.subject, time.monotonic())
    request.state.standing = standing
    if not standing.allowed:
        raise QuotaExceededError(standing.resets_in_seconds)
    return caller


async def language_of(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return choose_language(accept_language)


async def wall_clock() -> datetime:
    return datetime.now(UTC)


Now = Annotated[datetime, Depends(wall_clock)]


class access_to:  # noqa: N801  # reads as what it is: Depends(access_to(Action.BOOK))
    """Every endpoint's guard: the caller's right to this action. Raises NotAllowedError where the role has none.

    Which car it is about, the service says to `access.find_vehicle`. A path without a guard fails
    `tests/booking_api/test_access_matrix.py`.
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, caller: Annotated[Caller, Depends(caller_of)], now: Now) -> Access:
        return Access(caller, self.action, now)


LanguageOf = Annotated[Language, Depends(language_of)]
MemoryOf = Annotated[Memory, Depends(memory_of)]
PoolOf = Annotated[Pool, Depends(pool_of)]
StreamOf = Annotated[Stream, Depends(stream_of)]
ExportDatabase = Annotated[OpenExport, Depends(export_connections_of, scope="request")]
RegistryDatabase = Annotated[Connection, Depends(registry_connection_of, scope="function")]
PlannerDatabase = Annotated[Connection, Depends(planner_connection_of, scope="function")]
Database = Annotated[Connection, Depends(connection_of, scope="function")]
"""Behind the guard in the order of parameters: without a token no connection is taken."""
