"""One contract to produce and to consume, the same on every implementation (`tests/contracts` holds them to it).

* A record is durable when `produce` returns. Records of one key are handled in the order in which the transactions that
  produced them began to write, by one member of a group at a time.
* Every group handles every record at least once; on PostgreSQL exactly once, as far as the handler writes through the
  connection it is given: its rows and the group's offsets are one transaction. On Kafka the offsets follow the rows, so
  a handler may meet a record again and has to be idempotent.
* A group that is new starts at the oldest record that is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from database.connection import Connection
from database.errors import UnavailableError


class OutgoingRecord(NamedTuple):
    """Texts must not hold the character U+0000, which no database text can keep."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = MappingProxyType({})


class Record(NamedTuple):
    """`appended_at` is the instant (UTC) at which the stream took the record."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str]
    appended_at: datetime


Handler = Callable[[Sequence[Record], Connection], Awaitable[None]]
"""Takes a batch of one topic, in order, and the transaction in which the group's offsets are committed.

It must not commit, nor produce in this transaction to a topic that its group reads. What it cannot make sense of it
sets aside itself (quarantine): an exception means "again, later".
"""


class UnusableRecordError(ValueError):
    """A record that cannot be kept as it is; the message names the field. Nothing of the call was produced."""


class OwnTopicError(ValueError):
    """A handler's transaction would append to a topic that its own group reads. Nothing of the call was produced."""


class StreamUnavailableError(UnavailableError):
    """The servers of the stream do not answer now. What was handed over may be kept or not: produce it again."""


class StreamSetUpError(RuntimeError):
    """The stream is not fit to work with; the message says what to do."""


class Consumer(Protocol):
    async def step(self, handler: Handler) -> int:
        """Handles one batch and returns its size, 0 where nothing is due. Raises what the handler raises."""

    async def run(self, handler: Handler, stopping: asyncio.Event) -> None:
        """Steps until `stopping` is set, waits while there is nothing, and tries again, later and later, what fails."""

    async def lag(self) -> int:
        """How many records the group has not handled yet, those included that cannot be read yet."""


class Stream(Protocol):
    async def produce(self, records: Sequence[OutgoingRecord], connection: Connection | None = None) -> None:
        """Returns when the records are durable; with a connection they join its transaction and its fate."""

    def consumer(
        self, topics: Sequence[str], group: str, *, maximum_records: int = 500, gather_seconds: float = 0.0
    ) -> Consumer:
        """A member of a group. Members share the keys among them; each group gets every record.

        Partitions with little are left alone until the next beat, of which there is one every `gather_seconds`, so that
        the next batch is worth its cost; what comes in others is handled within a second. Members of one process may
        have their turns within the beat.
        """

    async def lags(self) -> dict[str, int]:
        """What each registered group has not handled yet, by group."""

    async def check(self) -> None:
        """Raises where the stream does not take records now; the error says what is wrong."""
