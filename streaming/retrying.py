"""Which partitions a member leaves alone for a while after its handler failed on them. Times are `time.monotonic()`."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_FIRST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 30.0

BATCH_SECONDS: Final = 0.5
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
    """How many records a member takes at once, and whether it has handled so little that it may wait for more.

    `maximum_records` is what it may take now: as many as it was given, fewer after a batch that took long.
    """

    maximum_records: int
    gather_seconds: float
    _handled: int = 0
    _most: int = field(init=False)

    def __post_init__(self) -> None:
        self._most = self.maximum_records

    def note(self, handled: int, seconds: float) -> None:
        """After each batch: how long its transaction was open."""
        if seconds > BATCH_SECONDS:
            taken = min(handled, self.maximum_records)
            self.maximum_records = min(self._most, max(FEWEST_RECORDS, int(taken * BATCH_SECONDS / seconds)))
        elif 2 * seconds < BATCH_SECONDS and handled >= self.maximum_records:
            self.maximum_records = min(self._most, 2 * self.maximum_records)

    def pause_seconds(self, handled: int) -> float:
        """After each batch: how long to wait now. A topic with little does not hold up another one with much."""
        self._handled += handled
        if not handled or 2 * handled >= self.maximum_records:
            return 0.0
        little = 2 * self._handled < self.maximum_records
        self._handled = 0
        return self.gather_seconds if little else 0.0
