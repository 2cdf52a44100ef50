"""A stream may only be moved when everything on the old one has been worked through: nothing would read it there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from database.connection import Connection
from database.queries import Queries
from streaming.contract import StreamSetUpError
from streaming.outbox import OUTBOX_TOPICS, RELAY_GROUP
from streaming.partitions import PARTITIONS
from streaming.retention import unread_topics
from streaming.settings import StreamKind

_queries: Final = Queries(Path(__file__).parent / "queries")


async def refuse_unfinished(connection: Connection, kind: StreamKind) -> None:
    """Raises StreamSetUpError where PostgreSQL still keeps what groups of the other stream have to handle."""
    if kind is StreamKind.POSTGRES:
        if waiting := await _outbox_lag(connection):
            raise StreamSetUpError(f"{waiting} records still wait to be carried to Kafka. {_advice('Kafka')}")
    elif unfinished := await _unfinished(connection):
        raise StreamSetUpError(
            f"The stream on PostgreSQL still keeps records that have not been handled: {unfinished}. "
            f"{_advice('PostgreSQL')}"
        )


async def _outbox_lag(connection: Connection) -> int:
    """Also where no relay has ever run."""
    rows = await _queries.all(
        connection, "fetch_lag", group=RELAY_GROUP, topics=list(OUTBOX_TOPICS), partitions=PARTITIONS
    )
    return sum(row["records"] for row in rows)


async def _unfinished(connection: Connection) -> str:
    rows = await _queries.all(connection, "fetch_lags")
    waiting = {row["group_name"]: row["records"] for row in rows if row["records"] and row["group_name"] != RELAY_GROUP}
    unread = set(await unread_topics(connection)).difference(OUTBOX_TOPICS)
    named = [f"{records} of {group}" for group, records in sorted(waiting.items())]
    return ", ".join([*named, *(f"all of {topic}" for topic in sorted(unread))])


def _advice(server: str) -> str:
    return (
        f"Start once more with the stream on {server}, stop the senders, wait until `servicelane status` says that "
        "nothing waits, then change the stream."
    )
