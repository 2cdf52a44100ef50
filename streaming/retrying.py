"""Which partitions a member leaves alone for a while after its handler failed on them. Times are `time.monotonic()`."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_FIRST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 30.0


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
