"""CPU time of this process, best of several runs: what a benchmark compares. Wall time stands beside it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`units` of work cost `cpu_us` microseconds of CPU each, in this process (a server's own CPU is not in it)."""

    part: str
    unit: str
    units: int
    cpu_us: float
    wall_us: float


async def measure(part: str, unit: str, units: int, work: Callable[[], Awaitable[object]], runs: int = 3) -> Figure:
    """The run with the least CPU time."""
    best: tuple[float, float] | None = None
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        await work()
        spent = time.process_time() - cpu, time.perf_counter() - wall
        best = spent if best is None else min(best, spent)
    assert best is not None
    return Figure(part, unit, units, best[0] / units * 1e6, best[1] / units * 1e6)
