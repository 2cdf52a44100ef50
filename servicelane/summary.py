"""What a run came to, for people and for programs. The JSON Schema of the file is `docs/summary.schema.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from servicelane.counting import FrameCounts


@dataclass(frozen=True, slots=True)
class FaultOutcome:
    """One injected fault against what diagnostics said of it; `found_at` is None where it said nothing."""

    vin: str
    kind: str
    onset_at: datetime
    strands_at: datetime | None
    found_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueItem:
    vin: str
    item: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Offered:
    """A slot as it was offered. `labels`: recommended, soonest, closest."""

    workshop: str
    starts_at: datetime
    labels: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """What an owner saw and did: how the car is, the first slots on offer, the visit and what was told of it."""

    vin: str
    workshop: str
    starts_at: datetime
    reasons: tuple[str, ...]
    health: str
    offered: tuple[Offered, ...]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The demo's result. The loop is closed when nothing was lost or repeated, a fault was found and a slot booked."""

    frames: FrameCounts
    faults: tuple[FaultOutcome, ...]
    false_findings: int
    due: tuple[DueItem, ...]
    booking: Booked | None
    seconds: float

    @property
    def closed(self) -> bool:
        found = any(fault.found_at for fault in self.faults)
        return self.frames.lost == 0 and self.frames.repeated == 0 and found and self.booking is not None

    def as_dict(self) -> dict[str, Any]:
        return {
            "frames": self.frames.as_dict(),
            "faults": [_fault(outcome) for outcome in self.faults],
            "false_findings": self.false_findings,
            "due": [asdict(item) | {"due_at": _text(item.due_at)} for item in self.due],
            "booking": _booking(self.booking),
            "seconds": round(self.seconds, 1),
            "closed": self.closed,
        }


def write_json(result: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def _fault(outcome: FaultOutcome) -> dict[str, Any]:
    return {
        "vin": outcome.vin,
        "kind": outcome.kind,
        "truth": {"onset_at": _text(outcome.onset_at), "strands_at": _text(outcome.strands_at)},
        "found_at": _text(outcome.found_at),
    }


def _booking(booked: Booked | None) -> dict[str, Any] | None:
    if booked is None:
        return None
    return {
        "vin": booked.vin,
        "workshop": booked.workshop,
        "starts_at": _text(booked.starts_at),
        "reasons": list(booked.reasons),
        "health": booked.health,
        "offered": [
            {
                "workshop": one.workshop,
                "starts_at": _text(one.starts_at),
                "labels": list(one.labels),
                "reasons": list(one.reasons),
            }
            for one in booked.offered
        ],
        "events": list(booked.events),
    }


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
