"""Contenders that fill the plain table: one row per frame, unique by vehicle and instant."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from benchmarks.ingest.contender import Counted
from benchmarks.ingest.load_plan import LoadReport
from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.stage import Stage, queries
from database.connection import connect

_POLL_SECONDS: Final = 0.25
_STANDING_SECONDS: Final = 1.0
"""The server's counters are renewed once a second while a session works, and later where it has nothing to do."""

_QUIET_SECONDS: Final = 12.0
"""Longer than any contender holds back what it has: then nothing more comes."""


class PeerTable:
    """The half of a contender that its table decides."""

    expected: int

    async def fresh_database(self, stage: Stage) -> str:
        url = await stage.fresh_database(migrated=False)
        async with await connect(url) as connection:
            await queries.run(connection, "create_peer_table")
        return url

    async def wait_until_stored(self, url: str, load: LoadReport) -> None:
        """By the server's own counters, which cost nothing, and by a count once they stand still.

        Returns also where nothing more comes; what is missing is told by the count at the end.
        """
        stored, changed_at = 0, time.monotonic()
        async with await connect(url, autocommit=True) as connection:
            while stored < self.expected and time.monotonic() - changed_at < _QUIET_SECONDS:
                await asyncio.sleep(_POLL_SECONDS)
                stands = time.monotonic() - changed_at > _STANDING_SECONDS
                row = await queries.one(connection, "count_rows" if stands else "fetch_rows_inserted")
                if row and row["rows"] > stored:
                    stored, changed_at = row["rows"], time.monotonic()

    async def count(self, url: str) -> Counted:
        async with await connect(url) as connection:
            row = await queries.one(connection, "count_peer_rows")
        if row is None or row["last_commit_at"] is None:
            raise RunFailed("nothing was stored")
        return Counted(row["rows"], row["frames"], row["last_commit_at"])
