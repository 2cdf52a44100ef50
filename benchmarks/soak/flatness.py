"""Whether a figure stays where it is: a straight line through its samples, and how much it rises over the run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

WARM_UP: Final = 0.25
"""Share of a run that is not judged: caches and shared buffers fill."""

RESIDENT_SHARE: Final = 0.05
RESIDENT_BYTES: Final = 16 * 2**20
"""Memory is flat where the line rises by no more than either of these over what is judged: allocators keep a little."""

LAG_SECONDS: Final = 1.0
"""Lag is flat where the line rises by no more than what arrives in this time."""


@dataclass(frozen=True, slots=True)
class Line:
    """Of what is judged: mean, and the rise of the least-squares line from its beginning to its end."""

    mean: float
    rise: float
    allowed: float

    @property
    def is_flat(self) -> bool:
        return self.rise <= self.allowed

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "is_flat": self.is_flat}


def memory_line(at_seconds: Sequence[float], resident_bytes: Sequence[float]) -> Line:
    mean, rise = fit(at_seconds, resident_bytes)
    return Line(mean, rise, max(RESIDENT_BYTES, RESIDENT_SHARE * mean))


def lag_line(at_seconds: Sequence[float], records: Sequence[float], records_per_second: float) -> Line:
    mean, rise = fit(at_seconds, records)
    return Line(mean, rise, LAG_SECONDS * records_per_second)


def fit(at_seconds: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Mean and rise after the warm-up. Raises ValueError for fewer than three samples there."""
    times, figures = np.array(at_seconds, dtype=np.float64), np.array(values, dtype=np.float64)
    judged = times >= times[-1] * WARM_UP if len(times) else np.zeros(0, dtype=bool)
    if judged.sum() < 3:
        raise ValueError("fewer than three samples after the warm-up: run for longer, or sample more often")
    slope, _ = np.polyfit(times[judged], figures[judged], 1)
    return float(figures[judged].mean()), float(slope * (times[judged][-1] - times[judged][0]))
