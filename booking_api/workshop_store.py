"""The tables of the schema `booking` that describe a workshop: its schedule, its services, its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from booking_api.jobs import Practice, Service
from booking_api.local_days import instant
from booking_api.models import Claim, PartLine, Position, Resource, Wishes, Workshop
from booking_api.parts import Stock
from database.connection import Connection
from database.queries import Queries

Row = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

_queries: Final = Queries(Path(__file__).parent / "queries")
_NO_LIMITS: Final = {
    "daily_visits": None,
    "daily_minutes": None,
    "parts_lead_days": 0,
    "mobile_radius_km": 0,
    "mobile_travel_minutes": 30,
    "change_notice_minutes": 60,
}


async def fetch_workshops(connection: Connection, workshop_ids: Sequence[str] | None = None) -> list[Workshop]:
    """Those named, or all of them."""
    named = None if workshop_ids is None else list(workshop_ids)
    rows = await _queries.all(connection, "fetch_workshops", workshop_ids=named)
    return [_workshop(row) for row in rows]


async def fetch_changed_workshops(connection: Connection, since: str) -> tuple[str, list[str]]:
    """What to ask `since` the next time, and the workshops that have been described since."""
    row = await _queries.one(connection, "fetch_changed_workshops", since=since)
    assert row is not None  # one row, whatever has changed
    return row["seen_until"], row["workshop_ids"]


async def lock_workshop(connection: Connection, workshop_id: str) -> int | None:
    row = await _queries.one(connection, "lock_workshop", workshop_id=workshop_id)
    return row["version"] if row else None


async def fetch_practices(
    connection: Connection, codes: Iterable[str], parts: Iterable[str], workshop_id: str | None = None
) -> dict[str, Practice]:
    """By workshop, about these operations and parts. No part is asked for where none is needed."""
    services: defaultdict[str, list[Service]] = defaultdict(list)
    for row in await _queries.all(connection, "fetch_services", codes=list(codes), workshop_id=workshop_id):
        services[row.pop("workshop_id")].append(Service(**(row | {"equipment": frozenset(row["equipment"])})))
    stock = await fetch_stock(connection, parts, workshop_id)
    known = {*services, *stock}
    return {one: Practice(tuple(services.get(one, ())), stock.get(one, {})) for one in known}


async def fetch_stock(
    connection: Connection, parts: Iterable[str], workshop_id: str | None = None
) -> dict[str, dict[str, Stock]]:
    wanted = sorted(set(parts))
    stock: defaultdict[str, dict[str, Stock]] = defaultdict(dict)
    if wanted:
        for row in await _queries.all(connection, "fetch_stock", parts=wanted, workshop_id=workshop_id):
            of_workshop = stock[row.pop("workshop_id")]
            of_workshop[row["part"]] = Stock(**row)
    return dict(stock)


async def fetch_known_places(connection: Connection, vehicle_id: int, now: datetime) -> Wishes:
    """That the car goes where it was the last time, and to who received it at each place."""
    rows = await _queries.all(connection, "fetch_known_places", vehicle_id=vehicle_id, now=now)
    advisers = frozenset(row["adviser_id"] for row in rows if row["adviser_id"] is not None)
    return Wishes(usual_workshop_id=rows[0]["workshop_id"] if rows else None, adviser_ids=advisers)


async def fetch_changed_resources(connection: Connection, since: str) -> tuple[str, list[int]]:
    """What to ask `since` the next time, and the resources whose claims may have changed."""
    row = await _queries.one(connection, "fetch_changed_resources", since=since)
    assert row is not None  # one row, whatever has changed
    return row["seen_until"], row["resource_ids"]


async def fetch_claims_of(
    connection: Connection, resource_ids: Sequence[int], from_at: datetime, until_at: datetime
) -> list[Claim]:
    asked = {"resource_ids": list(resource_ids), "from_at": from_at, "until_at": until_at}
    rows = await _queries.all(connection, "fetch_claims_of", **asked)
    return [
        Claim(row["resource_id"], start, end)
        for row in rows
        for start, end in zip(row["start_minutes"], row["end_minutes"], strict=True)
    ]


async def lock_stock(connection: Connection, workshop_id: str) -> None:
    """From here to the end of the transaction nobody else reserves parts of this workshop."""
    await _queries.run(connection, "lock_stock", workshop_id=workshop_id)


async def reserve_parts(connection: Connection, booking_id: UUID, workshop_id: str, lines: Iterable[PartLine]) -> None:
    rows = [
        {
            "booking_id": booking_id,
            "workshop_id": workshop_id,
            "part": one.part,
            "quantity": one.quantity,
            "source": one.source,
            "ready_at": instant(one.ready_minute),
        }
        for one in lines
    ]
    if rows:
        await _queries.many(connection, "insert_part_reservation", rows)


async def release_parts(connection: Connection, booking_id: UUID) -> None:
    await _queries.run(connection, "release_parts", booking_id=booking_id)


async def fit_parts(connection: Connection, booking_id: UUID) -> None:
    """They have left the stock."""
    await _queries.run(connection, "fit_parts", booking_id=booking_id)


async def upsert_workshop(connection: Connection, workshop: Mapping[str, Any]) -> None:
    await _queries.run(connection, "upsert_workshop", **(_NO_LIMITS | dict(workshop)))


async def forget_schedule(connection: Connection, workshop_id: str) -> None:
    await _queries.run(connection, "forget_schedule", workshop_id=workshop_id)


async def upsert_opening_hours(connection: Connection, rows: Rows) -> None:
    await _queries.many(connection, "upsert_opening_hours", rows)


async def insert_closed_days(connection: Connection, rows: Rows) -> None:
    await _queries.many(connection, "insert_closed_day", rows)


async def upsert_resources(connection: Connection, rows: Rows) -> None:
    await _queries.many(connection, "upsert_resource", rows)


async def insert_breaks(connection: Connection, rows: Rows) -> None:
    await _queries.many(connection, "insert_break", rows)


async def insert_absences(connection: Connection, rows: Rows) -> None:
    await _queries.many(connection, "insert_absence", rows)


async def insert_services(connection: Connection, rows: Rows) -> None:
    await _queries.many(connection, "insert_service", rows)


async def insert_stock(connection: Connection, rows: Rows) -> None:
    await _queries.many(connection, "insert_stock", rows)


def _workshop(row: Row) -> Workshop:
    hours: defaultdict[int, tuple[tuple[int, int], ...]] = defaultdict(tuple)
    for weekday, opens, closes in row.pop("hours"):
        hours[weekday] += ((opens, closes),)
    return Workshop(
        hours=dict(hours),
        position=Position(row.pop("latitude_deg"), row.pop("longitude_deg")),
        brands=frozenset(row.pop("brands")),
        closed_on=frozenset(row.pop("closed_on")),
        resources=_resources(row.pop("resources"), row.pop("breaks"), row.pop("absences")),
        **row,
    )


def _resources(rows: list[list[Any]], breaks: list[list[int]], absences: list[list[int]]) -> tuple[Resource, ...]:
    pauses: defaultdict[int, dict[int, tuple[tuple[int, int], ...]]] = defaultdict(dict)
    for resource_id, weekday, starts, ends in breaks:
        pauses[resource_id][weekday] = (*pauses[resource_id].get(weekday, ()), (starts, ends))
    away: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for resource_id, begin, end in absences:
        away[resource_id].append((begin, end))
    return tuple(
        Resource(number, kind, name, frozenset(skills), pauses.get(number, {}), tuple(away.get(number, ())))
        for number, kind, name, skills in rows
    )
