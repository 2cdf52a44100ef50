"""The newest value of every signal of a car. Pure: a missing value means unchanged, late data never goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from ingest.sample_rows import SampleRows
from telemetry_schema.catalogue import signals_by_id


@dataclass(slots=True)
class LatestState:
    """`signals` holds, by signal name, {"value": …, "recorded_at": ISO 8601 in UTC}."""

    last_recorded_at: datetime
    last_received_at: datetime
    clock_quality: int
    signals: dict[str, dict[str, Any]] = field(default_factory=dict)


def latest_of(rows: SampleRows) -> dict[int, LatestState]:
    """The newest values within these rows, by vehicle."""
    vehicles = np.repeat(np.array([one.vehicle_id for one in rows.arrived], dtype=np.int64), rows.counts)
    order = np.lexsort((rows.recorded_at_ms, vehicles))
    borders = np.flatnonzero(np.diff(vehicles[order])) + 1
    states = {int(vehicles[group[0]]): _start(rows, group) for group in np.split(order, borders)}
    for group in np.split(order, borders):
        _fill(states[int(vehicles[group[0]])], rows, group)
    return states


def _start(rows: SampleRows, group: Any) -> LatestState:
    batch_of = np.searchsorted(rows.offsets(), group, side="right") - 1
    newest = rows.arrived[int(batch_of[-1])]
    return LatestState(
        last_recorded_at=_instant(rows.recorded_at_ms[group[-1]]),
        last_received_at=max(rows.arrived[number].received_at for number in np.unique(batch_of).tolist()),
        clock_quality=newest.batch.clock_quality.value,
    )


def _fill(state: LatestState, rows: SampleRows, group: Any) -> None:
    for signal_id, (values, present) in rows.signals.items():
        signal = signals_by_id()[signal_id]
        if signal.is_personal:
            continue
        there = np.flatnonzero(present[group])
        if len(there):
            row = group[there[-1]]
            value = values[row].item() if hasattr(values[row], "item") else values[row]
            instant = _instant(rows.recorded_at_ms[row]).isoformat(timespec="milliseconds")
            state.signals[signal.name] = {"value": _short(value), "recorded_at": instant}


def merge(known: Mapping[str, Any] | None, fresh: LatestState) -> LatestState:
    """What is known and what is fresh as one state, signal by signal the later of the two."""
    if known is None:
        return fresh
    older = LatestState(known["last_recorded_at"], known["last_received_at"], known["clock_quality"], known["signals"])
    newer = fresh if fresh.last_recorded_at >= older.last_recorded_at else older
    signals = dict(older.signals)
    for name, entry in fresh.signals.items():
        if name not in signals or entry["recorded_at"] >= signals[name]["recorded_at"]:
            signals[name] = entry
    return LatestState(
        newer.last_recorded_at, max(older.last_received_at, fresh.last_received_at), newer.clock_quality, signals
    )


def _instant(unix_ms: Any) -> datetime:
    return datetime.fromtimestamp(int(unix_ms) / 1000, UTC)


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
