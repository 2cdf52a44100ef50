"""What a run's samples say: what each process holds, what waits, how long a frame takes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.soak.flatness import Line, lag_line, memory_line
from benchmarks.soak.samples import Sample
from benchmarks.soak.soaking import FRAMES_PER_MESSAGE, Soaked


@dataclass(frozen=True, slots=True)
class Verdict:
    """Memory in bytes by process, lag in records by group. `database_bytes_per_frame` is growth over frames stored."""

    memory: dict[str, Line]
    lag: dict[str, Line]
    p99_ms: float
    longest_ms: float
    database_bytes_per_frame: float
    lost: int
    repeated: int

    @property
    def is_flat(self) -> bool:
        return all(line.is_flat for line in (*self.memory.values(), *self.lag.values()))

    @property
    def is_exact(self) -> bool:
        return self.lost == self.repeated == 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "flat": self.is_flat,
            "exact": self.is_exact,
            "memory": {name: line.as_dict() for name, line in self.memory.items()},
            "lag": {name: line.as_dict() for name, line in self.lag.items()},
            "p99_ms": self.p99_ms,
            "longest_ms": self.longest_ms,
            "database_bytes_per_frame": self.database_bytes_per_frame,
            "lost": self.lost,
            "repeated": self.repeated,
        }


def judge(soaked: Soaked) -> Verdict:
    """Raises ValueError where the run was too short to say."""
    samples = soaked.samples
    times = [one.at_seconds for one in samples]
    messages_per_second = soaked.frames_per_second / FRAMES_PER_MESSAGE
    memory = {
        name: memory_line(times, [one.resident_bytes.get(name, 0) for one in samples]) for name in _names(samples)
    }
    groups = sorted({group for one in samples for group in one.lag_records})
    lag = {
        group: lag_line(times, [one.lag_records.get(group, 0) for one in samples], messages_per_second)
        for group in groups
    }
    frames = sum(one.frames for one in samples[1:])
    return Verdict(
        memory=memory,
        lag=lag,
        p99_ms=weighted_p99(samples),
        longest_ms=max((one.longest_ms for one in samples if one.longest_ms is not None), default=0.0),
        database_bytes_per_frame=(samples[-1].database_bytes - samples[0].database_bytes) / max(frames, 1),
        lost=soaked.sent - soaked.stored - soaked.quarantined,
        repeated=soaked.repeated,
    )


def weighted_p99(samples: Sequence[Sample]) -> float:
    """Of the samples' own 99th percentiles the value that 99 % of the frames stay below or at."""
    known = sorted((one.p99_ms, one.frames) for one in samples if one.p99_ms is not None)
    total = sum(frames for _, frames in known)
    passed = 0
    for p99_ms, frames in known:
        passed += frames
        if passed >= 0.99 * total:
            return p99_ms
    return 0.0


def _names(samples: Sequence[Sample]) -> list[str]:
    return sorted({name for one in samples for name in one.resident_bytes})
