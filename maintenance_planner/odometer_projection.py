"""How fast a car covers distance, and when it will have covered a number of kilometres. Pure.

Distances are those of `odometer_series`, so no replaced or broken instrument moves a speed. The speed is a Theil-Sen
slope over pairs 7 to 14 days apart: whole weeks, so that quiet weekends count as what they are. Where a year or more is
known, each month of the year has a share of its own (`seasons`), and the future is driven through month by month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maintenance_planner.models import OdometerReading
from maintenance_planner.odometer_series import MOST_KM_ON_A_DAY
from maintenance_planner.seasons import EVEN, Seasons, seasons_of

RECENT_DAYS: Final = 30
ENOUGH_RECENT_READINGS: Final = 15
"""Half a month of days on the road says how the car is used now; with fewer, 90 days are asked (handbook 7.2)."""

HORIZON_DAYS: Final = 3_650
"""What lies further off than ten years is not foretold."""

KNOWN_DAYS: Final = 90
"""So far back the speed is known; what was passed earlier is said to have been passed then."""

_DAY_SECONDS: Final = 86_400.0


class Estimate(NamedTuple):
    """`low` to `high` covers the middle 80 % of the weeks that were seen."""

    low: float
    likely: float
    high: float


class Arrival(NamedTuple):
    """When a distance is reached; None: not within ten years."""

    earliest_at: datetime | None
    likely_at: datetime | None
    latest_at: datetime | None


@dataclass(frozen=True)
class OdometerProjection:
    """The distance at one instant and how many kilometres are added on a day of an average month."""

    at: datetime
    odometer_km: float
    km_per_day: Estimate
    seasons: Seasons = EVEN

    def odometer_at(self, instant: datetime) -> Estimate:
        days = self._average_days((instant - self.at).total_seconds() / _DAY_SECONDS)
        low, likely, high = sorted(self.odometer_km + days * rate for rate in self.km_per_day)
        return Estimate(low, likely, high)

    def reached(self, odometer_km: float) -> Arrival:
        """For a number that is passed already: when it will have been passed, at this speed."""
        ahead_km = odometer_km - self.odometer_km
        instants = [self._instant(ahead_km, rate) for rate in self.km_per_day]
        return Arrival(*(instants if ahead_km < 0 else reversed(instants)))

    def _instant(self, ahead_km: float, rate: float) -> datetime | None:
        if ahead_km < -rate * KNOWN_DAYS:
            return self.at - timedelta(days=KNOWN_DAYS)
        if ahead_km <= 0:
            return self.at + timedelta(days=ahead_km / rate) if ahead_km else self.at
        if ahead_km > rate * self._ahead[-1]:
            return None
        return self.at + timedelta(days=float(np.interp(ahead_km / rate, self._ahead, np.arange(HORIZON_DAYS + 1))))

    def _average_days(self, days: float) -> float:
        """So many days of an average month are in the days to come; the past is counted evenly."""
        if days <= 0 or self.seasons is EVEN:
            return days
        if days > HORIZON_DAYS:
            return float(self._ahead[-1]) + days - HORIZON_DAYS
        return float(np.interp(days, np.arange(HORIZON_DAYS + 1), self._ahead))

    @cached_property
    def _ahead(self) -> NDArray[np.float64]:
        """Of each day from now on: the average days up to it."""
        if self.seasons is EVEN:
            return np.arange(HORIZON_DAYS + 1, dtype=np.float64)
        months = (np.datetime64(self.at.date()) + np.arange(HORIZON_DAYS)).astype("datetime64[M]").astype(int) % 12
        return np.concatenate([[0.0], np.cumsum(np.array(self.seasons.shares)[months])])


def project(readings: Sequence[OdometerReading], in_service_on: date) -> OdometerProjection | None:
    """From distances in the order of time, one a day; None where there is none.

    With one reading only, the speed is the mean over the car's life.
    """
    if not readings:
        return None
    newest = readings[-1]
    recent = _since(readings, newest.recorded_at - timedelta(days=RECENT_DAYS))
    used = (
        recent if len(recent) >= ENOUGH_RECENT_READINGS else _since(readings, newest.recorded_at - timedelta(days=90))
    )
    slopes = _slopes(used if len(used) > 1 else readings[-2:])
    seasons = seasons_of(readings)
    rate = _estimate(slopes, seasons.mean(used)) if len(slopes) else _rate_of_life(newest, in_service_on)
    return OdometerProjection(newest.recorded_at, newest.odometer_km, rate, seasons)


def _since(readings: Sequence[OdometerReading], since: datetime) -> list[OdometerReading]:
    return [reading for reading in readings if reading.recorded_at >= since]


def _slopes(readings: Sequence[OdometerReading]) -> NDArray[np.float64]:
    """Kilometres a day over pairs of a week or two; where there is none, over all of them; none of a single reading."""
    days = np.array([reading.recorded_at.timestamp() for reading in readings]) / _DAY_SECONDS
    km = np.array([reading.odometer_km for reading in readings])
    first, second = np.triu_indices(len(readings), 1)
    span = days[second] - days[first]
    near = (span >= 7.0 - 0.5) & (span <= 14.0 + 0.5)
    whole_days = days[-1] - days[0]
    slopes: NDArray[np.float64] = np.array([])
    if near.any():
        slopes = (km[second] - km[first])[near] / span[near]
    elif whole_days > 0:
        slopes = np.array([(km[-1] - km[0]) / whole_days])
    return np.minimum(np.maximum(slopes, 0.0), MOST_KM_ON_A_DAY)


def _estimate(slopes: NDArray[np.float64], season: float) -> Estimate:
    low, likely, high = np.quantile(slopes, (0.1, 0.5, 0.9)) / season
    return Estimate(float(low), float(likely), float(high))


def _rate_of_life(newest: OdometerReading, in_service_on: date) -> Estimate:
    days = max((newest.recorded_at.date() - in_service_on).days, 1)
    rate = min(max(newest.odometer_km, 0.0) / days, MOST_KM_ON_A_DAY)
    return Estimate(rate, rate, rate)
