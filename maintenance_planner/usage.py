"""How a car is driven: trips, cold starts, short trips, idling, load, from the summaries of its trips. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from maintenance_planner.models import Trip

SHORT_TRIP_KM: Final = 8.0
"""Handbook 7.2 (5 miles): oil does not get warm below."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Of the last 90 days. Shares are of trips; `idle_share` is of the running time, `towing_share` of the days in use.

    `fuel_l_per_100km` and `revolutions_per_km` tell the load; None where the car does not say.
    """

    trips: int
    distance_km: float
    running_s: float
    cold_start_share: float
    short_share: float
    cold_short_share: float
    idle_share: float
    mean_kmh: float
    fuel_l_per_100km: float | None
    revolutions_per_km: float | None
    towing_share: float = 0.0


NOT_SEEN: Final = Usage(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, None, None)


def usage_of(trips: Sequence[Trip], towing_share: float = 0.0) -> Usage:
    """Of no trip at all: NOT_SEEN. Divisions by nothing give 0."""
    if not trips:
        return NOT_SEEN
    distance_km = sum(trip.distance_km for trip in trips)
    idle_s = sum(trip.idle_s for trip in trips)
    running_s = sum(trip.driving_s for trip in trips) + idle_s
    return Usage(
        trips=len(trips),
        distance_km=distance_km,
        running_s=running_s,
        cold_start_share=sum(trip.cold_start for trip in trips) / len(trips),
        short_share=sum(trip.distance_km < SHORT_TRIP_KM for trip in trips) / len(trips),
        cold_short_share=sum(map(_is_cold_and_short, trips)) / len(trips),
        idle_share=idle_s / running_s if running_s > 0 else 0.0,
        mean_kmh=distance_km / (running_s / 3600) if running_s > 0 else 0.0,
        fuel_l_per_100km=_per_km([(trip.fuel_l, trip.distance_km) for trip in trips], 100.0),
        revolutions_per_km=_per_km([(trip.engine_revolutions, trip.distance_km) for trip in trips], 1.0),
        towing_share=towing_share,
    )


def _is_cold_and_short(trip: Trip) -> bool:
    ambient_c = trip.minimum_ambient_temperature_c
    return trip.distance_km < SHORT_TRIP_KM and ambient_c is not None and ambient_c < 0


def _per_km(amounts: Sequence[tuple[float | None, float]], unit_km: float) -> float | None:
    known = [(amount, km) for amount, km in amounts if amount is not None]
    distance_km = sum(km for _, km in known)
    return sum(amount for amount, _ in known) / distance_km * unit_km if distance_km > 0 else None
