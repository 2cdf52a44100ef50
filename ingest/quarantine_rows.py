"""Rows of the quarantine: what was not taken as it came, its bytes and why. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from ingest.sample_rows import SampleRows
from streaming.contract import Record
from telemetry_schema.refusals import Refusal, RefusalReason

Row = dict[str, Any]


class Name(NamedTuple):
    """What a message calls itself."""

    boot_id: UUID
    sequence: int
    frames: int


def received_at(record: Record) -> datetime:
    return datetime.fromisoformat(record.headers["received-at"])


def quarantined(record: Record) -> Row:
    """What the bridge set aside."""
    told = record.headers
    return {
        "vin": told.get("vin"),
        "topic": told["topic"],
        "content_type": told["content-type"],
        "reason": told["reason"],
        "disposition": told["disposition"],
        "detail": told["detail"],
        "boot_id": UUID(told["boot-id"]) if "boot-id" in told else None,
        "sequence": int(told["sequence"]) if "sequence" in told else None,
        "frames": int(told["frames"]),
        "received_at": received_at(record),
        "payload": record.value,
    }


def withheld(record: Record, refusal: Refusal, name: Name | None) -> Row:
    """A record that the writer cannot store; without a name where it cannot be read that far."""
    row = _from_stream(record, str(refusal.reason), refusal.detail, "quarantined")
    return row | name._asdict() if name else row


def absurd(record: Record, rows: SampleRows, number: int) -> Row:
    """Names values of one message that were set aside; it withholds no frame."""
    named = ", ".join(f"{name} ({count})" for name, count in sorted(rows.absurd[number].items()))
    detail = f"out of range or no number, set aside: {named}; the frames are stored without them"
    row = _from_stream(record, RefusalReason.VALUE_OUT_OF_RANGE, detail, "stored")
    boot_id = UUID(bytes=rows.messages.boot_ids[number].tobytes())
    return row | {"boot_id": boot_id, "sequence": int(rows.messages.sequences[number]), "frames": 0}


def _from_stream(record: Record, reason: str, detail: str, disposition: str) -> Row:
    return {
        "vin": record.key,
        "topic": record.topic,
        "content_type": record.headers.get("content-type", ""),
        "reason": str(reason),
        "disposition": disposition,
        "detail": detail[:2000],
        "boot_id": None,
        "sequence": None,
        "frames": 1,
        "received_at": received_at(record),
        "payload": record.value,
    }
