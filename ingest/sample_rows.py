"""Batches of many cars as the columns of the wide table, absurd values set aside. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ingest.binary_copy import Column, CopyColumn, TextColumn, instants, numbers, octets
from ingest.messages import Messages
from telemetry_schema.alike import AlikeBatches
from telemetry_schema.catalogue import Signal, Storage, signals_by_id
from telemetry_schema.frames import SignalColumn

LATE_AFTER: Final = timedelta(minutes=10)
"""A frame that arrives later than this is marked `late` (default, to be calibrated; the slowest reporting is 60 s)."""

LATE_AFTER_MS: Final = int(LATE_AFTER.total_seconds() * 1000)

_CODES: Final = {
    Storage.REAL: ">f4",
    Storage.DOUBLE: ">f8",
    Storage.SMALLINT: ">i2",
    Storage.INTEGER: ">i4",
    Storage.BIGINT: ">i8",
    Storage.BOOLEAN: "?",
}

Integers = npt.NDArray[np.int64]
Values = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ArrivedBatches:
    """Batches that are laid out alike, with the number of each car and when the bridge had each; both of shape (M,)."""

    batches: AlikeBatches
    vehicle_ids: Integers
    received_at_ms: Integers

    def take(self, which: Mask | Integers) -> ArrivedBatches:
        return ArrivedBatches(self.batches.take(which), self.vehicle_ids[which], self.received_at_ms[which])


@dataclass(slots=True)
class SampleRows:
    """N rows of M messages. `signals` holds, by signal id, values and presence of shape (N,).

    `message` says of each row which message it came from, `places` of each message where its record stood.
    """

    places: Integers
    messages: Messages
    clock_qualities: Integers
    message: Integers
    frame: Integers
    recorded_at_ms: Integers
    signals: dict[int, tuple[Values, Mask]] = field(default_factory=dict)
    extra: dict[int, dict[str, Any]] = field(default_factory=dict)  # by row: what the catalogue does not know
    absurd: dict[int, dict[str, int]] = field(default_factory=dict)  # by message: signal name → values set aside

    def __len__(self) -> int:
        return len(self.recorded_at_ms)

    @property
    def late(self) -> Mask:
        return np.asarray(self.recorded_at_ms < self.messages.received_at_ms[self.message] - LATE_AFTER_MS)


def messages_in(arrived: Sequence[ArrivedBatches]) -> Messages:
    """One entry per batch, in the order of the groups."""
    return Messages(
        vehicle_ids=np.concatenate([one.vehicle_ids for one in arrived]),
        boot_ids=np.concatenate([one.batches.boot_ids for one in arrived]),
        boot_numbers=np.concatenate([one.batches.boot_numbers for one in arrived]),
        sequences=np.concatenate([one.batches.sequences for one in arrived]),
        from_ms=np.concatenate([one.batches.recorded_at_ms.min(axis=1) for one in arrived]),
        to_ms=np.concatenate([one.batches.recorded_at_ms.max(axis=1) for one in arrived]),
        received_at_ms=np.concatenate([one.received_at_ms for one in arrived]),
    )


def gather(arrived: Sequence[ArrivedBatches]) -> SampleRows:
    """All frames of all batches, group by group, one array per signal."""
    shapes = [one.batches.shape for one in arrived]
    frames = np.concatenate([np.full(batches, frames, dtype=np.int64) for batches, frames in shapes])
    qualities = [np.full(one.batches.shape[0], one.batches.clock_quality.value) for one in arrived]
    rows = SampleRows(
        places=np.concatenate([one.batches.places for one in arrived]),
        messages=messages_in(arrived),
        clock_qualities=np.concatenate(qualities),
        message=np.repeat(np.arange(len(frames)), frames),
        frame=np.concatenate([np.tile(np.arange(frames), batches) for batches, frames in shapes]),
        recorded_at_ms=np.concatenate([one.batches.recorded_at_ms.ravel() for one in arrived]),
    )
    first_message = first_row = 0
    for one, (batches, of_each) in zip(arrived, shapes, strict=True):
        for signal_id, column in one.batches.columns.items():
            signal = signals_by_id().get(signal_id)
            where = _rows_of(column, first_row, batches, of_each)
            if signal is None:
                _keep_unknown(rows, where, signal_id, column)
            else:
                _keep_known(rows, where, first_message, signal, column)
        first_message += batches
        first_row += batches * of_each
    return rows


def _rows_of(column: SignalColumn, first_row: int, batches: int, frames: int) -> slice | Integers:
    """The rows that the values of a column belong to, in their order."""
    if column.at is None:
        return slice(first_row, first_row + batches * frames)
    starts = first_row + np.arange(batches) * frames
    return (starts[:, None] + column.at).ravel()


def _keep_known(
    rows: SampleRows, where: slice | Integers, first_message: int, signal: Signal, column: SignalColumn
) -> None:
    if signal.id not in rows.signals:
        empty: Values = np.zeros(len(rows), dtype=signal.storage.dtype)
        rows.signals[signal.id] = empty, np.zeros(len(rows), dtype=bool)
    values, present = rows.signals[signal.id]
    sound = plausible(signal, column.values)
    if sound.all():
        values[where] = column.values.ravel()
        present[where] = True
        return
    values[where] = np.where(sound, column.values, 0).ravel()
    present[where] = sound.ravel()
    for number, wrong in enumerate((~sound).sum(axis=1).tolist(), first_message):
        if wrong:
            rows.absurd.setdefault(number, {})[signal.name] = wrong


def plausible(signal: Signal, values: Values) -> Mask:
    """Which values are numbers within the catalogue's range."""
    if signal.low is None or signal.high is None:
        return np.ones(values.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        return np.asarray((values >= signal.low) & (values <= signal.high))


def _keep_unknown(rows: SampleRows, where: slice | Integers, signal_id: int, column: SignalColumn) -> None:
    numbers_of_rows = np.arange(len(rows))[where].tolist()
    for row, value in zip(numbers_of_rows, column.values.ravel().tolist(), strict=True):
        sound = value if not isinstance(value, float) or np.isfinite(value) else None
        rows.extra.setdefault(row, {})[str(signal_id)] = sound


def copy_columns(rows: SampleRows) -> list[Column]:
    """The columns of `telemetry.samples` that these rows fill, positions left out."""
    return [*key_columns(rows), *_signal_columns(rows, personal=False)]


def position_columns(rows: SampleRows) -> list[Column]:
    """The columns of `telemetry.positions` for the frames that say where the car is; empty where none does."""
    positions = [column for column in _signal_columns(rows, personal=True) if isinstance(column, CopyColumn)]
    if not positions:
        return []
    key = {"vehicle_id", "recorded_at", "boot_id", "boot_number", "sequence", "frame"}
    keys = [column for column in key_columns(rows) if isinstance(column, CopyColumn) and column.name in key]
    located = np.logical_or.reduce([column.present for column in positions if column.present is not None])
    return [column.part(located) for column in (*keys, *positions)]


def key_columns(rows: SampleRows) -> list[Column]:
    messages, of = rows.messages, rows.message
    columns: list[Column] = [
        numbers("vehicle_id", messages.vehicle_ids[of], ">i8"),
        instants("recorded_at", rows.recorded_at_ms),
        instants("received_at", messages.received_at_ms[of]),
        octets("boot_id", messages.boot_ids[of]),
        numbers("boot_number", messages.boot_numbers[of], ">i8"),
        numbers("sequence", messages.sequences[of], ">i8"),
        numbers("frame", rows.frame, ">i4"),
        numbers("clock_quality", rows.clock_qualities[of], ">i2"),
        numbers("late", rows.late, "?"),
    ]
    if rows.extra:
        columns.append(TextColumn("extra", [_jsonb(rows.extra.get(row)) for row in range(len(rows))]))
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


def _jsonb(value: dict[str, Any] | None) -> bytes | None:
    return None if value is None else b"\x01" + json.dumps(value).encode()
