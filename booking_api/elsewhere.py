"""A car is at one place at a time: while it has a visit, nobody anywhere can work on it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from booking_api.models import Workshop

Span = tuple[int, int]
"""From, until, in minutes since 1970."""


def without_car(workshops: Sequence[Workshop], visits: Sequence[Span]) -> list[Workshop]:
    """As the workshops look to this car: everybody is away while it is elsewhere."""
    if not visits:
        return list(workshops)
    return [
        replace(
            workshop,
            resources=tuple(replace(one, absences=(*one.absences, *visits)) for one in workshop.resources),
        )
        for workshop in workshops
    ]
