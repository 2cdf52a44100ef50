"""The tables of reminders, and what a reminder reads of other packages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from maintenance_planner.reminders.ladder import ChannelName, Open
from maintenance_planner.reminders.messages import DueItem, Language, Message, Told
from maintenance_planner.reminders.preferences import Preferences
from maintenance_planner.reminders.quiet_hours import QuietHours

Row = dict[str, Any]
_queries: Final = Queries(Path(__file__).parents[1] / "queries")


@dataclass(frozen=True, slots=True)
class OwnedCar:
    """One car with its owner: `items` are what is open on it, by recommendation."""

    vehicle_id: int
    owner_id: str
    car: str
    has_email: bool
    last_reminded_at: datetime | None
    open: tuple[Open, ...]
    items: Mapping[UUID, DueItem]


@dataclass(frozen=True, slots=True)
class Shown:
    """A reminder as the app lists it."""

    reminder_id: UUID
    vin: str
    urgency: int
    made_at: datetime
    read_at: datetime | None
    texts: Mapping[Language, Told]


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery in hand. `is_still_due` False: its work was booked or done meanwhile, or the car was sold."""

    message: Message
    channel: ChannelName
    attempts: int
    is_still_due: bool


async def fetch_vehicles_to_remind(
    connection: Connection, after: int, now: datetime, lead: timedelta, maximum: int
) -> list[int]:
    rows = await _queries.all(connection, "fetch_vehicles_to_remind", after=after, now=now, lead=lead, maximum=maximum)
    return [row["vehicle_id"] for row in rows]


async def fetch_to_remind(connection: Connection, vehicle_ids: Sequence[int], now: datetime) -> list[OwnedCar]:
    by_car: dict[int, list[Row]] = defaultdict(list)
    for row in await _queries.all(connection, "fetch_to_remind", vehicle_ids=list(vehicle_ids), now=now):
        by_car[row["vehicle_id"]].append(row)
    return [_owned_car(rows) for rows in by_car.values()]


def _owned_car(rows: Sequence[Row]) -> OwnedCar:
    first = rows[0]
    return OwnedCar(
        first["vehicle_id"],
        first["owner_id"],
        first["car"],
        first["has_email"],
        first["last_reminded_at"],
        tuple(
            Open(row["recommendation_id"], row["urgency"], row["safe_until"], frozenset(row["climbed"])) for row in rows
        ),
        {row["recommendation_id"]: DueItem(row["urgency"], row["titles"], row["safe_until"]) for row in rows},
    )


async def fetch_preferences(connection: Connection, owner_ids: Sequence[str]) -> dict[str, Preferences]:
    """Of those who have chosen."""
    rows = await _queries.all(connection, "fetch_reminder_preferences", owner_ids=list(owner_ids))
    return {
        row["owner_id"]: Preferences(
            row["language"],
            QuietHours(row["time_zone"], row["quiet_since"], row["quiet_until"]),
            tuple(row["channels"]),
        )
        for row in rows
    }


async def upsert_preferences(connection: Connection, owner_id: str, chosen: Preferences, now: datetime) -> None:
    await _queries.run(
        connection,
        "upsert_reminder_preferences",
        owner_id=owner_id,
        language=chosen.language,
        time_zone=chosen.quiet.time_zone,
        quiet_since=chosen.quiet.since,
        quiet_until=chosen.quiet.until,
        channels=list(chosen.channels),
        now=now,
    )


async def insert_reminder(
    connection: Connection,
    reminder_id: UUID,
    car: OwnedCar,
    urgency: int,
    texts: Mapping[Language, Told],
    made_at: datetime,
) -> None:
    await _queries.run(
        connection,
        "insert_reminder",
        reminder_id=reminder_id,
        vehicle_id=car.vehicle_id,
        owner_id=car.owner_id,
        urgency=urgency,
        made_at=made_at,
        texts=Jsonb({language: asdict(told) for language, told in texts.items()}),
    )


async def insert_rungs(
    connection: Connection, reminder_id: UUID, owner_id: str, rungs: Sequence[tuple[UUID, str]]
) -> int:
    """How many were not there before."""
    rows = [
        {"recommendation_id": recommendation_id, "owner_id": owner_id, "rung": rung, "reminder_id": reminder_id}
        for recommendation_id, rung in sorted(rungs, key=str)
    ]
    return await _queries.many(connection, "insert_reminder_rung", rows)


async def insert_deliveries(
    connection: Connection, reminder_id: UUID, channels: Sequence[ChannelName], next_attempt_at: datetime
) -> None:
    rows = [{"reminder_id": reminder_id, "channel": name, "next_attempt_at": next_attempt_at} for name in channels]
    await _queries.many(connection, "insert_reminder_delivery", rows)


async def take_delivery(
    connection: Connection, channels: Sequence[str], now: datetime, again_at: datetime
) -> Taken | None:
    """None: nothing waits for these channels at this instant."""
    row = await _queries.one(connection, "take_reminder_delivery", channels=list(channels), now=now, again_at=again_at)
    if row is None:
        return None
    message = Message(
        row["reminder_id"],
        row["owner_id"],
        row["vin"],
        row["urgency"],
        row["made_at"],
        _texts(row["texts"]),
        "en",
        row["email"],
    )
    return Taken(message, row["channel"], row["attempts"], row["still_due"])


async def end_delivery(
    connection: Connection, taken: Taken, state: str, now: datetime, detail: str | None = None
) -> None:
    await _queries.run(
        connection,
        "end_reminder_delivery",
        reminder_id=taken.message.reminder_id,
        channel=taken.channel,
        state=state,
        now=now,
        detail=detail,
    )


async def put_off_delivery(
    connection: Connection, taken: Taken, next_attempt_at: datetime, attempts: int, detail: str | None
) -> None:
    await _queries.run(
        connection,
        "put_off_reminder_delivery",
        reminder_id=taken.message.reminder_id,
        channel=taken.channel,
        next_attempt_at=next_attempt_at,
        attempts=attempts,
        detail=detail,
    )


async def fetch_reminders(
    connection: Connection, owner_id: str, *, unread: bool, maximum: int, reminder_id: UUID | None = None
) -> list[Shown]:
    rows = await _queries.all(
        connection, "fetch_reminders", owner_id=owner_id, unread=unread, maximum=maximum, reminder_id=reminder_id
    )
    return [Shown(**{**row, "texts": _texts(row["texts"])}) for row in rows]


async def mark_read(connection: Connection, owner_id: str, reminder_id: UUID, now: datetime) -> None:
    await _queries.run(connection, "mark_reminder_read", owner_id=owner_id, reminder_id=reminder_id, now=now)


async def insert_calendar_address(connection: Connection, secret_sha256: bytes, owner_id: str, now: datetime) -> None:
    await _queries.run(connection, "insert_calendar_address", secret_sha256=secret_sha256, owner_id=owner_id, now=now)


async def revoke_calendar_addresses(connection: Connection, owner_id: str) -> int:
    return await _queries.run(connection, "revoke_calendar_addresses", owner_id=owner_id)


async def fetch_calendar_owner(connection: Connection, secret_sha256: bytes) -> Row | None:
    return await _queries.one(connection, "fetch_calendar_owner", secret_sha256=secret_sha256)


async def fetch_due_of_owner(connection: Connection, owner_id: str, maximum: int) -> list[Row]:
    return await _queries.all(connection, "fetch_due_of_owner", owner_id=owner_id, maximum=maximum)


def _texts(said: Mapping[str, Mapping[str, Any]]) -> dict[Language, Told]:
    return {cast(Language, name): Told(told["title"], tuple(told["lines"])) for name, told in said.items()}
