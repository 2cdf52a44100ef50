"""Connections and pools, each under the role of its package."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from database.errors import SetUpError, translated

Connection = AsyncConnection[dict[str, Any]]

_CONNECT_SECONDS: Final = 10
_RECONNECT_SECONDS: Final = 3600.0
_BELIEVED_SECONDS: Final = 1.0
"""So long after its last use a connection is given again without a question to the server."""

_PREPARE_SESSION: Final = """
select set_config('TimeZone', 'UTC', false),
       set_config('idle_in_transaction_session_timeout', '300s', false),
       case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', false) end,
       case when %(role)s::text is not null then set_config('role', %(role)s::text, false) end
"""
"""One round trip. A transaction that a stuck process leaves open would hold back every reader of the stream, so it
ends after five minutes. A commit that is not on disk would break the stream's promise, so a server-wide `off` is
overruled."""


class Pool(AsyncConnectionPool[Connection]):
    """psycopg's pool; the driver's errors come as those of `database.errors`, those of the commit included."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, check=self._ensure_alive, **options)
        self._used_at: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()

    @asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[Connection]:
        """A connection in a transaction: committed when the block ends, rolled back when it raises."""
        with translated():
            async with super().connection(timeout) as connection:
                yield connection
            self._used_at[connection] = time.monotonic()

    async def _ensure_alive(self, connection: Connection) -> None:
        """A server that has gone breaks connections that lie idle; psycopg makes new ones in place of those."""
        if time.monotonic() - self._used_at.get(connection, 0.0) > _BELIEVED_SECONDS:
            await self.check_connection(connection)


@asynccontextmanager
async def open_pool(
    url: str, role: str | None = None, *, minimum: int = 1, maximum: int = 4, timeout_seconds: float = 30
) -> AsyncIterator[Pool]:
    """A pool whose connections speak UTC, give rows as dict, and hold no more rights than `role`.

    `async with pool.connection()` commits when its block ends and rolls back when it raises. A first connection is made
    before this returns, so a wrong address fails here and says why. The pool reconnects by itself after the server
    comes back.
    """
    await (await connect(url, role)).close()
    pool = Pool(
        url,
        connection_class=AsyncConnection[dict[str, Any]],
        kwargs={
            "row_factory": dict_row,
            "application_name": role or "servicelane",
            "connect_timeout": _CONNECT_SECONDS,
        },
        configure=lambda connection: _configure(connection, role),
        min_size=minimum,
        max_size=maximum,
        timeout=timeout_seconds,
        reconnect_timeout=_RECONNECT_SECONDS,
        open=False,
    )
    async with pool:
        yield pool


async def connect(url: str, role: str | None = None, *, autocommit: bool = False) -> Connection:
    """One connection outside of any pool, with the rights of the address or of `role`."""
    with translated():
        connection = await AsyncConnection.connect(
            url,
            autocommit=autocommit,
            row_factory=dict_row,
            application_name=role or "servicelane",
            connect_timeout=_CONNECT_SECONDS,
        )
        try:
            await _configure(connection, role)
        except BaseException:
            await connection.close()
            raise
    return connection


async def _configure(connection: Connection, role: str | None) -> None:
    try:
        await connection.execute(_PREPARE_SESSION, {"role": role})
    except (InvalidParameterValue, InsufficientPrivilege) as error:
        raise SetUpError(
            f"The user of the address cannot work as {role}: {error.diag.message_primary}. Apply the migrations first."
        ) from error
    await connection.commit()
