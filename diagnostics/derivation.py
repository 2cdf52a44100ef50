"""Derives what is new of the cars of a batch: one query for all of them at each step. Writes nothing.

Trips are described from means over ten seconds. Where the open trip of a car is at hand only its new minutes are read;
everywhere else the trips that the new samples belong to, or join, are read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from database.connection import Connection
from diagnostics import store
from diagnostics.cases import JOINS_SECONDS, Case
from diagnostics.history import Trip
from diagnostics.open_trips import OpenTrips, Standing, stand
from diagnostics.parked import HOUR_SECONDS, parked_readings
from diagnostics.samples import BIN_SECONDS, PARKED_SIGNALS, SIGNALS, Floats, samples_of
from diagnostics.spans import Span, down_to, merged, up_to
from diagnostics.trip_states import begun
from diagnostics.trips import TRIP_GAP_SECONDS, Described, Stretch, describe_all, runs_of

_NO_BINS: Final = np.empty((0, 1 + len(SIGNALS)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A span of a car to read. `known` are the trips that it replaces, `standings` how far the open one had come."""

    case: Case
    span: Span
    known: Sequence[Trip]
    standings: Sequence[Standing] = ()

    def stretches(self, read: Floats) -> list[Stretch]:
        """Of each trip what was read of it; the first may go on from what is at hand."""
        found = []
        for start, stop in runs_of(read[:, 0]):
            state = begun(float(read[start, 0]))
            if not start and self.standings and read[0, 0] - self.standings[0].state.ended_s <= TRIP_GAP_SECONDS:
                state = self.standings[0].state
            found.append(Stretch(state, read[start:stop], self.case.car))
        return found

    def ended(self, stretches: Sequence[Stretch]) -> list[Trip]:
        """The open trip where nothing that was read goes on with it: it stays as it was described."""
        goes_on = bool(stretches) and stretches[0].state.bins > 0
        return [] if goes_on else [one.trip for one in self.standings[:1]]


async def derive(connection: Connection, cases: Sequence[Case], open_trips: OpenTrips) -> None:
    """Fills in `trips`, `gone`, `parked` and `told` of the cases."""
    driven = [case for case in cases if case.spans()]
    readings = _from_open_trips(driven, open_trips)
    readings += await _from_stored_trips(connection, driven, {reading.case.vehicle_id for reading in readings})
    spans = [(reading.case.vehicle_id, reading.span) for reading in readings]
    read = await store.fetch_driving(connection, spans)
    found = [_NO_BINS if bins is None else bins for bins in read]
    _describe(readings, found, open_trips)
    await _derive_parked(connection, driven)
    await _derive_moments(connection, [case for case in cases if case.touched.events])


def _from_open_trips(cases: Sequence[Case], open_trips: OpenTrips) -> list[_Reading]:
    readings = []
    for case in cases:
        kept = open_trips.get(case.vehicle_id, case.revision)
        standings = kept.before(case.spans()[0].from_s) if kept else ()
        if kept and standings:
            readings.append(_Reading(case, Span(standings[0].until_s, case.mark_s), [kept.trip], standings))
    return readings


async def _from_stored_trips(connection: Connection, cases: Sequence[Case], done: set[int]) -> list[_Reading]:
    left = [case for case in cases if case.vehicle_id not in done]
    spans = [(case.vehicle_id, span) for case in left for span in case.spans()]
    near = await store.fetch_trips_near(connection, spans)
    return [
        _Reading(case, span, [trip for trip in near.get(case.vehicle_id, ()) if _meets(trip, span)])
        for case in left
        for span in _widened(case, near.get(case.vehicle_id, ()))
    ]


def _widened(case: Case, near: Sequence[Trip]) -> list[Span]:
    """The spans together with every known trip that they touch or may join, in whole bins."""
    of_trips = [Span(trip.started_s, trip.ended_s + BIN_SECONDS) for trip in near]
    whole = [Span(down_to(one.from_s, BIN_SECONDS), up_to(one.to_s, BIN_SECONDS)) for one in case.spans()]
    return merged([*whole, *of_trips], JOINS_SECONDS)


def _meets(trip: Trip, span: Span) -> bool:
    return trip.started_s < span.to_s and trip.ended_s >= span.from_s


def _describe(readings: Sequence[_Reading], found: Sequence[Floats], open_trips: OpenTrips) -> None:
    """All trips of all cars at once."""
    stretches = [reading.stretches(bins) for reading, bins in zip(readings, found, strict=True)]
    described = iter(describe_all([one for of_reading in stretches for one in of_reading]))
    for reading, of_reading in zip(readings, stretches, strict=True):
        _note(reading, of_reading, [next(described) for _ in of_reading], open_trips)


def _note(
    reading: _Reading, stretches: Sequence[Stretch], described: Sequence[Described], open_trips: OpenTrips
) -> None:
    case = reading.case
    trips = [*reading.ended(stretches), *(one.trip for one in described)]
    case.trips += [trip for trip in trips if trip not in reading.known]
    case.gone += [trip for trip in reading.known if trip not in trips]
    if trips and trips[-1].ended_s >= case.mark_s - JOINS_SECONDS:
        standings = reading.standings
        for one in described[-1:]:
            standings = stand(Standing(case.mark_s, one.state, one.trip), standings)
        open_trips.put(case.vehicle_id, standings)
    elif reading.standings:
        open_trips.drop(case.vehicle_id)


async def _derive_parked(connection: Connection, cases: Sequence[Case]) -> None:
    by_vehicle = {case.vehicle_id: case for case in cases}
    spans = [(case.vehicle_id, span) for case in cases for span in case.spans()]
    found = await store.fetch_parked_hours(connection, spans)
    hours = [
        (vehicle_id, Span(hour_s, min(hour_s + HOUR_SECONDS, by_vehicle[vehicle_id].mark_s)))
        for vehicle_id, hour_s in found
    ]
    for (vehicle_id, _), read in zip(hours, await store.fetch_parked(connection, hours), strict=True):
        if read is not None:
            by_vehicle[vehicle_id].parked += parked_readings(samples_of(read, PARKED_SIGNALS))


async def _derive_moments(connection: Connection, cases: Sequence[Case]) -> None:
    spans = [(case.vehicle_id, span) for case in cases for span in merged(case.touched.events)]
    found = await store.fetch_moments(connection, spans)
    for case in cases:
        case.told = found.get(case.vehicle_id, [])
