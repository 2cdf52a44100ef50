"""The distance that sound cars reach no more often than at a stated rate, from cars of which some may be faulty. Pure.

Each car's calibration time is cut into blocks of thirty days. Distances are standard normal numbers where windows are
normally spread, and cars differ more from each other than a car from itself, so the highest lasting distances of the
blocks are taken as normally spread too. Mean and spread come from the 30 % and the 80 % quantile of all blocks: one
faulty car in ten moves neither by much. The quantile that the rate asks for is read off that curve. It is an
extrapolation: what sound cars really have to hear is measured by `servicelane evaluate models`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import NormalDist
from typing import Final

import numpy as np

BLOCK_DAYS: Final = 30.0
_YEAR_DAYS: Final = 365.25
_LOWER, _UPPER = 0.30, 0.80
_LEAST_SPREAD: Final = 0.15
_LEAST_DISTANCE: Final = 3.0
_LEAST_BLOCKS: Final = 8


class TooFewBlocksError(ValueError):
    """The calibration time holds too little; the message says how much is needed."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """`blocks_above` of `blocks` lie above `distance`: faulty cars, or false alarms."""

    distance: float
    location: float
    spread: float
    blocks: int
    blocks_above: int


def threshold_of(highest: Sequence[float], alarms_per_car_year: float) -> Threshold:
    """`highest` lasting distance of every block. Raises TooFewBlocksError below eight blocks."""
    if len(highest) < _LEAST_BLOCKS:
        raise TooFewBlocksError(f"{len(highest)} blocks of {BLOCK_DAYS:.0f} days; {_LEAST_BLOCKS} are needed")
    low, high = np.quantile(np.array(highest), [_LOWER, _UPPER])
    spread = max(_LEAST_SPREAD, float(high - low) / (_usual(_UPPER) - _usual(_LOWER)))
    location = float(low) - spread * _usual(_LOWER)
    quiet = exp(-alarms_per_car_year * BLOCK_DAYS / _YEAR_DAYS)
    distance = max(_LEAST_DISTANCE, location + spread * _usual(quiet))
    return Threshold(distance, location, spread, len(highest), sum(one > distance for one in highest))


def _usual(share: float) -> float:
    return NormalDist().inv_cdf(share)
