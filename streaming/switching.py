"""A stream may only be moved when everything on the old one has been worked through: nothing would read it there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from database.connection import Connection
from database.queries import Queries
from streaming.contract import StreamSetUpError
from streaming.outbox import RELAY_GROUP
from streaming.settings import StreamKind

_queries: Final = Queries(Path(__file__).parent / "queries")


async def refuse_unfinished(connection: Connection, kind: StreamKind) -> None:
    """Raises StreamSetUpError where PostgreSQL still keeps what groups of the other stream have to handle."""
    rows = await _queries.all(connection, "fetch_lags")
    waiting = {row["group_name"]: row["records"] for row in rows if row["records"]}
    if kind is StreamKind.POSTGRES and RELAY_GROUP in waiting:
        raise StreamSetUpError(f"{waiting[RELAY_GROUP]} records still wait to be carried to Kafka. {_advice('Kafka')}")
    others = {group: records for group, records in waiting.items() if group != RELAY_GROUP}
    if kind is StreamKind.KAFKA and others:
        named = ", ".join(f"{records} of {group}" for group, records in sorted(others.items()))
        raise StreamSetUpError(
            f"The stream on PostgreSQL still keeps records that have not been handled: {named}. {_advice('PostgreSQL')}"
        )


def _advice(server: str) -> str:
    return (
        f"Start once more with the stream on {server}, stop the senders, wait until `servicelane status` says that "
        "nothing waits, then change the stream."
    )
