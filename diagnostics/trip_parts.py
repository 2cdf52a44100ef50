"""New bins of several trips side by side, so that all cars of a batch are looked at in the same numpy calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from diagnostics.history import Car
from diagnostics.samples import SIGNALS, Floats, Mask, firsts

Places = npt.NDArray[np.int64]
CONTEXT: Final = 2
"""Bins before the new ones that a look at them may go back."""

LONGEST_STEP_S: Final = 30.0
_COLUMN: Final = {name: place for place, name in enumerate(SIGNALS, 1)}


class Parts:
    """`n` new bins of `k` trips, each trip's in order and one trip after the other; arrays have shape (n,).

    `of_trip` numbers the trip, `place` the bin within its trip, `since_s` is the time since the trip began and
    `step_s` that since the bin before, at most half a minute. What a signal has not said is NaN.
    """

    def __init__(
        self,
        bins: Sequence[Floats],
        contexts: Sequence[Floats],
        cars: Sequence[Car],
        started_s: Sequence[float],
        places: Sequence[int],
        known: Mapping[str, Floats] | None = None,
    ) -> None:
        """`bins` and `contexts` have shape (bins, 1 + SIGNALS), no trip is without a bin. `known`: see `before`."""
        lengths = np.array([len(one) for one in bins], dtype=np.int64)
        both = [rows for pair in zip(contexts, bins, strict=True) for rows in pair]
        self._columns = np.ascontiguousarray(np.concatenate(both).T) if both else np.empty((1 + len(SIGNALS), 0))
        self.of_trip: Places = np.repeat(np.arange(len(bins)), lengths)
        self.starts: Places = np.cumsum(lengths) - lengths
        within = np.arange(len(self.of_trip)) - self.starts[self.of_trip]
        self._rows: Places = np.arange(len(self.of_trip)) + CONTEXT * (self.of_trip + 1)
        self._known = known or {}
        self._kept: dict[tuple[str, int], Floats] = {}
        self.at_s: Floats = self._columns[0][self._rows]
        self.place: Places = within + np.array(places, dtype=np.int64)[self.of_trip]
        self.since_s: Floats = self.at_s - np.array(started_s, dtype=np.float64)[self.of_trip]
        step_s = self.at_s - self._columns[0][self._rows - 1]
        self.step_s: Floats = np.where(self.place > 0, np.minimum(step_s, LONGEST_STEP_S), 0.0)
        self.cars = cars
        self.electric: Mask = self.of_cars([car.drivetrain == "electric" for car in cars]).astype(np.bool_)
        self.diesel: Mask = self.of_cars([car.drivetrain == "diesel" for car in cars]).astype(np.bool_)

    def __len__(self) -> int:
        return len(self.of_trip)

    def get(self, name: str, back: int = 0) -> Floats:
        """A signal, or what it said `back` bins earlier in the same trip (1 or 2)."""
        found = self._kept.get((name, back))
        if found is None:
            found = self._kept[name, back] = self._columns[_COLUMN[name]][self._rows - back]
        return found

    def of_cars(self, values: Sequence[float]) -> Floats:
        """What is known of each trip's car, by bin."""
        told: Floats = np.array(values, dtype=np.float64)[self.of_trip]
        return told

    def before(self, name: str) -> Floats:
        """What the trip had come to before these bins, of a number that a family keeps."""
        found = self._known.get(name)
        return np.full(len(self), np.nan) if found is None else found[self.of_trip]

    def behind(self, values: Floats, last: str, second: str) -> tuple[Floats, Floats]:
        """Beside each value that is known the two that were known before it in its trip; NaN elsewhere.

        `last` and `second` are numbers that the family keeps: the last known value, and the one before it.
        """
        behind, behind_that = np.full(len(self), np.nan), np.full(len(self), np.nan)
        rows = np.flatnonzero(np.isfinite(values))
        if not len(rows):
            return behind, behind_that
        of_trip = self.of_trip[rows]
        is_first = firsts(of_trip)
        behind[rows] = near = np.where(is_first, self.before(last)[rows], np.roll(values[rows], 1))
        behind_that[rows] = np.where(is_first, self.before(second)[rows], np.roll(near, 1))
        return behind, behind_that

    def first(self, name: str, values: Floats) -> Floats:
        """The first known value of each trip, by bin, also before it; a number that the family keeps."""
        rows = np.where(np.isfinite(values), np.arange(len(values)), len(values))
        found = np.append(values, np.nan)[np.minimum.reduceat(rows, self.starts)] if len(rows) else values
        return np.where(np.isnan(self.before(name)), found[self.of_trip], self.before(name))

    def since(self, holds: Mask) -> Mask:
        """True from the first of the trip's new bins on for which it holds."""
        counted = np.cumsum(holds)
        earlier = (counted - holds)[self.starts][self.of_trip] if len(holds) else counted
        since: Mask = counted > earlier
        return since

    def context_of(self, trip: int, length: int) -> Floats:
        """The last bins of a trip whose part has this length, shape (CONTEXT, 1 + SIGNALS)."""
        end = int(self.starts[trip]) + CONTEXT * (trip + 1) + length
        return self._columns[:, end - CONTEXT : end].T.copy()


NO_CONTEXT: Final = np.full((CONTEXT, 1 + len(SIGNALS)), np.nan)
