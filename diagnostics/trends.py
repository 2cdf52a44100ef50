"""Robust lines through few points. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from diagnostics.samples import Floats


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
    first, second = np.triu_indices(len(days), 1)
    apart = days[second] - days[first]
    slopes = (values[second] - values[first])[apart > 0] / apart[apart > 0]
    per_day = float(np.median(slopes))
    last = float(np.median(values - per_day * days))
    spread = max(least_spread, 1.4826 * float(np.median(np.abs(values - last - per_day * days))))
    scale = float(np.sqrt(np.sum((days - days.mean()) ** 2)))
    return Trend(per_day, last, spread / scale if scale else float("inf"))
