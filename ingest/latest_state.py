"""The newest value of every signal of a car, from frames stored together. Pure: a missing value means unchanged."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.binary_copy import Column, TextColumn, arrays, instants, numbers
from ingest.sample_rows import SampleRows
from telemetry_schema.catalogue import Storage, signals_by_id

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Cars:
    """The rows in the order of car and time; `starts` and `ends` bound the rows of each car in that order."""

    order: Integers
    starts: Integers
    ends: Integers

    def last_present(self, present: Mask) -> tuple[Integers, Mask]:
        """Of each car the newest row where `present` holds, and whether there is one."""
        if present.all():
            return self.order[self.ends - 1], np.ones(len(self.ends), dtype=bool)
        reached = np.maximum.accumulate(np.where(present[self.order], np.arange(len(self.order)), -1))[self.ends - 1]
        return self.order[reached], reached >= self.starts


def latest_of(rows: SampleRows) -> list[Column]:
    """The columns of `telemetry.latest_state` as these rows alone would have it, by ascending vehicle."""
    vehicle_ids = rows.messages.vehicle_ids[rows.message]
    order = np.lexsort((rows.recorded_at_ms, vehicle_ids))
    borders = np.flatnonzero(np.diff(vehicle_ids[order])) + 1
    starts = np.concatenate(([0], borders))
    cars = _Cars(order, starts, np.concatenate((borders, [len(order)])))
    newest = order[cars.ends - 1]
    received = rows.messages.received_at_ms[rows.message][order]
    return [
        numbers("vehicle_id", vehicle_ids[newest], ">i8"),
        instants("last_recorded_at", rows.recorded_at_ms[newest]),
        instants("last_received_at", np.maximum.reduceat(received, starts)),
        numbers("clock_quality", rows.clock_qualities[rows.message[newest]], ">i2"),
        TextColumn("signals", [b"\x01" + text.encode() for text in _texts(rows, cars)]),
        *_numbers(rows, cars),
    ]


def _texts(rows: SampleRows, cars: _Cars) -> list[str]:
    """Of each car a JSON object: by name the text and the Unix milliseconds of its frame."""
    told: list[dict[str, tuple[str, int]]] = [{} for _ in cars.ends]
    for signal_id, (values, present) in rows.signals.items():
        signal = signals_by_id()[signal_id]
        if signal.storage is not Storage.TEXT or signal.is_personal:
            continue
        where, there = cars.last_present(present)
        for of_car, row, known in zip(told, where.tolist(), there.tolist(), strict=True):
            if known:
                of_car[signal.name] = str(values[row]), int(rows.recorded_at_ms[row])
    return [json.dumps(of_car) if of_car else "{}" for of_car in told]


def _numbers(rows: SampleRows, cars: _Cars) -> list[Column]:
    """Three arrays of each car: its signals, ascending, their values to four decimals, the milliseconds of each."""
    signals = [signals_by_id()[signal_id] for signal_id in sorted(rows.signals)]
    signal_ids = [one.id for one in signals if one.storage is not Storage.TEXT and not one.is_personal]
    shape = len(cars.ends), len(signal_ids)
    values, at_ms, present = np.zeros(shape), np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
    for number, signal_id in enumerate(signal_ids):
        of_signal, known = rows.signals[signal_id]
        where, present[:, number] = cars.last_present(known)
        values[:, number] = of_signal[where]
        at_ms[:, number] = rows.recorded_at_ms[where]
    return [
        arrays("signal_ids", np.broadcast_to(np.array(signal_ids, dtype=np.int16), shape), ">i2", present),
        arrays("signal_values", values.round(4), ">f8", present),
        arrays("signal_at_ms", at_ms, ">i8", present),
    ]
