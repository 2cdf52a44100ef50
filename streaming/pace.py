"""How much a member takes at once, and whether that was little. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

BATCH_SECONDS: Final = 1.0
"""A batch's transaction should be open no longer: on PostgreSQL every reader of the stream is held back so long."""

_FIRST_KEYS: Final = 256
_REMEMBERED_KEYS: Final = 64
"""What was learnt before counts as much as so many: what a batch costs by itself is not the cost of its few keys."""

_LEAST_SECONDS_PER_KEY: Final = 1e-6


class Keyed(Protocol):
    @property
    def partition(self) -> int: ...
    @property
    def key(self) -> str: ...


_K = TypeVar("_K", bound=Keyed)


@dataclass(slots=True)
class Pace:
    """What a key costs is learnt from each batch. A handler that looks at each car once, however many records there are
    of it, takes as long as there are keys, so a batch is bounded by keys and keeps together what is of one partition.
    """

    maximum_records: int
    _seconds_per_key: float = BATCH_SECONDS / _FIRST_KEYS
    _left_some: bool = False
    _keys_of_a_partition: float = 0.0

    @property
    def most_keys(self) -> int:
        return max(1, int(BATCH_SECONDS / self._seconds_per_key))

    def most_partitions(self, maximum: int) -> int:
        """Of which to fetch records for a batch, by what the last ones held: what is cut has been fetched in vain."""
        if not self._keys_of_a_partition:
            return maximum
        return min(maximum, math.ceil(self.most_keys / self._keys_of_a_partition))

    def cut(self, rows: Sequence[_K]) -> list[_K]:
        """Those that may be handled in time: whole partitions where possible, and at least one key."""
        whole = self._whole_partitions(rows)
        self._left_some = bool(rows) and not whole
        keys, partitions = {row.key for row in rows}, {row.partition for row in rows}
        self._keys_of_a_partition = len(keys) / len(partitions) if rows else 0.0
        return whole or self._first_keys(rows)

    def note(self, keys: int, seconds: float) -> None:
        """After each batch: how many keys it had, and how long its transaction was open."""
        learnt = _REMEMBERED_KEYS * self._seconds_per_key
        self._seconds_per_key = max((learnt + seconds) / (_REMEMBERED_KEYS + keys), _LEAST_SECONDS_PER_KEY)

    def is_little(self, taken: int) -> bool:
        """Of the batch that was cut last: whether it is worth to let more gather before the next."""
        return not self._left_some and 2 * taken < self.maximum_records

    def _whole_partitions(self, rows: Sequence[_K]) -> list[_K]:
        by_partition: dict[int, list[_K]] = {}
        for row in rows:
            by_partition.setdefault(row.partition, []).append(row)
        kept: list[_K] = []
        for of_partition in by_partition.values():
            if len({row.key for row in (*kept, *of_partition)}) > self.most_keys:
                break
            kept += of_partition
        return kept

    def _first_keys(self, rows: Sequence[_K]) -> list[_K]:
        """Of the first partition, up to the record at which another key would be one too many."""
        keys: set[str] = set()
        kept: list[_K] = []
        for row in (row for row in rows if row.partition == rows[0].partition):
            keys.add(row.key)
            if len(keys) > self.most_keys:
                break
            kept.append(row)
        return kept
