"""How fast a car covers distance, and when its odometer will have reached a number. Pure.

Readings are cut where an odometer does what no car does (it falls, or gains more than 2,000 km in a day): a replaced
instrument, a rollback or a broken value. Speeds are taken within the pieces only, so none of these moves them. The
speed is a Theil-Sen slope over pairs 7 to 14 days apart: whole weeks, so that quiet weekends count as what they are.
Limit: a reading that jumps is believed once a second day confirms it; until then the piece before it counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maintenance_planner.models import OdometerReading

MOST_KM_PER_DAY: Final = 2_000.0
"""24 hours at 83 km/h; no car of a fleet does more."""

ROUNDING_KM: Final = 1.0
"""An odometer that is told in whole kilometres may fall by so much."""

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
    """When an odometer is reached; None: not within ten years."""

    earliest_at: datetime | None
    likely_at: datetime | None
    latest_at: datetime | None


@dataclass(frozen=True, slots=True)
class OdometerProjection:
    """The odometer at one instant and how many kilometres a day are added."""

    at: datetime
    odometer_km: float
    km_per_day: Estimate

    def odometer_at(self, instant: datetime) -> Estimate:
        days = (instant - self.at).total_seconds() / _DAY_SECONDS
        low, likely, high = sorted(self.odometer_km + days * rate for rate in self.km_per_day)
        return Estimate(low, likely, high)

    def reached(self, odometer_km: float) -> Arrival:
        """For a number that is passed already: when it will have been passed, at this speed."""
        ahead_km = odometer_km - self.odometer_km
        instants = [self._instant(ahead_km, rate) for rate in self.km_per_day]
        return Arrival(*(instants if ahead_km < 0 else reversed(instants)))

    def _instant(self, ahead_km: float, rate: float) -> datetime | None:
        if ahead_km > rate * HORIZON_DAYS:
            return None
        if ahead_km < -rate * KNOWN_DAYS:
            return self.at - timedelta(days=KNOWN_DAYS)
        return self.at + timedelta(days=ahead_km / rate) if ahead_km else self.at


def project(readings: Sequence[OdometerReading], in_service_on: date) -> OdometerProjection | None:
    """From readings in the order of time, one a day; None where there is none.

    Without two readings of one piece, the speed is the mean over the car's life.
    """
    if not readings:
        return None
    pieces = _pieces(readings)
    newest = next((piece for piece in reversed(pieces) if len(piece) > 1), pieces[-1])[-1]
    since = newest.recorded_at - timedelta(days=RECENT_DAYS)
    recent = [[reading for reading in piece if reading.recorded_at >= since] for piece in pieces]
    enough = sum(map(len, recent)) >= ENOUGH_RECENT_READINGS
    slopes = _slopes(recent if enough else pieces)
    rate = _estimate(slopes) if len(slopes) else _rate_of_life(newest, in_service_on)
    return OdometerProjection(newest.recorded_at, newest.odometer_km, rate)


def _pieces(readings: Sequence[OdometerReading]) -> list[list[OdometerReading]]:
    pieces = [[readings[0]]]
    for before, after in itertools.pairwise(readings):
        if not _is_plausible(before, after):
            pieces.append([])
        pieces[-1].append(after)
    return pieces


def _is_plausible(before: OdometerReading, after: OdometerReading) -> bool:
    days = max(_days(before, after), 1.0)
    return -ROUNDING_KM <= after.odometer_km - before.odometer_km <= MOST_KM_PER_DAY * days


def _days(before: OdometerReading, after: OdometerReading) -> float:
    return (after.recorded_at - before.recorded_at).total_seconds() / _DAY_SECONDS


def _slopes(pieces: Sequence[Sequence[OdometerReading]]) -> NDArray[np.float64]:
    """Kilometres a day over pairs of a week or two; where there is none, over each piece as a whole."""
    found = [_pair_slopes(piece) for piece in pieces if len(piece) > 1]
    if sum(map(len, found)):
        return np.concatenate(found)
    whole = [
        (piece[-1].odometer_km - piece[0].odometer_km) / _days(piece[0], piece[-1]) for piece in pieces if piece[1:]
    ]
    return np.array([max(slope, 0.0) for slope in whole])


def _pair_slopes(piece: Sequence[OdometerReading]) -> NDArray[np.float64]:
    days = np.array([reading.recorded_at.timestamp() for reading in piece]) / _DAY_SECONDS
    km = np.array([reading.odometer_km for reading in piece])
    first, second = np.triu_indices(len(piece), 1)
    span = days[second] - days[first]
    near = (span >= 7.0 - 0.5) & (span <= 14.0 + 0.5)
    slopes: NDArray[np.float64] = np.maximum((km[second] - km[first])[near] / span[near], 0.0)
    return slopes


def _estimate(slopes: NDArray[np.float64]) -> Estimate:
    low, likely, high = np.quantile(slopes, (0.1, 0.5, 0.9))
    return Estimate(float(low), float(likely), float(high))


def _rate_of_life(newest: OdometerReading, in_service_on: date) -> Estimate:
    days = max((newest.recorded_at.date() - in_service_on).days, 1)
    rate = min(max(newest.odometer_km, 0.0) / days, MOST_KM_PER_DAY)
    return Estimate(rate, rate, rate)
