"""Who receives a car at the desk: someone who is there when the visit begins, whom the owner knows if possible. Pure.

An adviser receives many cars and is not claimed by a visit.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from booking_api.models import Resource, Workshop


def receiving(
    workshop: Workshop, on: date, wall_minutes: int, start_minute: int, known_ids: Collection[int]
) -> Resource | None:
    """`wall_minutes` after midnight of the local day; `known_ids`: who has received the car before."""
    there = (
        one
        for one in workshop.resources
        if one.kind == "adviser"
        and not any(begin <= wall_minutes < end for begin, end in one.breaks.get(on.weekday(), ()))
        and not any(begin <= start_minute < end for begin, end in one.absences)
    )
    return min(there, key=lambda one: (one.resource_id not in known_ids, one.resource_id), default=None)
