"""What operators ask and are told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from booking_api.schemas import Asked
from telemetry_schema.redrives import LONGEST_OFFSET_MS, MAXIMUM_MESSAGES

QuarantineId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class BootContinuityAnswer(BaseModel):
    """Spans of sequences are [from, to], both included. `missing` lies below `highest_sequence`.

    Where `reported_drops` is above zero, the car says that it gave so many frames up in the time of this boot; where it
    is zero, what is missing is still in the car or on its way. `clock_behind_seconds`: about so much the car's clock is
    behind ours, at most. `restored_at`: the database was put back from a back-up within the time of this boot; what had
    arrived after the back-up is missing and will not come.
    """

    boot_id: UUID
    boot_number: int
    highest_sequence: int
    known_from: int
    stored: list[tuple[int, int]]
    set_aside: list[tuple[int, int]]
    missing: list[tuple[int, int]]
    missing_messages: int
    repeats: int
    reported_drops: int
    first_recorded_at: datetime | None
    last_recorded_at: datetime | None
    last_received_at: datetime
    clock_behind_seconds: float | None
    is_newest_boot: bool
    older_boots_have_gaps: bool
    restored_at: datetime | None


class PlaceAnswer(BaseModel):
    """`source`: sample, collision, event, dtc_report or command_result."""

    source: str
    frames: int
    recorded_from: datetime
    recorded_to: datetime
    received_at: datetime
    stored_at: datetime | None


class KeptAnswer(BaseModel):
    """`disposition`: quarantined (may be driven again), refused (never), stored (only values were set aside)."""

    quarantine_id: int
    vin: str | None
    reason: str
    disposition: Literal["quarantined", "refused", "stored"]
    detail: str
    frames: int
    boot_id: UUID | None
    sequence: int | None
    received_at: datetime
    payload_bytes: int
    topic: str
    content_type: str
    attempts: int
    last_attempt_at: datetime | None
    redriven_at: datetime | None
    outcome: str | None
    redriven_by: str | None
    clock_offset_ms: int | None


class KeptMessageAnswer(KeptAnswer):
    """`decoded` is what can be read of the message today, values left out."""

    decoded: dict[str, Any]
    advice: str


class TraceAnswer(BaseModel):
    """`unknown`: nothing as late as this has arrived of that boot; the car may not even have made it."""

    state: Literal["stored", "quarantined", "refused", "missing", "unknown"]
    places: list[PlaceAnswer]
    quarantine: list[KeptAnswer]


class NewRedrive(Asked):
    """`clock_offset_ms` is added to every instant in these messages; it is kept with them."""

    quarantine_ids: list[QuarantineId] = Field(min_length=1, max_length=MAXIMUM_MESSAGES)
    clock_offset_ms: int | None = Field(default=None, ge=-LONGEST_OFFSET_MS, le=LONGEST_OFFSET_MS)


class PassedOver(BaseModel):
    quarantine_id: int
    why: str


class RedriveAnswer(BaseModel):
    """Asked for, not done: what comes of it stands in the quarantine a moment later."""

    quarantine_ids: list[int]
    passed_over: list[PassedOver]
