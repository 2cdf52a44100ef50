"""Reminders in the app, what their owner chooses, and the calendar behind a secret address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from database.connection import Pool
from tests.booking_api.conftest import NOW, VIN, Clients, put, recommend

CHOSEN: dict[str, Any] = {
    "language": "zh",
    "time_zone": "Asia/Shanghai",
    "quiet_since": "22:30",
    "quiet_until": "07:00",
    "channels": ["in_app", "email"],
}


async def remind(pool: Pool, vehicle_id: int, owner_id: str = "owner-1", state: str = "sent") -> str:
    """A reminder that was made, and in `state` for the app."""
    reminder_id = str(uuid4())
    texts = {"en": {"title": "Plan a visit", "lines": ["Oil"]}, "zh": {"title": "请安排进店", "lines": ["机油"]}}
    async with pool.connection() as connection:
        row = {"reminder_id": reminder_id, "vehicle_id": vehicle_id, "owner_id": owner_id, "urgency": 2}
        await put(connection, "planner.reminders", **row, made_at=NOW, texts=texts)
        delivery = {"reminder_id": reminder_id, "channel": "in_app", "state": state, "next_attempt_at": NOW}
        await put(connection, "planner.reminder_deliveries", **delivery)
    return reminder_id


async def test_a_reminder_is_listed_until_it_is_read(
    pool: Pool, car: int, client: httpx.AsyncClient, clients: Clients
) -> None:
    reminder_id = await remind(pool, car)
    await remind(pool, car, state="waiting")
    (listed,) = (await client.get("/v1/reminders?unread=true")).json()
    assert listed == {
        "reminder_id": reminder_id,
        "vin": VIN,
        "urgency": 2,
        "made_at": "2026-03-23T07:00:00Z",
        "read_at": None,
        "title": "Plan a visit",
        "lines": ["Oil"],
    }
    assert (await clients(language="zh").get("/v1/reminders")).json()[0]["title"] == "请安排进店"
    for _ in range(2):
        read = await client.put(f"/v1/reminders/{reminder_id}/read")
        assert read.json()["read_at"] == "2026-03-23T07:00:00Z"
    assert (await client.get("/v1/reminders?unread=true")).json() == []
    assert len((await client.get("/v1/reminders")).json()) == 1


async def test_nobody_reads_another_s_reminders_and_none_of_a_car_they_have_sold(
    pool: Pool, car: int, client: httpx.AsyncClient, clients: Clients
) -> None:
    reminder_id = await remind(pool, car)
    other = clients("owner-2")
    assert (await other.get("/v1/reminders")).json() == []
    answer = await other.put(f"/v1/reminders/{reminder_id}/read")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such reminder, or it is not yours.")
    assert (await client.get("/v1/reminders")).json()[0]["read_at"] is None
    async with pool.connection() as connection:
        await connection.execute("update vehicles.ownerships set until = '2026-03-01'")
    assert (await client.get("/v1/reminders")).json() == []


async def test_what_was_chosen_holds_and_before_that_the_defaults(client: httpx.AsyncClient, clients: Clients) -> None:
    read = await client.get("/v1/reminder-preferences")
    before, seen = read.json(), {"If-Match": read.headers["etag"]}
    assert before["channels"] == ["in_app", "email", "webhook"]
    assert (before["quiet_since"], before["quiet_until"]) == ("21:00", "08:00")
    missing = await client.put("/v1/reminder-preferences", json=CHOSEN)
    assert (missing.status_code, missing.json()["type"]) == (428, "if-match-missing")
    assert (await client.put("/v1/reminder-preferences", json=CHOSEN, headers=seen)).json() == CHOSEN
    assert (await client.get("/v1/reminder-preferences")).json() == CHOSEN
    stale = await client.put("/v1/reminder-preferences", json=CHOSEN | {"language": "en"}, headers=seen)
    assert (stale.status_code, stale.json()["type"]) == (412, "stale-version")
    assert (await clients("owner-2").get("/v1/reminder-preferences")).json() == before


@pytest.mark.parametrize(
    "change",
    [
        {"time_zone": "Mars/Olympus"},
        {"quiet_since": "22:30:30"},
        {"quiet_since": "22:30+01:00"},
        {"quiet_until": "25:00"},
        {"channels": ["pigeon"]},
        {"language": "de"},
    ],
)
async def test_what_cannot_be_chosen_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    await client.put("/v1/reminder-preferences", json=CHOSEN, headers={"If-Match": "*"})
    answer = await client.put("/v1/reminder-preferences", json=CHOSEN | change, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert (await client.get("/v1/reminder-preferences")).json() == CHOSEN


async def test_a_calendar_opens_by_its_address_alone_and_closes_with_the_next_or_when_revoked(
    pool: Pool, car: int, client: httpx.AsyncClient, clients: Clients
) -> None:
    async with pool.connection() as connection:
        await recommend(connection, car, due_at=NOW + timedelta(days=9))
    nobody = clients(None)
    first = (await client.post("/v1/due-calendar-addresses")).json()["path"]
    answer = await nobody.get(first)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "Servicelane Compact: Replace the 12 V battery"
    assert VIN.encode() not in answer.content
    second = (await client.post("/v1/due-calendar-addresses")).json()["path"]
    assert (await nobody.get(first)).status_code == 404
    assert (await nobody.get(second)).status_code == 200
    assert (await client.delete("/v1/due-calendar-addresses")).status_code == 204
    assert (await nobody.get(second)).status_code == 404


async def test_the_secret_itself_is_nowhere_in_the_database(pool: Pool, client: httpx.AsyncClient) -> None:
    path = (await client.post("/v1/due-calendar-addresses")).json()["path"]
    secret = path.removeprefix("/due-calendars/").removesuffix(".ics")
    async with pool.connection() as connection:
        rows = await (
            await connection.execute("select one::text as said from planner.calendar_addresses one")
        ).fetchall()
    assert len(rows) == 1
    assert secret not in rows[0]["said"]
    assert secret.encode().hex() not in rows[0]["said"]


async def test_one_owner_s_calendar_holds_nothing_of_another_s(pool: Pool, car: int, clients: Clients) -> None:
    async with pool.connection() as connection:
        await recommend(connection, car, due_at=NOW + timedelta(days=9))
    path = (await clients("owner-2").post("/v1/due-calendar-addresses")).json()["path"]
    assert Calendar.from_ical((await clients(None).get(path)).content).walk("VEVENT") == []
