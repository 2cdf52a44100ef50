"""How much a member takes at once, and whether it waits for more. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

BATCH_SECONDS: Final = 0.5
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
    gather_seconds: float
    _seconds_per_key: float = BATCH_SECONDS / _FIRST_KEYS
    _handled: int = 0
    _was_cut: bool = field(default=False)

    @property
    def most_keys(self) -> int:
        return max(1, int(BATCH_SECONDS / self._seconds_per_key))

    def cut(self, rows: Sequence[_K]) -> list[_K]:
        """Those that may be handled in time: whole partitions where possible, and at least one key."""
        kept = self._whole_partitions(rows) or self._first_keys(rows)
        self._was_cut = len(kept) < len(rows)
        return kept

    def note(self, keys: int, seconds: float) -> None:
        """After each batch: how many keys it had, and how long its transaction was open."""
        learnt = _REMEMBERED_KEYS * self._seconds_per_key
        self._seconds_per_key = max((learnt + seconds) / (_REMEMBERED_KEYS + keys), _LEAST_SECONDS_PER_KEY)

    def pause_seconds(self, handled: int, seconds: float) -> float:
        """After each batch, which took so long: how long to wait now, for while it was handled more came already. A
        topic with little does not hold up another one with much.
        """
        self._handled += handled
        if not handled or self._was_cut or 2 * handled >= self.maximum_records:
            return 0.0
        little = 2 * self._handled < self.maximum_records
        self._handled = 0
        return max(0.0, self.gather_seconds - seconds) if little else 0.0

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
