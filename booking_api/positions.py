"""How far it is. Pure."""

from __future__ import annotations

import math
from typing import Final

from booking_api.models import Position

EARTH_RADIUS_KM: Final = 6371.0


def haversine_km(one: Position, other: Position) -> float:
    """The distance as the crow flies, on a sphere."""
    latitudes = math.radians(one.latitude_deg), math.radians(other.latitude_deg)
    half_lat = (latitudes[1] - latitudes[0]) / 2
    half_lon = math.radians(other.longitude_deg - one.longitude_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
