"""Driving samples to trips, and trips to what they say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from diagnostics.features import FAMILIES
from diagnostics.history import Car, Trip
from diagnostics.samples import SIGNALS, Floats, Samples
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Layout, Told, TripState, begun

TRIP_GAP_SECONDS: Final = 600
_PLACES: Final = 4
_AT_ONCE: Final = 100


class Stretch(NamedTuple):
    """New bins of one trip, shape (n, 1 + SIGNALS) with n > 0, and how far the trip had come before them."""

    state: TripState
    bins: Floats
    car: Car


class Described(NamedTuple):
    state: TripState
    trip: Trip


def runs_of(at_s: Floats) -> list[tuple[int, int]]:
    """Where trips begin and end among ascending instants: runs without a gap of more than ten minutes."""
    if not len(at_s):
        return []
    edges = [0, *(np.flatnonzero(np.diff(at_s) > TRIP_GAP_SECONDS) + 1).tolist(), len(at_s)]
    return list(pairwise(edges))


def trips_of(drives: Iterable[Samples], car: Car) -> list[Trip]:
    """What one car drove, in whole trips: no trip reaches from one of the drives into the next."""
    whole = (drive.bins(SIGNALS) for drive in drives)
    trips = (bins[start:stop] for bins in whole for start, stop in runs_of(bins[:, 0]))
    stretches = [Stretch(begun(float(bins[0, 0])), bins, car) for bins in trips]
    described = (describe_all(stretches[start : start + _AT_ONCE]) for start in range(0, len(stretches), _AT_ONCE))
    return [one.trip for some in described for one in some]


def describe(trip: Samples, car: Car) -> Trip:
    """Every feature that the samples of a trip give."""
    (described,) = trips_of([trip], car)
    return described


def describe_all(stretches: Sequence[Stretch]) -> list[Described]:
    """Each trip with its new bins; in whatever parts a trip comes, it comes to the same in the end.

    Features are rounded to four places; what a car cannot give is missing.
    """
    if not stretches:
        return []
    states = [one.state for one in stretches]
    parts, told = _taken(stretches, states)
    features = {name: values for family in FAMILIES for name, values in family.features(told).items()}
    rows = np.round(np.array(list(features.values())).T, _PLACES) + 0.0
    rows[~np.isfinite(rows)] = np.nan
    names = list(features)
    return [
        Described(
            state := told.state(place, before, parts),
            Trip(state.started_s, state.ended_s, _known(names, row)),
        )
        for place, (before, row) in enumerate(zip(states, rows.tolist(), strict=True))
    ]


def _known(names: Sequence[str], row: Sequence[float]) -> dict[str, float]:
    return {name: value for name, value in zip(names, row, strict=True) if value == value}


def _taken(stretches: Sequence[Stretch], states: Sequence[TripState]) -> tuple[Parts, Told]:
    known = _layout().known(states)
    parts = Parts(
        [one.bins for one in stretches],
        [state.context for state in states],
        [one.car for one in stretches],
        [state.started_s for state in states],
        [state.bins for state in states],
        known,
    )
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        seen = [family.observe(parts) for family in FAMILIES]
        return parts, Told(parts, states, _layout().joined(parts, known, seen), seen)


@cache
def _layout() -> Layout:
    return Layout([family.observe(Parts([], [], [], [], [])) for family in FAMILIES])
