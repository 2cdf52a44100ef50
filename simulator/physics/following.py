"""Values that follow others with a delay: the one recursion that arrays do not do."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def follow(target: Floats, start: float, share: float) -> Floats:
    """y[k] = y[k-1] + share · (target[k] − y[k-1]), from `start`; shape (n,)."""
    steps = accumulate(target.tolist(), lambda now, wanted: now + share * (wanted - now), initial=start)
    return np.fromiter(steps, np.float64, len(target) + 1)[1:]


def bounded_sum(changes: Floats, start: float, low: float, high: float) -> Floats:
    """Running sum of changes that never leaves [low, high], as a battery or a tank; shape (n,)."""
    if low <= start + float(np.min(np.cumsum(changes))) and start + float(np.max(np.cumsum(changes))) <= high:
        return start + np.cumsum(changes)
    steps = accumulate(changes.tolist(), lambda now, more: min(high, max(low, now + more)), initial=start)
    return np.fromiter(steps, np.float64, len(changes) + 1)[1:]
