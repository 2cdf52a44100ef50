"""Robust lines through few points. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from diagnostics.samples import Floats

Places = npt.NDArray[np.intp]


class Trend(NamedTuple):
    """Slope per day, the value on the line at the last point, and one standard error of the slope."""

    per_day: float
    last: float
    error_per_day: float


def theil_sen(at_s: Floats, values: Floats, least_spread: float = 0.0) -> Trend:
    """The median of all pairwise slopes: up to 29 % of wild points do not move it. Needs two instants at least.

    The error is that of a least-squares line with the median absolute deviation of the residuals (times 1.4826), or
    `least_spread` where that is more: few points can agree by chance.
    """
    days = (at_s - at_s[-1]) / 86_400.0
    first, second = _pairs(len(days))
    apart = days[second] - days[first]
    slopes = (values[second] - values[first])[apart > 0] / apart[apart > 0]
    per_day = _median(slopes)
    last = _median(values - per_day * days)
    spread = max(least_spread, 1.4826 * _median(np.abs(values - last - per_day * days)))
    scale = float(np.sqrt(np.sum((days - days.mean()) ** 2)))
    return Trend(per_day, last, spread / scale if scale else float("inf"))


@lru_cache(64)
def _pairs(count: int) -> tuple[Places, Places]:
    first, second = np.triu_indices(count, 1)
    return first, second


def _median(values: Floats) -> float:
    """That of numpy takes ten times as long for few values."""
    ordered = np.sort(values)
    return float((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)
