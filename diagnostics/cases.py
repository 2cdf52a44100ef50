"""One car of a batch: what is new of it, where diagnostics stands with it, what this batch derives. Pure.

Samples are judged in steps of two minutes of the car's time: those of the step that its newest instant lies in wait for
the next one. So a car that sends every few seconds costs one judgement in two minutes, and what is judged follows from
what is stored. A car that has told that its trip is over says no more of its step, so that is judged at once. Steps
begin at another instant for each twelfth of the cars: clocks agree, and a whole fleet would else be due in one moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from zlib import crc32

from diagnostics.history import Car, Item, Moment, ParkedReading, Trip, in_order
from diagnostics.parked import HOUR_SECONDS
from diagnostics.samples import BIN_SECONDS
from diagnostics.spans import Span, before, down_to, merged
from diagnostics.trips import TRIP_GAP_SECONDS

STEP_SECONDS: Final = 120.0
"""A judgement costs about as much for two minutes as for one; a sudden fault can wait for the second."""

JOINS_SECONDS: Final = TRIP_GAP_SECONDS + STEP_SECONDS
"""A trip that ended longer ago than this before the mark goes on no more."""


@dataclass(slots=True)
class Touched:
    """What is new of one car: spans of samples and of events, whether codes are among it, and when a trip was over."""

    samples: list[Span] = field(default_factory=list)
    events: list[Span] = field(default_factory=list)
    codes: bool = False
    newest_s: float = 0.0
    over_s: float | None = None


class Told(NamedTuple):
    """A moment, and what the car said of it as JSON text, which is what is stored."""

    moment: Moment
    kind: str
    details: str


@dataclass(slots=True)
class Case:
    vehicle_id: int
    car: Car
    touched: Touched
    judged_until_s: float | None = None
    folded_until_s: float | None = None
    judgement: str | None = None
    revision: str | None = None
    gone: list[Trip] = field(default_factory=list)
    """Trips that the stored rows do not give any more, or not so."""
    trips: list[Trip] = field(default_factory=list)
    parked: list[ParkedReading] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def mark_s(self) -> float:
        """Samples before it are judged in this batch."""
        mark_s = self._step_of(max(self.touched.newest_s, self.judged_until_s or 0.0))
        over_s = self.touched.over_s
        return mark_s if over_s is None else max(mark_s, self._step_of(over_s) + STEP_SECONDS)

    def _step_of(self, instant_s: float) -> float:
        """When the car's step began that an instant lies in."""
        offset_s = crc32(self.car.vin.encode()) * BIN_SECONDS % STEP_SECONDS
        return down_to(instant_s - offset_s, STEP_SECONDS) + offset_s

    def spans(self) -> list[Span]:
        """Of samples to read: what is touched, and what waited for its minute to be over."""
        waited = []
        if self.judged_until_s is not None:
            waited = [Span(self.judged_until_s, self.judged_until_s + STEP_SECONDS)]
        return before(merged([*self.touched.samples, *waited], JOINS_SECONDS), self.mark_s)

    @property
    def is_idle(self) -> bool:
        """Nothing of it is due; a car that is not known yet is noted, so that what waits is found."""
        told = self.touched.events or self.touched.codes or self.judged_until_s is None
        return not told and not self.spans()

    def derived(self) -> list[Item]:
        return [*self.trips, *self.parked, *(told.moment for told in self.told)]

    def is_late(self) -> bool:
        """Whether something is new or gone among what the judgement has taken already."""
        until_s = self.folded_until_s
        return until_s is None or any(item.at_s < until_s for item in (*self.gone, *self.derived()))

    def items(self, stored: Sequence[Item]) -> list[Item] | None:
        """What was stored with what is derived now in place of it; None where that is the same."""
        fresh = self.derived()
        known = {_key(item): item for item in stored}
        changed = [item for item in fresh if known.get(_key(item)) != item]
        gone = {_key(trip) for trip in self.gone}
        if not changed and not gone & known.keys():
            return None
        kept = {key: item for key, item in known.items() if key not in gone}
        return in_order([*(kept | {_key(item): item for item in fresh}).values()])

    def fold_until_s(self, items: Sequence[Item]) -> float:
        """Before it nothing changes but by late data: no open trip, no hour that is not over."""
        until_s = self.mark_s - JOINS_SECONDS
        starts = [item.started_s for item in items if isinstance(item, Trip) and item.ended_s >= until_s]
        return down_to(min([until_s, *starts]), HOUR_SECONDS)


def _key(item: Item) -> Any:
    return type(item), item.started_s if isinstance(item, Trip) else item.at_s
