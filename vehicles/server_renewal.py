"""Keeps what the broker reads good: its certificate, and the list of revoked ones before it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from database.connection import Pool
from database.errors import DatabaseError
from vehicles import certification
from vehicles.authority import Authority, AuthorityError
from vehicles.server_files import ServerFiles

_log = structlog.get_logger("vehicles.server_renewal")


class ServerRenewal:
    """`look` once, or `await renewal.run(stopping, …)` for as long as the broker runs."""

    def __init__(self, pool: Pool, authority: Authority, files: ServerFiles) -> None:
        self._pool = pool
        self._authority = authority
        self._files = files

    async def run(self, stopping: asyncio.Event, look_seconds: float, renewed: Callable[[], None]) -> None:
        """`renewed` is called with each new server certificate in place."""
        while not stopping.is_set():
            try:
                if await self.look(datetime.now(UTC)):
                    renewed()
            except (DatabaseError, AuthorityError, OSError) as error:
                _log.error("nothing could be renewed; trying again", error=str(error), seconds=look_seconds)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), look_seconds)

    async def look(self, now: datetime) -> bool:
        """Renews what is due; whether the server's certificate was."""
        is_new = self._files.renew_certificate(self._authority, now)
        if is_new:
            _log.info("the server has a new certificate", names=list(self._files.names))
        if self._files.is_revocation_list_due(now):
            await write_revocation_list(self._pool, self._authority, self._files, now)
            _log.info("the list of revoked certificates is written anew")
        return is_new

    async def check(self) -> None:
        """For readiness: raises where the broker would refuse every car for want of a good list or certificate."""
        now = datetime.now(UTC)
        for left in (self._files.revocation_list_left(now), self._files.certificate_left(now)):
            if left is None or left.total_seconds() <= 0:
                raise AuthorityError("the broker's certificate or its list of revoked ones has ended")


async def write_revocation_list(pool: Pool, authority: Authority, files: ServerFiles, now: datetime) -> None:
    """As the database has it at this moment."""
    async with pool.connection() as connection:
        revoked = await certification.revocations(connection, now)
    files.write_revocation_list(authority, revoked, now)
