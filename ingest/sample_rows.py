"""Batches of many cars as the columns of the wide table, absurd values set aside. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ingest.binary_copy import Column, CopyColumn, TextColumn, fixed, instants, numbers
from telemetry_schema.catalogue import Signal, Storage, signals_by_id
from telemetry_schema.frames import FrameBatch, SignalColumn

LATE_AFTER: Final = timedelta(minutes=10)
"""A frame that arrives later than this is marked `late` (default, to be calibrated; the slowest reporting is 60 s)."""

_CODES: Final = {
    Storage.REAL: ">f4",
    Storage.DOUBLE: ">f8",
    Storage.SMALLINT: ">i2",
    Storage.INTEGER: ">i4",
    Storage.BIGINT: ">i8",
    Storage.BOOLEAN: "?",
}

Values = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ArrivedBatch:
    """A batch with the number of its car and the instant at which the bridge had it."""

    vehicle_id: int
    batch: FrameBatch
    received_at: datetime


@dataclass(slots=True)
class SampleRows:
    """N rows. `signals` holds, by signal id, values and presence of shape (N,)."""

    arrived: Sequence[ArrivedBatch]
    recorded_at_ms: npt.NDArray[np.int64]
    signals: dict[int, tuple[Values, Mask]] = field(default_factory=dict)
    extra: dict[int, dict[str, Any]] = field(default_factory=dict)  # by row: what the catalogue does not know
    absurd: dict[int, dict[str, int]] = field(default_factory=dict)  # by batch: signal name → values set aside

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        return np.array([one.batch.frames for one in self.arrived], dtype=np.int64)

    def offsets(self) -> npt.NDArray[np.int64]:
        """The first row of each batch."""
        return np.concatenate(([0], np.cumsum(self.counts)[:-1]))


def gather(arrived: Sequence[ArrivedBatch]) -> SampleRows:
    """All frames of all batches, in order, one array per signal."""
    rows = SampleRows(arrived, np.concatenate([one.batch.recorded_at_ms for one in arrived]))
    total = len(rows.recorded_at_ms)
    for number, (one, offset) in enumerate(zip(arrived, rows.offsets().tolist(), strict=True)):
        for signal_id, column in one.batch.columns.items():
            signal = signals_by_id().get(signal_id)
            if signal is None:
                _keep_unknown(rows, offset, one.batch.frames, signal_id, column)
            else:
                _keep_known(rows, number, offset, total, signal, column)
    return rows


def _keep_known(rows: SampleRows, number: int, offset: int, total: int, signal: Signal, column: SignalColumn) -> None:
    if signal.id not in rows.signals:
        empty: Values = np.zeros(total, dtype=signal.storage.dtype)
        rows.signals[signal.id] = empty, np.zeros(total, dtype=bool)
    values, present = rows.signals[signal.id]
    places = slice(offset, offset + rows.arrived[number].batch.frames) if column.at is None else column.at + offset
    sound = plausible(signal, column.values)
    values[places] = np.where(sound, column.values, values[places]) if not sound.all() else column.values
    present[places] = sound
    if wrong := int((~sound).sum()):
        rows.absurd.setdefault(number, {})[signal.name] = wrong


def plausible(signal: Signal, values: Values) -> Mask:
    """Which values are numbers within the catalogue's range."""
    if signal.low is None or signal.high is None:
        return np.ones(len(values), dtype=bool)
    with np.errstate(invalid="ignore"):
        return np.asarray((values >= signal.low) & (values <= signal.high))


def _keep_unknown(rows: SampleRows, offset: int, frames: int, signal_id: int, column: SignalColumn) -> None:
    at = range(frames) if column.at is None else column.at.tolist()
    for frame, value in zip(at, column.values.tolist(), strict=True):
        sound = value if not isinstance(value, float) or np.isfinite(value) else None
        rows.extra.setdefault(offset + frame, {})[str(signal_id)] = sound


def copy_columns(rows: SampleRows) -> list[Column]:
    """The columns of `telemetry.samples` that these rows fill, positions left out."""
    return [*key_columns(rows), *_signal_columns(rows, personal=False)]


def position_columns(rows: SampleRows) -> list[Column]:
    """The columns of `telemetry.positions`; empty where no car said where it is."""
    positions = _signal_columns(rows, personal=True)
    key = {"vehicle_id", "recorded_at", "boot_id", "boot_number", "sequence", "frame"}
    return [column for column in key_columns(rows) if column.name in key] + positions if positions else []


def key_columns(rows: SampleRows) -> list[Column]:
    counts = rows.counts
    received_ms = _each(rows, [int(one.received_at.timestamp() * 1000) for one in rows.arrived])
    late = rows.recorded_at_ms < received_ms - int(LATE_AFTER.total_seconds() * 1000)
    frames = np.arange(int(counts.sum())) - np.repeat(rows.offsets(), counts)
    identities = [one.batch.identity for one in rows.arrived]
    boots = fixed("boot_id", [identity.boot_id.bytes for identity in identities])
    columns: list[Column] = [
        numbers("vehicle_id", _each(rows, [one.vehicle_id for one in rows.arrived]), ">i8"),
        instants("recorded_at", rows.recorded_at_ms),
        instants("received_at", received_ms),
        CopyColumn("boot_id", np.repeat(boots.data, counts, axis=0)),
        numbers("boot_number", _each(rows, [identity.boot_number for identity in identities]), ">i8"),
        numbers("sequence", _each(rows, [identity.sequence for identity in identities]), ">i8"),
        numbers("frame", frames, ">i4"),
        numbers("clock_quality", _each(rows, [one.batch.clock_quality.value for one in rows.arrived]), ">i2"),
        numbers("late", late, "?"),
    ]
    if rows.extra:
        kept = [_jsonb(rows.extra.get(row)) for row in range(len(frames))]
        columns.append(TextColumn("extra", kept))
    return columns


def _signal_columns(rows: SampleRows, *, personal: bool) -> list[Column]:
    columns: list[Column] = []
    for signal_id, (values, present) in rows.signals.items():
        signal = signals_by_id()[signal_id]
        if signal.is_personal != personal or not present.any():
            continue
        if signal.storage is Storage.TEXT:
            words = [str(text).encode() if there else None for text, there in zip(values, present, strict=True)]
            columns.append(TextColumn(signal.name, words))
        else:
            columns.append(numbers(signal.name, values, _CODES[signal.storage], present))
    return columns


def _each(rows: SampleRows, per_batch: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.repeat(np.array(per_batch, dtype=np.int64), rows.counts)


def _jsonb(value: dict[str, Any] | None) -> bytes | None:
    return None if value is None else b"\x01" + json.dumps(value).encode()
