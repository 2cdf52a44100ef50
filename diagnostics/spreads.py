"""How often a quantity lay where, in steps of its own: medians of any number of values in bounded memory. Pure.

Counts add up to the same however the values are cut into parts, and a median is exact to one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from diagnostics.samples import Floats, firsts

Counts = npt.NDArray[np.int64]


class Grid(NamedTuple):
    """`per_unit` steps to a unit of the quantity. What lies outside counts as the nearest end."""

    lowest: float
    highest: float
    per_unit: int

    def cells(self, values: Floats) -> Counts:
        bounded = np.minimum(np.maximum(values, self.lowest), self.highest)
        cells: Counts = np.rint(bounded * self.per_unit).astype(np.int64)
        return cells

    def values(self, cells: Counts) -> Floats:
        told: Floats = cells / self.per_unit
        return told


class Window(NamedTuple):
    """`counts` of the cells from `first` on; what lies outside was never met."""

    first: int
    counts: npt.NDArray[np.int32]

    @property
    def end(self) -> int:
        return self.first + len(self.counts)


class Spreads:
    """Those of `k` trips, side by side, each in a row that begins at the first cell it met. Results have shape (k,)."""

    def __init__(self, grid: Grid, windows: Sequence[Window | None], of_trip: Counts, values: Floats) -> None:
        """`windows` as they were; `values` join them, all finite, each of the trip at its place, trip after trip."""
        self._grid = grid
        self._trips = len(windows)
        cells = grid.cells(values)
        self._ends = {place: (one.first, one.end) for place, one in enumerate(windows) if one is not None}
        self._changed = self._reach(of_trip, cells)
        self._row = {place: row for row, place in enumerate(self._ends)}
        self._met = np.array(list(self._ends), dtype=np.int64)
        self._firsts = np.array([first for first, _ in self._ends.values()], dtype=np.int64)
        self._counts = self._counted(windows, of_trip, cells)
        self._summed = np.cumsum(self._counts, axis=1, dtype=np.int32)
        self.total: Counts = self._by_trip(self._summed[:, -1], 0)

    def ranked(self, rank: Counts) -> Floats:
        """The value of each trip that is at this place in ascending order, from 0; NaN where there are none."""
        cells = np.count_nonzero(self._summed <= rank[self._met, None], axis=1)
        return self._by_trip(self._grid.values(cells + self._firsts), np.nan)

    def median(self) -> Floats:
        low = self.ranked((self.total - 1) // 2)
        return low if (self.total & 1).all() else (low + self.ranked(self.total // 2)) / 2

    def most(self) -> Counts:
        """How often each trip met the cell that it met most often."""
        return self._by_trip(self._counts.max(axis=1), 0)

    def windows(self, before: Sequence[Window | None]) -> list[Window | None]:
        """What to keep of each trip: another one where something joined."""
        kept = list(before)
        for place in self._changed:
            first, end = self._ends[place]
            kept[place] = Window(first, self._counts[self._row[place], : end - first].copy())
        return kept

    def _reach(self, of_trip: Counts, cells: Counts) -> list[int]:
        """Widens what trips have met by the new cells. Returns the trips that have any."""
        if not len(cells):
            return []
        edges = np.flatnonzero(firsts(of_trip))
        lowest, highest = np.minimum.reduceat(cells, edges), np.maximum.reduceat(cells, edges)
        changed: list[int] = of_trip[edges].tolist()
        for place, low, high in zip(changed, lowest.tolist(), highest.tolist(), strict=True):
            first, end = self._ends.get(place, (low, high + 1))
            self._ends[place] = min(first, low), max(end, high + 1)
        return changed

    def _counted(self, windows: Sequence[Window | None], of_trip: Counts, cells: Counts) -> npt.NDArray[np.int32]:
        width = max((end - first for first, end in self._ends.values()), default=1)
        rows = np.zeros(self._trips, dtype=np.int64)
        rows[self._met] = np.arange(len(self._met))
        rows = rows[of_trip]
        flat = np.bincount(rows * width + cells - self._firsts[rows], minlength=len(self._met) * width)
        counts = flat.astype(np.int32).reshape(len(self._met), width)
        for place, row in self._row.items():
            one = windows[place]
            if one is not None:
                start = one.first - self._ends[place][0]
                counts[row, start : start + len(one.counts)] += one.counts
        return counts

    def _by_trip(self, of_met: npt.NDArray[Any], otherwise: float) -> npt.NDArray[Any]:
        found = np.full(self._trips, otherwise, dtype=of_met.dtype)
        found[self._met] = of_met
        return found
