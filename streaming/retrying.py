"""Which partitions a member leaves alone for a while after its handler failed on them. Times are `time.monotonic()`."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_FIRST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 30.0

PARTITIONS_OF_A_BATCH: Final = 4
"""So many are locked at once, and the rest is left to other members: all of them only where these hold little."""

BATCH_SECONDS: Final = 1.0
"""A batch's transaction should be open no longer: on PostgreSQL every reader of the stream is held back so long."""

FEWEST_RECORDS: Final = 16


class Partition(NamedTuple):
    topic: str
    number: int


def delay_seconds(failures: int, chance: random.Random) -> float:
    """0.1 s after the first failure, doubled with each to at most 30 s, and spread over half to the whole of that."""
    longest: float = min(_FIRST_SECONDS * 2.0 ** min(failures - 1, 20), _LONGEST_SECONDS)
    return longest * chance.uniform(0.5, 1.0)


@dataclass(slots=True)
class _Trouble:
    failures: int
    again_at: float


@dataclass(slots=True)
class Troubles:
    """A partition in trouble is handled alone, when its time has come, so that it cannot spoil or hold up others."""

    _chance: random.Random = field(default_factory=random.Random)
    _by_partition: dict[Partition, _Trouble] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._by_partition)

    @property
    def partitions(self) -> list[Partition]:
        return list(self._by_partition)

    def due(self, now: float) -> Partition | None:
        """The one whose time has been over for longest."""
        over = [(trouble.again_at, partition) for partition, trouble in self._by_partition.items()]
        again_at, partition = min(over, default=(now, None))
        return partition if again_at <= now else None

    def add(self, partitions: Iterable[Partition], now: float) -> float:
        """Notes a failure on these and returns for how many seconds the longest of them waits."""
        waits = []
        for partition in partitions:
            known = self._by_partition.get(partition)
            failures = known.failures + 1 if known else 1
            waits.append(delay_seconds(failures, self._chance))
            self._by_partition[partition] = _Trouble(failures, now + waits[-1])
        return max(waits, default=0.0)

    def clear(self, partitions: Iterable[Partition]) -> None:
        for partition in partitions:
            self._by_partition.pop(partition, None)


@dataclass(slots=True)
class Pace:
    """How much a member takes at once, and whether it has handled so little that it may wait for more.

    `maximum_records` and `partitions` are what it takes now: less after a batch that took long. Fewer partitions come
    first, since records of one key that come together are often handled for the price of one.
    """

    maximum_records: int
    gather_seconds: float
    partitions: int = PARTITIONS_OF_A_BATCH
    _handled: int = 0
    _most_records: int = field(init=False)

    def __post_init__(self) -> None:
        self._most_records = self.maximum_records

    @property
    def is_slow(self) -> bool:
        return self.partitions < PARTITIONS_OF_A_BATCH

    def note(self, handled: int, seconds: float) -> None:
        """After each batch: how long its transaction was open."""
        if seconds > BATCH_SECONDS and self.partitions > 1:
            self.partitions //= 2
        elif seconds > 2 * BATCH_SECONDS:
            taken = min(handled, self.maximum_records)
            self.maximum_records = min(self._most_records, max(FEWEST_RECORDS, int(taken * BATCH_SECONDS / seconds)))
        elif 2 * seconds < BATCH_SECONDS:
            self.partitions = min(PARTITIONS_OF_A_BATCH, 2 * self.partitions)
            if handled >= self.maximum_records:
                self.maximum_records = min(self._most_records, 2 * self.maximum_records)

    def pause_seconds(self, handled: int) -> float:
        """After each batch: how long to wait now. A topic with little does not hold up another one with much."""
        self._handled += handled
        if not handled or self.is_slow or 2 * handled >= self.maximum_records:
            return 0.0
        little = 2 * self._handled < self.maximum_records
        self._handled = 0
        return self.gather_seconds if little else 0.0
