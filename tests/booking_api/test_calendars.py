"""Calendars: what RFC 5545 asks for, and addresses that open one thing until they are taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from booking_api.calendars.icalendar import Entry, calendar
from database.connection import Pool
from tests.booking_api.conftest import OTHER_VIN, VIN, Clients, booking_of, open_workshop, start

ENTRY = Entry(
    uid=UUID("00000000-0000-4000-8000-000000000001"),
    sequence=3,
    changed_at=datetime(2026, 3, 23, 7, tzinfo=UTC),
    starts_at=datetime.fromisoformat("2026-03-29T03:00:00+02:00"),
    ends_at=datetime.fromisoformat("2026-03-29T04:00:00+02:00"),
    summary="Brakes; front, rear\\all\nsoon",
    place="维修站" * 30,
    cancelled=False,
)


def unfolded(document: bytes) -> list[str]:
    """Lines as a calendar program reads them."""
    return document.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_is_what_the_standard_asks_for() -> None:
    lines = unfolded(calendar("Visits", [ENTRY]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20260329T010000Z" in lines  # the hour after clocks went forward
    assert "SEQUENCE:3" in lines
    assert "SUMMARY:Brakes\\; front\\, rear\\\\all\\nsoon" in lines
    assert f"LOCATION:{ENTRY.place}" in lines
    assert "STATUS:CONFIRMED" in lines


def test_no_line_is_longer_than_75_octets_and_no_character_is_cut() -> None:
    for line in calendar("Visits", [ENTRY]).split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


@pytest.mark.usefixtures("workshop")
async def test_a_visit_keeps_its_identity_when_it_moves_and_ends(client: httpx.AsyncClient) -> None:
    path = (await client.post("/v1/bookings", json=booking_of(start()))).headers["location"]
    first = await client.get(f"{path}/calendar.ics")
    assert first.headers["content-type"].startswith("text/calendar")
    await client.put(f"{path}/start", json={"starts_at": start(hour=11)}, headers={"If-Match": "*"})
    moved = unfolded((await client.get(f"{path}/calendar.ics")).content)
    await client.delete(path)
    ended = unfolded((await client.get(f"{path}/calendar.ics")).content)
    uid = next(line for line in unfolded(first.content) if line.startswith("UID:"))
    assert uid in moved
    assert uid in ended
    assert "DTSTART:20260324T100000Z" in moved
    assert "SEQUENCE:2" in moved
    assert "STATUS:CANCELLED" in ended
    assert VIN not in first.text


@pytest.mark.usefixtures("workshop")
async def test_an_address_needs_no_token_opens_one_visit_and_is_taken_back(clients: Clients) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    await clients("owner-2").post("/v1/bookings", json=booking_of(start(hour=11), OTHER_VIN))
    address = (await clients().post(f"{path}/calendar-addresses")).json()["path"]
    another = (await clients().post(f"{path}/calendar-addresses")).json()["path"]
    assert address != another
    opened = await clients(None).get(address)
    assert opened.status_code == 200
    assert opened.text.count("BEGIN:VEVENT") == 1
    assert (await clients(None).get(f"/calendars/{'A' * 43}.ics")).status_code == 404
    assert (await clients("owner-2").delete(f"{path}/calendar-addresses")).status_code == 404
    assert (await clients().delete(f"{path}/calendar-addresses")).status_code == 204
    assert (await clients(None).get(address)).status_code == 404
    assert (await clients(None).get(another)).status_code == 404


async def test_the_database_does_not_hold_the_secret(clients: Clients, workshop: str, pool: Pool) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    secret = (await clients().post(f"{path}/calendar-addresses")).json()["path"].split("/")[-1].removesuffix(".ics")
    async with pool.connection() as connection:
        rows = await (await connection.execute("select one::text from booking.calendar_addresses as one")).fetchall()
    assert len(rows) == 1
    assert secret not in str(rows)
    assert secret.encode().hex() not in str(rows)


async def test_a_bay_shows_its_own_visits_to_its_own_desk(clients: Clients, pool: Pool, workshop: str) -> None:
    async with pool.connection() as connection:
        await open_workshop(connection, "workshop-2")
        bays = "select workshop_id, resource_id from booking.resources where kind = 'bay'"
        found = {row["workshop_id"]: row["resource_id"] for row in await (await connection.execute(bays)).fetchall()}
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    away = (await clients("owner-2").post("/v1/bookings", json=booking_of(start(hour=11), OTHER_VIN))).headers[
        "location"
    ]
    await clients("owner-2").delete(away)
    desk = clients("adviser-1", "service_adviser", organisation_id="workshop-1")
    mine = f"/v1/workshops/workshop-1/bays/{found['workshop-1']}/calendar-addresses"
    address = (await desk.post(mine)).json()["path"]
    lines = unfolded((await clients(None).get(address)).content)
    assert [line for line in lines if line.startswith("STATUS")] == ["STATUS:CONFIRMED", "STATUS:CANCELLED"]
    assert f"UID:{path.rsplit('/', 1)[1]}@servicelane" in lines
    for workshop_id, bay in (("workshop-2", found["workshop-2"]), ("workshop-1", found["workshop-2"])):
        refused = await desk.post(f"/v1/workshops/{workshop_id}/bays/{bay}/calendar-addresses")
        assert refused.status_code == 404
    assert (await desk.delete(mine)).status_code == 204
    assert (await clients(None).get(address)).status_code == 404
