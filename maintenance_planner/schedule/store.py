"""Which nights were scored, who scores now, and whether the queue of jobs is there."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final

from database.connection import Connection
from database.queries import Queries

_queries: Final = Queries(Path(__file__).parents[1] / "queries")


async def fetch_last_night(connection: Connection) -> tuple[date, datetime] | None:
    """Its date and when it was done."""
    row = await _queries.one(connection, "fetch_last_night")
    return (row["night_on"], row["finished_at"]) if row else None


async def insert_night(connection: Connection, night_on: date, as_of_at: datetime, finished_at: datetime) -> None:
    await _queries.run(connection, "insert_night", night_on=night_on, as_of_at=as_of_at, finished_at=finished_at)


async def try_night_lock(connection: Connection) -> bool:
    """Of the session: it ends with the session, however that ends."""
    row = await _queries.one(connection, "try_night_lock")
    return bool(row and row["is_ours"])


async def lock_job_queue(connection: Connection) -> bool:
    """Until the transaction ends nobody else makes the queue's tables. Whether they are there."""
    row = await _queries.one(connection, "lock_job_queue")
    return bool(row and row["is_there"])
