"""Which free visits can be shown at all, found without looking at every day of every workshop. Pure.

What a visit costs by its place is known before the days of a workshop are looked at; what it costs because it is late
only grows from day to day; and no other part of a cost is below nothing. Once as many visits as `rank` looks at are
cheaper than that, the later ones of a workshop cannot be shown. Its first always counts: it may be the soonest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from itertools import takewhile
from typing import Final

from booking_api.models import Wishes, Workshop
from booking_api.ranking import (
    DEFAULT_WEIGHTS,
    MAXIMUM_SLOTS,
    Candidate,
    Need,
    Weights,
    distances_km,
    expected_cost,
    place_cost,
    pressing_cost,
)

LOOKED_AT: Final = 2 * MAXIMUM_SLOTS
Visits = Callable[[Workshop], Iterator[Candidate]]
"""The free visits of a workshop in order of time."""


def shortlist(
    workshops: Sequence[Workshop], visits: Visits, need: Need, wishes: Wishes, weights: Weights = DEFAULT_WEIGHTS
) -> tuple[list[Candidate], bool]:
    """All that `rank` would show of everything that is free before the limit.

    Where nothing is, of everything there is, and True: better late than no visit.
    """
    distances = distances_km(workshops, wishes)
    nearest_first = sorted(workshops, key=lambda one: distances.get(one.workshop_id, 0.0))
    for limit in dict.fromkeys((need.limit_minute, None)):
        kept = _Kept(need, wishes, distances, weights)
        for workshop in nearest_first:
            kept.look_at(workshop, _until(limit, visits(workshop)))
        if found := kept.chosen():
            return found, limit != need.limit_minute
    return [], False


def _until(limit: int | None, visits: Iterator[Candidate]) -> Iterator[Candidate]:
    return visits if limit is None else takewhile(lambda one: one.start_minute <= limit, visits)


@dataclass(slots=True)
class _Kept:
    need: Need
    wishes: Wishes
    distances: Mapping[str, float]
    weights: Weights
    scored: list[tuple[float, Candidate]] = field(default_factory=list)
    cheapest: list[float] = field(default_factory=list)
    """A heap of the LOOKED_AT lowest costs, negated: the highest of them comes first."""

    def look_at(self, workshop: Workshop, visits: Iterator[Candidate]) -> None:
        """In order of distance: of the nearest that has a visit all are looked at, for one of them is `closest`."""
        place = place_cost(workshop, self.distances.get(workshop.workshop_id), self.wishes, self.weights)
        nearest = not self.scored
        for number, one in enumerate(visits):
            pressing = pressing_cost(one.start_minute, self.need, self.weights)
            if number and not nearest and place + pressing > self._limit():
                return
            self._keep(one)

    def _keep(self, one: Candidate) -> None:
        cost = expected_cost(one, self.need, self.wishes, self.distances, self.weights)
        self.scored.append((cost, one))
        if len(self.cheapest) < LOOKED_AT:
            heappush(self.cheapest, -cost)
        else:
            heappushpop(self.cheapest, -cost)

    def _limit(self) -> float:
        """What costs more than this is not among the cheapest."""
        return -self.cheapest[0] if len(self.cheapest) == LOOKED_AT else math.inf

    def chosen(self) -> list[Candidate]:
        """The cheapest, the soonest, and those of the nearest workshop."""
        if not self.scored:
            return []
        limit, nearest = self._limit(), self.scored[0][1].workshop.workshop_id
        soonest = min(one.start_minute for _, one in self.scored)
        return [
            one
            for cost, one in self.scored
            if cost <= limit or one.start_minute == soonest or one.workshop.workshop_id == nearest
        ]
