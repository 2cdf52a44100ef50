"""Contenders that fill the plain table: one row per frame, unique by vehicle and instant."""

from __future__ import annotations

from benchmarks.ingest.contender import Counted
from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.stage import Stage, queries
from database.connection import connect


class PeerTable:
    """The half of a contender that its table decides."""

    async def fresh_database(self, stage: Stage) -> str:
        url = await stage.fresh_database(migrated=False)
        async with await connect(url) as connection:
            await queries.run(connection, "create_peer_table")
        return url

    async def count(self, url: str) -> Counted:
        async with await connect(url) as connection:
            row = await queries.one(connection, "count_peer_rows")
        if row is None or row["last_commit_at"] is None:
            raise RunFailed("nothing was stored")
        return Counted(row["rows"], row["frames"], row["last_commit_at"])
