"""What a handler's transaction may not do: append to what its own group reads.

Members of a group on PostgreSQL rely on it: what one works on does not hold the others back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from database.connection import Connection
from streaming.contract import OutgoingRecord, OwnTopicError

_at_work: Final[ContextVar[tuple[Connection, frozenset[str]] | None]] = ContextVar("at_work", default=None)


@contextmanager
def handling(connection: Connection, topics: Sequence[str]) -> Iterator[None]:
    """While a handler works in this transaction, for a group that reads these topics."""
    token = _at_work.set((connection, frozenset(topics)))
    try:
        yield
    finally:
        _at_work.reset(token)


def refuse_own_topics(records: Sequence[OutgoingRecord], connection: Connection) -> None:
    """Raises OwnTopicError where a handler's transaction would append to a topic that its group reads."""
    at_work = _at_work.get()
    if at_work is None or at_work[0] is not connection:
        return
    if own := sorted({record.topic for record in records} & at_work[1]):
        raise OwnTopicError(
            f"The group of this handler reads {', '.join(own)}: produce there in a transaction of its own, that is"
            " without the handler's connection."
        )
