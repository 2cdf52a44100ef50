"""The longest time for which something held without a break, bin by bin. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from diagnostics.samples import BIN_SECONDS, Floats, Mask
from diagnostics.trip_states import Followed


class _Stretch(NamedTuple):
    """The longest so far, and the one that lasts: where it began, and its last bin."""

    longest_s: float = 0.0
    since_s: float | None = None
    last_s: float = 0.0


def stretch(holds: Mask, rows: Mask, at_s: Floats) -> Followed:
    """Among the bins of `rows`; one of them for which it does not hold breaks it, and a gap of three bins."""
    return Followed(_step, rows, (at_s, holds))


def seconds(come_to: Iterable[_Stretch | None]) -> Floats:
    return np.array([one.longest_s if one else 0.0 for one in come_to])


def _step(before: _Stretch | None, at_s: Sequence[float], holds: Sequence[bool]) -> _Stretch:
    before = before or _NONE
    if before.since_s is None and True not in holds:
        return before
    longest_s, since_s, last_s = before
    for now_s, held in zip(at_s, holds, strict=True):
        if not held:
            since_s = None
            continue
        if since_s is None or now_s - last_s > 3 * BIN_SECONDS:
            since_s = now_s
        last_s = now_s
        longest_s = max(longest_s, last_s - since_s + BIN_SECONDS)
    return _Stretch(longest_s, since_s, last_s)


_NONE = _Stretch()
