"""Driving samples to trips, and a trip to what it says. Pure."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from typing import Final

import numpy as np

from diagnostics.features import FAMILIES
from diagnostics.history import Car, Trip
from diagnostics.samples import Samples

TRIP_GAP_SECONDS: Final = 600


def split_trips(samples: Samples) -> list[Samples]:
    """Driving samples in runs without a gap of more than ten minutes."""
    if not len(samples):
        return []
    edges = [0, *(np.flatnonzero(np.diff(samples.at_s) > TRIP_GAP_SECONDS) + 1).tolist(), len(samples)]
    return [samples.part(start, stop) for start, stop in pairwise(edges)]


def describe(trip: Samples, car: Car) -> Trip:
    """Every feature that the trip's samples give, rounded to four places so that each derivation says the same."""
    known = {
        name: round(float(value), 4)
        for features in FAMILIES
        for name, value in features(trip, car).items()
        if isfinite(value)
    }
    return Trip(float(trip.at_s[0]), float(trip.at_s[-1]), known)
