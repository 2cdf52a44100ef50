"""Which share of an average month's distance a car drives in each month of the year. Pure.

A year has to be known. Each month is drawn towards the average by ten days of average driving, so that one journey does
not make a season.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from maintenance_planner.models import OdometerReading

KNOWN_DAYS: Final = 365
DRAWN_TO_AVERAGE_DAYS: Final = 10.0
LEAST_SHARE, MOST_SHARE = 0.3, 3.0


@dataclass(frozen=True, slots=True)
class Seasons:
    """`shares` from January to December, 1.0 on average."""

    shares: tuple[float, ...]

    def mean(self, readings: Sequence[OdometerReading]) -> float:
        """Over the span of these readings."""
        first, last = readings[0].recorded_at, readings[-1].recorded_at
        days = max((last - first).days, 1)
        return sum(self.shares[(first + timedelta(days=day)).month - 1] for day in range(days)) / days


EVEN: Final = Seasons((1.0,) * 12)


def seasons_of(readings: Sequence[OdometerReading]) -> Seasons:
    """From distances in the order of time; EVEN where less than a year is known."""
    if not readings or readings[-1].recorded_at - readings[0].recorded_at < timedelta(days=KNOWN_DAYS):
        return EVEN
    instants = np.array([reading.recorded_at.timestamp() for reading in readings]) / 86_400.0
    km = np.array([reading.odometer_km for reading in readings])
    first, last = int(np.ceil(instants[0])), int(instants[-1])
    daily_km = np.diff(np.interp(np.arange(first, last + 1), instants, km))
    average = float(daily_km.mean())
    if average <= 0:
        return EVEN
    months = np.arange(first, last).astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    days = np.bincount(months, minlength=12)
    driven = np.bincount(months, weights=daily_km, minlength=12)
    shares = (driven + average * DRAWN_TO_AVERAGE_DAYS) / (average * (days + DRAWN_TO_AVERAGE_DAYS))
    shares = np.clip(shares, LEAST_SHARE, MOST_SHARE)
    return Seasons(tuple(float(share) for share in shares / shares.mean()))
