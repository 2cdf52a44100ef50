"""What is kept of a trip while it goes on: as much after eight hours as after one. Pure.

Families of features say what they see of new bins (`Seen`), and tell features from what has come together. Everything
comes together to the same bits however a trip is cut into parts: counts and extremes do by nature, sums because
their terms are whole multiples of 2^-24, and what follows a trip bin by bin because it takes one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from diagnostics.samples import Floats, Mask, firsts
from diagnostics.spreads import Grid, Spreads, Window
from diagnostics.trip_parts import NO_CONTEXT, Parts

_TERM: Final = float(2**24)
_LARGEST_TERM: Final = 1e6
"""So that the sum of a week's bins has no more than the 53 bits of a double."""

Step = Callable[..., Any]
"""What a follower has come to, then lists of what is new, to what it has come to now: a value that is never changed."""


class Followed(NamedTuple):
    """Goes through the new bins for which `rows` holds, one after the other. Before the first it is at None."""

    step: Step
    rows: Mask
    columns: tuple[Floats | Mask, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """By a name of their own, shape (n,) each; NaN says nothing. A family uses the same names every time."""

    sums: Mapping[str, Floats | Mask] = field(default_factory=dict)
    highest: Mapping[str, Floats] = field(default_factory=dict)
    lowest: Mapping[str, Floats] = field(default_factory=dict)
    first: Mapping[str, Floats] = field(default_factory=dict)
    last: Mapping[str, Floats] = field(default_factory=dict)
    spreads: Mapping[str, tuple[Floats, Grid]] = field(default_factory=dict)
    followed: Mapping[str, Followed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class TripState:
    """Never changed: what comes next makes another one. `bins` counts those that are in it."""

    started_s: float
    ended_s: float
    bins: int
    context: Floats
    numbers: Floats
    windows: Mapping[str, Window]
    followed: Mapping[str, Any]

    @property
    def bytes(self) -> int:
        """About what it takes of memory."""
        spread = sum(one.counts.nbytes for one in self.windows.values())
        return self.context.nbytes + self.numbers.nbytes + spread + 200 * (len(self.windows) + len(self.followed))


def begun(started_s: float) -> TripState:
    """A trip before its first bin."""
    return TripState(started_s, started_s, 0, NO_CONTEXT, np.empty(0), {}, {})


class Told:
    """What `k` trips have come to, side by side; arrays have shape (k,), NaN where a trip has said nothing."""

    def __init__(
        self, parts: Parts, states: Sequence[TripState], numbers: Mapping[str, Floats], seen: Sequence[Seen]
    ) -> None:
        self._numbers = numbers
        self._rows = np.array(list(numbers.values())).T
        self.electric: Mask = np.array([car.drivetrain == "electric" for car in parts.cars], dtype=np.bool_)
        self.diesel: Mask = np.array([car.drivetrain == "diesel" for car in parts.cars], dtype=np.bool_)
        lengths = np.bincount(parts.of_trip, minlength=len(states))
        self.bins: Floats = np.add(lengths, [one.bins for one in states], dtype=np.float64)
        self.ended_s: Floats = parts.at_s[parts.starts + lengths - 1]
        self.seconds: Floats = self.ended_s - np.array([one.started_s for one in states])
        self._spreads: dict[str, Spreads] = {}
        self._windows: dict[str, list[Window | None]] = {}
        self._followed: dict[str, list[Any]] = {}
        for of_family in seen:
            for name, (values, grid) in of_family.spreads.items():
                self._spread(name, values, grid, parts, states)
            for name, one in of_family.followed.items():
                self._followed[name] = _follow(one, parts, [state.followed.get(name) for state in states])

    def number(self, name: str) -> Floats:
        """A sum, an extreme, a first or a last value."""
        return self._numbers[name]

    def mean(self, name: str, count: str, least: int) -> Floats:
        """Of a sum and its count; NaN where there are fewer than `least`."""
        counted = self._numbers[count]
        enough = np.where(counted >= least, counted, np.nan)
        mean: Floats = self._numbers[name] / enough
        return mean

    def spread(self, name: str) -> Spreads:
        return self._spreads[name]

    def median(self, name: str) -> Floats:
        return self._spreads[name].median()

    def followed(self, name: str) -> list[Any]:
        """By trip what its follower has come to, None where it met nothing."""
        return self._followed[name]

    def state(self, place: int, before: TripState, parts: Parts) -> TripState:
        """One trip as it stands now."""
        bins = int(self.bins[place])
        return TripState(
            before.started_s,
            float(self.ended_s[place]),
            bins,
            parts.context_of(place, bins - before.bins),
            self._rows[place].copy(),
            {name: one for name, of in self._windows.items() if (one := of[place]) is not None},
            {name: of[place] for name, of in self._followed.items() if of[place] is not None},
        )

    def _spread(self, name: str, values: Floats, grid: Grid, parts: Parts, states: Sequence[TripState]) -> None:
        known = np.isfinite(values)
        of_trip = parts.of_trip[known]
        windows = [state.windows.get(name) for state in states]
        spread = self._spreads[name] = Spreads(grid, windows, of_trip, values[known])
        self._windows[name] = spread.windows(windows)


def _follow(one: Followed, parts: Parts, come_to: list[Any]) -> list[Any]:
    rows = np.flatnonzero(one.rows)
    if not len(rows):
        return come_to
    of_trip = parts.of_trip[rows]
    edges = np.flatnonzero(firsts(of_trip))
    columns = [column[rows].tolist() for column in one.columns]
    trips, starts = of_trip[edges].tolist(), edges.tolist()
    for trip, start, stop in zip(trips, starts, [*starts[1:], len(rows)], strict=True):
        come_to[trip] = one.step(come_to[trip], *(column[start:stop] for column in columns))
    return come_to


class Layout:
    """Which numbers are kept of a trip, in which order: sums, highest, lowest, first, last."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        """`seen` of no bins at all says every name."""
        self.sums = [name for one in seen for name in one.sums]
        self.highest = [name for one in seen for name in one.highest]
        self.lowest = [name for one in seen for name in one.lowest]
        self.first = [name for one in seen for name in one.first]
        self.last = [name for one in seen for name in one.last]
        self.names = [*self.sums, *self.highest, *self.lowest, *self.first, *self.last]
        others = [name for one in seen for name in (*one.spreads, *one.followed)]
        assert len({*self.names, *others}) == len(self.names) + len(others), "two families use one name"

    def known(self, states: Sequence[TripState]) -> dict[str, Floats]:
        """What trips had come to, by name."""
        fresh = np.array([0.0] * len(self.sums) + [np.nan] * (len(self.names) - len(self.sums)))
        rows = [state.numbers if state.bins else fresh for state in states]
        return dict(zip(self.names, np.array(rows).T, strict=True))

    def joined(self, parts: Parts, known: Mapping[str, Floats], seen: Sequence[Seen]) -> dict[str, Floats]:
        """The same with what was seen of new bins."""
        found = dict(known)
        terms = _stacked([of for one in seen for of in one.sums.values()])
        terms = np.rint(np.clip(np.nan_to_num(terms, posinf=0.0, neginf=0.0), -_LARGEST_TERM, _LARGEST_TERM) * _TERM)
        sums = np.add.reduceat(terms / _TERM, parts.starts, axis=1)
        found |= {name: known[name] + sums[place] for place, name in enumerate(self.sums)}
        highest = np.fmax.reduceat(_stacked([of for one in seen for of in one.highest.values()]), parts.starts, axis=1)
        found |= {name: np.fmax(known[name], highest[place]) for place, name in enumerate(self.highest)}
        lowest = np.fmin.reduceat(_stacked([of for one in seen for of in one.lowest.values()]), parts.starts, axis=1)
        found |= {name: np.fmin(known[name], lowest[place]) for place, name in enumerate(self.lowest)}
        for one in seen:
            for name, values in one.first.items():
                found[name] = np.where(np.isnan(known[name]), _first(parts, values), known[name])
            for name, values in one.last.items():
                last = _last(parts, values)
                found[name] = np.where(np.isnan(last), known[name], last)
        return found


def _stacked(columns: Sequence[Floats | Mask]) -> Floats:
    return np.array(columns, dtype=np.float64)


def _first(parts: Parts, values: Floats) -> Floats:
    """By trip the first of its new bins that says something."""
    rows = np.where(np.isfinite(values), np.arange(len(values)), len(values))
    return np.append(values, np.nan)[np.minimum.reduceat(rows, parts.starts)]


def _last(parts: Parts, values: Floats) -> Floats:
    rows = np.where(np.isfinite(values), np.arange(len(values)), -1)
    return np.append(values, np.nan)[np.maximum.reduceat(rows, parts.starts)]
