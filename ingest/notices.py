"""What is new of which car, for those who read the tables: one notice per car and step. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from pydantic_core import to_json

from ingest.messages import Messages
from ingest.sample_rows import LATE_AFTER_MS
from streaming.contract import OutgoingRecord
from telemetry_schema.topics import StreamTopic


@dataclass(slots=True)
class _Notice:
    from_ms: int
    to_ms: int
    late: bool
    kinds: set[str]


@dataclass(slots=True)
class Notices:
    """Gathers over one step. A message that came again is told again: its first notice may have been lost."""

    _by_vehicle: dict[int, _Notice] = field(default_factory=dict)

    def add(self, messages: Messages, kind: str) -> None:
        order = np.argsort(messages.vehicle_ids, kind="stable")
        vehicle_ids = messages.vehicle_ids[order]
        starts = np.concatenate(([0], np.flatnonzero(np.diff(vehicle_ids)) + 1))
        late = (messages.received_at_ms - messages.from_ms > LATE_AFTER_MS)[order]
        told = zip(
            vehicle_ids[starts].tolist(),
            np.minimum.reduceat(messages.from_ms[order], starts).tolist(),
            np.maximum.reduceat(messages.to_ms[order], starts).tolist(),
            np.logical_or.reduceat(late, starts).tolist(),
            strict=True,
        )
        for vehicle_id, from_ms, to_ms, is_late in told:
            self._add(vehicle_id, _Notice(from_ms, to_ms, is_late, {kind}))

    def _add(self, vehicle_id: int, fresh: _Notice) -> None:
        known = self._by_vehicle.setdefault(vehicle_id, fresh)
        known.from_ms = min(known.from_ms, fresh.from_ms)
        known.to_ms = max(known.to_ms, fresh.to_ms)
        known.late |= fresh.late
        known.kinds |= fresh.kinds

    def records(self, vins: dict[int, str]) -> Iterator[OutgoingRecord]:
        """`vins` by vehicle."""
        for vehicle_id, notice in self._by_vehicle.items():
            value = {
                "vehicle_id": vehicle_id,
                "vin": vins[vehicle_id],
                "from_ms": notice.from_ms,
                "to_ms": notice.to_ms,
                "kinds": sorted(notice.kinds),
                "late": notice.late,
            }
            yield OutgoingRecord(StreamTopic.STORED, vins[vehicle_id], to_json(value))
