"""What of a car's messages has arrived, what is missing, and where one message is. For operators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from booking_api import error_texts, store
from booking_api.errors import NotFoundError
from database.connection import Connection

MAXIMUM_BOOTS = 200
MAXIMUM_DROPS = 200

State = Literal["stored", "quarantined", "refused", "missing", "unknown"]
Span = tuple[int, int]
"""Sequences from … to, both included."""


@dataclass(frozen=True, slots=True)
class BootContinuity:
    """One start of one head unit.

    `missing` lies below `highest_sequence`. `reported_drops` are frames that the car says it gave up in the time of
    this boot: where there are any, what is missing is gone; where there are none, it is still in the car or on its way.
    `clock_behind_seconds`: about so much the car's clock is behind ours (below zero: ahead), at most.
    `restored_at`: the database was put back from a back-up within the time of this boot. What had arrived after the
    back-up is missing then and will not come: the car was told that it was stored.
    """

    boot_id: UUID
    boot_number: int
    highest_sequence: int
    known_from: int
    stored: tuple[Span, ...]
    set_aside: tuple[Span, ...]
    missing: tuple[Span, ...]
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


@dataclass(frozen=True, slots=True)
class MessageTrace:
    """What became of one message: `places` where its frames are, `kept` its rows in the quarantine."""

    state: State
    places: list[store.Row]
    kept: list[store.Row]


async def continuity(connection: Connection, vin: str) -> list[BootContinuity]:
    """The newest boot first. Raises NotFoundError where no such car is enrolled."""
    await _must_exist(connection, vin)
    rows = await store.fetch_continuity(connection, vin, MAXIMUM_BOOTS)
    drops = await store.fetch_drops(connection, vin, MAXIMUM_DROPS)
    return [_boot(row, drops) for row in rows]


async def trace(
    connection: Connection, vin: str, boot_id: UUID, sequence: int, frame: int | None = None
) -> MessageTrace:
    """Raises NotFoundError where no such car is enrolled."""
    await _must_exist(connection, vin)
    places = await store.fetch_message_places(connection, vin, boot_id, sequence, frame)
    kept = await store.fetch_quarantine(connection, vin=vin, boot_id=boot_id, sequence=sequence, maximum=20)
    boots = await store.fetch_continuity(connection, vin, MAXIMUM_BOOTS)
    highest = max((row["highest_sequence"] for row in boots if row["boot_id"] == boot_id), default=0)
    return MessageTrace(_state(places, kept, sequence, highest), places, kept)


def _state(places: Sequence[store.Row], kept: Sequence[store.Row], sequence: int, highest: int) -> State:
    """`unknown`: of this boot nothing as late as this has arrived; the car may not even have made it."""
    if places:
        return "stored"
    withheld = [row["disposition"] for row in kept if row["disposition"] != "stored"]
    if withheld:
        return "refused" if "refused" in withheld else "quarantined"
    return "missing" if sequence <= highest else "unknown"


async def _must_exist(connection: Connection, vin: str) -> None:
    if not await store.vehicle_exists(connection, vin):
        raise NotFoundError(error_texts.NO_CAR)


def _boot(row: store.Row, drops: Iterable[store.Row]) -> BootContinuity:
    return BootContinuity(
        boot_id=row["boot_id"],
        boot_number=row["boot_number"],
        highest_sequence=row["highest_sequence"],
        known_from=row["known_from"],
        stored=_spans(row["stored"]),
        set_aside=_spans(row["set_aside"]),
        missing=_spans(row["missing"]),
        missing_messages=row["missing_messages"],
        repeats=row["repeats"],
        reported_drops=sum(drop["frames"] for drop in drops if _meets(drop, row)),
        first_recorded_at=row["first_recorded_at"],
        last_recorded_at=row["last_recorded_at"],
        last_received_at=row["last_received_at"],
        clock_behind_seconds=row["least_delay_seconds"],
        is_newest_boot=row["is_newest_boot"],
        older_boots_have_gaps=row["older_boots_have_gaps"],
        restored_at=row["restored_at"],
    )


def _spans(ranges: Any) -> tuple[Span, ...]:
    """From PostgreSQL's ranges, which leave the upper end out; the range of the highest number has none."""
    return tuple((one.lower, 2**63 - 1 if one.upper is None else one.upper - 1) for one in ranges)


def _meets(drop: store.Row, boot: store.Row) -> bool:
    """Whether a report of the car speaks of the time of this boot; one without instants: of the boot that reports."""
    if drop["from_recorded_at"] is None or drop["to_recorded_at"] is None or boot["first_recorded_at"] is None:
        return bool(drop["boot_id"] == boot["boot_id"])
    starts_before_the_end: bool = drop["from_recorded_at"] <= boot["last_recorded_at"]
    ends_after_the_start: bool = drop["to_recorded_at"] >= boot["first_recorded_at"]
    return starts_before_the_end and ends_after_the_start
