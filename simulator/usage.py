"""When a driver drives: the trips of a day by kind of use. Local time is taken as UTC."""

from __future__ import annotations

import random
from typing import Final, NamedTuple

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS


class PlannedTrip(NamedTuple):
    starts_at_ms: int
    kind: str
    minutes: float


DAYS: Final = {  # (hour, spread in hours, kind, minutes, spread, chance on a working day, chance on a free day)
    "commuter": (
        (7.4, 0.4, "commute", 28, 6, 0.95, 0.1),
        (17.2, 0.7, "commute", 31, 8, 0.95, 0.1),
        (19.0, 0.8, "short", 12, 4, 0.25, 0.2),
        (10.5, 1.2, "regional", 45, 15, 0.03, 0.45),
    ),
    "occasional": ((10.2, 1.5, "short", 13, 4, 0.35, 0.45), (15.5, 1.5, "commute", 25, 8, 0.3, 0.4)),
    "family": (
        (7.8, 0.3, "short", 14, 3, 0.9, 0.1),
        (8.6, 0.3, "short", 12, 3, 0.6, 0.1),
        (15.8, 0.6, "commute", 22, 6, 0.8, 0.4),
        (18.3, 0.8, "short", 13, 4, 0.5, 0.4),
        (11.0, 1.0, "regional", 50, 15, 0.02, 0.4),
    ),
    "delivery": ((8.0, 0.3, "rounds", 110, 20, 0.95, 0.3), (13.2, 0.4, "rounds", 120, 25, 0.95, 0.2)),
    "long_distance": (
        (6.8, 0.5, "long", 95, 30, 0.75, 0.15),
        (16.6, 1.0, "long", 95, 30, 0.75, 0.15),
        (12.5, 1.0, "short", 12, 4, 0.2, 0.3),
    ),
}


def trips_of_day(usage: str, day: int, chance: random.Random) -> list[PlannedTrip]:
    """The trips of the `day`-th day since 1970, ascending, not overlapping."""
    free = (day + 3) % 7 >= 5
    trips: list[PlannedTrip] = []
    free_from = day * _DAY_MS
    for hour, spread, kind, minutes, scatter, on_working_day, on_free_day in DAYS[usage]:
        happens = chance.random() < (on_free_day if free else on_working_day)
        start = day * _DAY_MS + int((hour + chance.gauss(0, spread / 2)) * _HOUR_MS)
        length = max(6.0, chance.gauss(minutes, scatter))
        kind = "jammed" if kind == "commute" and chance.random() < 0.12 else kind
        if happens:
            start = max(start, free_from)
            trips.append(PlannedTrip(start, kind, length))
            free_from = start + int(length * 60_000 * 1.6) + 15 * 60_000
    return trips
