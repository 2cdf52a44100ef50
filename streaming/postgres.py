"""The stream on PostgreSQL: an append-only table, read in the order (transaction, id).

A reader sees only records of transactions below the oldest one still writing, so it can never pass a record that
becomes visible late (a sequence's numbers alone would let it). The price: a transaction that writes for long, in
any database of the server, holds every reader back for that time; only members of one group do not hold each other
back, for none of them appends to what the group reads. Nothing is lost by it, and `lag()` counts what is held back.
Sessions of our pools that leave a transaction open are ended after five minutes; a transaction id belongs to its
cluster, so a stream moves to another one by physical copy or pg_upgrade, not by pg_dump.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from database.connection import Connection, Pool
from database.errors import translated
from database.queries import Queries
from streaming.beat import Beat
from streaming.contract import OutgoingRecord
from streaming.copy_rows import copy_rows
from streaming.handling import refuse_own_topics
from streaming.pace import Pace
from streaming.partitions import PARTITIONS
from streaming.postgres_consumer import PostgresConsumer
from streaming.usable_records import refuse_unusable
from streaming.wake_up import CHANNEL, WakeUp

_queries: Final = Queries(Path(__file__).parent / "queries")


class PostgresStream:
    """Works on the connections of `pool`, whose role has to be a member of `servicelane_streamer`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._wake_up = WakeUp(str(pool.conninfo))
        self._beats: dict[tuple[str, float, tuple[str, ...]], Beat] = {}

    async def produce(self, records: Sequence[OutgoingRecord], connection: Connection | None = None) -> None:
        """Returns when the records are on disk; with a connection they join its transaction and its fate."""
        refuse_unusable(records)
        if not records:
            return
        if connection is not None:
            refuse_own_topics(records, connection)
            await _append(connection, records)
            return
        async with self._pool.connection() as own:
            await _append(own, records)

    def consumer(
        self, topics: Sequence[str], group: str, *, maximum_records: int = 500, gather_seconds: float = 0.0
    ) -> PostgresConsumer:
        beat = self._beat_of(topics, group, gather_seconds)
        return PostgresConsumer(self._pool, self._wake_up, topics, group, Pace(maximum_records), beat)

    async def register(self, topics: Sequence[str], group: str) -> None:
        """Makes the group known before its first step, so that retention keeps everything for it from now on."""
        async with self._pool.connection() as connection:
            await register_group(connection, topics, group)

    async def lags(self) -> dict[str, int]:
        """What each registered group has not handled yet, by group."""
        async with self._pool.connection() as connection:
            rows = await _queries.all(connection, "fetch_lags")
        return {row["group_name"]: row["records"] for row in rows}

    async def check(self) -> None:
        """Raises UnavailableError where the server does not answer within two seconds."""
        async with self._pool.connection(2.0) as connection:
            await connection.execute("select 1")

    def _beat_of(self, topics: Sequence[str], group: str, seconds: float) -> Beat:
        """The one of the members that are there already, or a new one."""
        beat = self._beats.setdefault((group, seconds, tuple(topics)), Beat(seconds, topics, members=0))
        beat.members += 1
        return beat


async def register_group(connection: Connection, topics: Sequence[str], group: str) -> None:
    await _queries.run(connection, "register_group", group=group, topics=list(topics), partitions=PARTITIONS)


async def _append(connection: Connection, records: Sequence[OutgoingRecord]) -> None:
    """By COPY: a third of the time that arrays of parameters take, and no limit on a batch's size."""
    with translated():
        async with connection.cursor() as cursor, cursor.copy(_queries.text("copy_records")) as copy:
            await copy.write(copy_rows(records))
    topics = sorted({record.topic for record in records})
    await _queries.run(connection, "notify_topics", channel=CHANNEL, topics=topics)
