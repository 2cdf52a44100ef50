"""The newest value of every signal of a car. Pure: a missing value means unchanged, late data never goes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.binary_copy import Column, TextColumn, instants, numbers
from ingest.event_rows import unix_ms
from ingest.sample_rows import SampleRows, Values
from telemetry_schema.catalogue import Storage, signals_by_id

Integers = npt.NDArray[np.int64]
Signals = dict[str, list[Any]]
"""By signal name: the value and the Unix milliseconds of the frame it came with."""


@dataclass(frozen=True, slots=True)
class LatestStates:
    """V cars, one array of shape (V,) per property; `signals` holds for each the text of a JSON object (`Signals`)."""

    vehicle_ids: Integers
    first_recorded_at_ms: Integers  # of the frames behind it: where all of them are newer than what is known, they win
    last_recorded_at_ms: Integers
    last_received_at_ms: Integers
    clock_qualities: Integers
    signals: list[str]

    def columns(self) -> list[Column]:
        """Those of `telemetry.latest_state`."""
        return [
            numbers("vehicle_id", self.vehicle_ids, ">i8"),
            instants("last_recorded_at", self.last_recorded_at_ms),
            instants("last_received_at", self.last_received_at_ms),
            numbers("clock_quality", self.clock_qualities, ">i2"),
            TextColumn("signals", [b"\x01" + text.encode() for text in self.signals]),
        ]


@dataclass(frozen=True, slots=True)
class _Cars:
    """The rows in the order of car and time; `starts` and `ends` bound the rows of each car in that order."""

    order: Integers
    starts: Integers
    ends: Integers

    def last_present(self, present: npt.NDArray[np.bool_]) -> tuple[Integers, npt.NDArray[np.bool_]]:
        """Of each car the newest row where `present` holds, and whether there is one."""
        if present.all():
            return self.order[self.ends - 1], np.ones(len(self.ends), dtype=bool)
        reached = np.maximum.accumulate(np.where(present[self.order], np.arange(len(self.order)), -1))[self.ends - 1]
        return self.order[reached], reached >= self.starts


def latest_of(rows: SampleRows) -> LatestStates:
    """The newest values within these rows, by ascending vehicle."""
    vehicle_ids = rows.messages.vehicle_ids[rows.message]
    order = np.lexsort((rows.recorded_at_ms, vehicle_ids))
    borders = np.flatnonzero(np.diff(vehicle_ids[order])) + 1
    starts = np.concatenate(([0], borders))
    cars = _Cars(order, starts, np.concatenate((borders, [len(order)])))
    newest = order[cars.ends - 1]
    received = rows.messages.received_at_ms[rows.message][order]
    return LatestStates(
        vehicle_ids=vehicle_ids[newest],
        first_recorded_at_ms=rows.recorded_at_ms[order[starts]],
        last_recorded_at_ms=rows.recorded_at_ms[newest],
        last_received_at_ms=np.maximum.reduceat(received, starts),
        clock_qualities=rows.clock_qualities[rows.message[newest]],
        signals=_signals(rows, cars),
    )


def _signals(rows: SampleRows, cars: _Cars) -> list[str]:
    members: list[list[str]] = []
    for signal_id, (values, present) in rows.signals.items():
        signal = signals_by_id()[signal_id]
        if not signal.is_personal:
            where, there = cars.last_present(present)
            words = _json_values(values[where], signal.storage)
            spoken = zip(words, rows.recorded_at_ms[where].tolist(), there.tolist(), strict=True)
            members.append([f'"{signal.name}":[{word},{at}]' if known else "" for word, at, known in spoken])
    if not members:
        return ["{}"] * len(cars.ends)
    return ["{" + ",".join(filter(None, of_car)) + "}" for of_car in zip(*members, strict=True)]


def _json_values(values: Values, storage: Storage) -> list[Any]:
    """As JSON writes them, numbers with a fraction to four decimals."""
    if storage is Storage.TEXT:
        return [json.dumps(str(text)) for text in values]
    if storage is Storage.BOOLEAN:
        return ["true" if flag else "false" for flag in values.tolist()]
    rounded: list[Any] = (values.astype(np.float64).round(4) if values.dtype.kind == "f" else values).tolist()
    return rounded


def settle(fresh: LatestStates, known: Mapping[int, Mapping[str, Any]]) -> tuple[LatestStates, Integers]:
    """`fresh` with every instant moved forward to what is known, and the places of those cars whose signals are mixed.

    `known` has last_recorded_at, last_received_at and clock_quality by vehicle. Where all of a car's fresh frames are
    newer than what is known, its signals replace the known ones of the same name and nothing more is to be looked up.
    """
    recorded, received = fresh.last_recorded_at_ms.copy(), fresh.last_received_at_ms.copy()
    qualities = fresh.clock_qualities.copy()
    mixed = []
    for place, vehicle_id in enumerate(fresh.vehicle_ids.tolist()):
        if (row := known.get(vehicle_id)) is None:
            continue
        last = unix_ms(row["last_recorded_at"])
        if fresh.first_recorded_at_ms[place] < last:
            mixed.append(place)
        if last > recorded[place]:
            recorded[place], qualities[place] = last, row["clock_quality"]
        received[place] = max(received[place], unix_ms(row["last_received_at"]))
    settled = replace(fresh, last_recorded_at_ms=recorded, last_received_at_ms=received, clock_qualities=qualities)
    return settled, np.array(mixed, dtype=np.int64)


def mix(states: LatestStates, places: Integers, known: Mapping[int, Signals]) -> None:
    """Writes the later of what is known and what is fresh, signal by signal, into the signals at these places."""
    for place in places.tolist():
        older = known.get(int(states.vehicle_ids[place]), {})
        fresh: Signals = json.loads(states.signals[place])
        newer = {name: entry for name, entry in fresh.items() if name not in older or entry[1] >= older[name][1]}
        states.signals[place] = json.dumps(newer)
