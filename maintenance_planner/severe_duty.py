"""Whether a car is used so hard that its intervals are shortened, from the summaries of its trips. Pure.

The rules and their thresholds are handbook 7.2's defaults; any one is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from maintenance_planner.models import Texts, Trip

FEWEST_TRIPS: Final = 20
"""About a week of use; fewer say nothing of a habit."""

SHORT_TRIP_KM: Final = 8.0
COLD_SHORT_SHARE: Final = 0.5
IDLE_SHARE: Final = 0.3
SLOW_KMH: Final = 25.0


def severe_duty(trips: Sequence[Trip]) -> tuple[Texts, ...]:
    """What makes the duty severe, in words; empty where nothing does."""
    seconds = sum(trip.driving_s + trip.idle_s for trip in trips)
    if len(trips) < FEWEST_TRIPS or seconds <= 0:
        return ()
    found = (_cold_and_short(trips), _idling(trips, seconds), _slow(trips, seconds))
    return tuple(text for text in found if text)


def _cold_and_short(trips: Sequence[Trip]) -> Texts | None:
    share = sum(map(_is_cold_and_short, trips)) / len(trips)
    if share <= COLD_SHORT_SHARE:
        return None
    return Texts(
        en=f"{share:.0%} of the trips were shorter than {SHORT_TRIP_KM:.0f} km below 0 °C",
        zh=f"{share:.0%} 的行程在 0 °C 以下且短于 {SHORT_TRIP_KM:.0f} 公里",
    )


def _is_cold_and_short(trip: Trip) -> bool:
    ambient_c = trip.minimum_ambient_temperature_c
    return trip.distance_km < SHORT_TRIP_KM and ambient_c is not None and ambient_c < 0


def _idling(trips: Sequence[Trip], seconds: float) -> Texts | None:
    share = sum(trip.idle_s for trip in trips) / seconds
    if share <= IDLE_SHARE:
        return None
    return Texts(en=f"{share:.0%} of the running time was idling", zh=f"怠速占运行时间的 {share:.0%}")


def _slow(trips: Sequence[Trip], seconds: float) -> Texts | None:
    mean_kmh = sum(trip.distance_km for trip in trips) / (seconds / 3600)
    if mean_kmh >= SLOW_KMH:
        return None
    return Texts(en=f"the mean speed was {mean_kmh:.0f} km/h", zh=f"平均车速为 {mean_kmh:.0f} 公里/小时")
