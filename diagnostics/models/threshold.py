"""The distance that sound cars reach no more often than at a stated rate, from cars of which some may be faulty. Pure.

Each car's calibration time is cut into blocks of thirty days. Distances are standard normal numbers where windows are
normally spread, and cars differ more from each other than a car from itself, so the highest lasting distances of the
blocks are taken as normally spread too. Mean and spread come from the 30 % and the 80 % quantile of all blocks: one
faulty car in ten moves neither by much. What is asked for is a limit for a car that is not among them, so it is read
off Student's distribution, as a prediction interval is: few cars know their spread badly. Blocks of one car are alike
and count as one. It is an extrapolation: what sound cars really have to hear is measured by `servicelane evaluate
models`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
from scipy.stats import t as student

BLOCK_DAYS: Final = 30.0
_YEAR_DAYS: Final = 365.25
_LOWER, _UPPER = 0.30, 0.80
_LEAST_SPREAD: Final = 0.15
_LEAST_DISTANCE: Final = 3.0
_LEAST_BLOCKS: Final = 8
_KNOWN_FREEDOM: Final = 12.0
"""What it is worth that distances are made to be standard normal numbers, so that their spread is not all unknown
[default, calibrate]."""
_CARS_OF_A_FREEDOM: Final = 2.7
"""The variance of a spread s from these two quantiles of n normal numbers is 1.36 s²/n, that of one with f degrees of
freedom s²/2f (variances and covariance of sample quantiles)."""
_MIDDLE: Final = 2.0
"""The variance of a mean from them is about 2 s²/n."""


class TooFewBlocksError(ValueError):
    """The calibration time holds too little; the message says how much is needed."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """`blocks_above` of `blocks` of `cars` lie above `distance`: faulty cars, or false alarms."""

    distance: float
    location: float
    spread: float
    blocks: int
    blocks_above: int
    cars: int


def threshold_of(highest: Sequence[float], cars: int, alarms_per_car_year: float) -> Threshold:
    """`highest` lasting distance of every block of so many cars. Raises TooFewBlocksError below eight blocks."""
    if len(highest) < _LEAST_BLOCKS:
        raise TooFewBlocksError(f"{len(highest)} blocks of {BLOCK_DAYS:.0f} days; {_LEAST_BLOCKS} are needed")
    low, high = np.quantile(np.array(highest), [_LOWER, _UPPER])
    spread = max(_LEAST_SPREAD, float(high - low) / (_usual(_UPPER) - _usual(_LOWER)))
    location = float(low) - spread * _usual(_LOWER)
    quiet = exp(-alarms_per_car_year * BLOCK_DAYS / _YEAR_DAYS)
    distance = max(_LEAST_DISTANCE, location + spread * _of_a_new_car(quiet, cars))
    return Threshold(distance, location, spread, len(highest), sum(one > distance for one in highest), cars)


def _of_a_new_car(share: float, cars: int) -> float:
    """In spreads above the mean, what a further car stays below with this probability."""
    freedom = _KNOWN_FREEDOM + cars / _CARS_OF_A_FREEDOM
    return float(student.ppf(share, freedom)) * sqrt(1.0 + _MIDDLE / cars)


def _usual(share: float) -> float:
    return NormalDist().inv_cdf(share)
