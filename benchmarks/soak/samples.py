"""What is looked at every few seconds while the stack works."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import psutil

from database.connection import Pool
from database.queries import Queries
from streaming.contract import Stream

POSTGRES: Final = "postgresql"
_queries: Final = Queries(Path(__file__).parent / "queries")


@dataclass(frozen=True, slots=True)
class Sample:
    """At one instant, in seconds from the start. `frames` were stored since the last sample; None: none were.

    `resident_bytes` of the tree of processes that is the server counts what they share once. `held_back_by` is whose
    transaction had been writing for longest.
    """

    at_seconds: float
    resident_bytes: dict[str, int]
    lag_records: dict[str, int]
    database_bytes: int
    frames: int
    p50_ms: float | None
    p99_ms: float | None
    longest_ms: float | None
    held_back_by: str = ""
    held_back_seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        return cls(**told)


class Sampler:
    """`pids` gives the process ids by name, also after one was started again."""

    def __init__(self, pool: Pool, stream: Stream, pids: Callable[[], Mapping[str, int]]) -> None:
        self._pool = pool
        self._stream = stream
        self._pids = pids
        self._started = time.monotonic()
        self._first_page = 0

    async def take(self) -> Sample:
        at_seconds = time.monotonic() - self._started
        resident = {name: resident_bytes(pid, name == POSTGRES) for name, pid in self._pids().items()}
        lags = await self._stream.lags()
        async with self._pool.connection() as connection:
            sizes = await _queries.one(connection, "fetch_sizes")
            assert sizes is not None
            holder = await _queries.one(connection, "fetch_holder")
            newest = await _queries.one(connection, "measure_newest", first_page=self._first_page)
        assert newest is not None
        self._first_page = sizes["pages"]
        p50_ms, p99_ms, longest_ms = (
            [value * 1000 for value in newest["arrival"]] if newest["frames"] else [None, None, None]
        )
        return Sample(
            at_seconds=at_seconds,
            resident_bytes=resident,
            lag_records=dict(lags),
            database_bytes=sizes["database_bytes"],
            frames=newest["frames"],
            p50_ms=p50_ms,
            p99_ms=p99_ms,
            longest_ms=longest_ms,
            held_back_by=holder["application_name"] if holder else "",
            held_back_seconds=holder["seconds"] if holder else 0.0,
        )


def resident_bytes(pid: int, with_children: bool) -> int:
    """0 where the process has just ended."""
    try:
        process = psutil.Process(pid)
        if not with_children:
            return int(process.memory_info().rss)
        return sum(_share(one) for one in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def _share(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
