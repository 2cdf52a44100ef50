"""What is found about a car is told beside what happens to its visits: to whom it concerns, in order, once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from booking_api.events.findings import handle
from booking_api.worker import working
from database.connection import Pool
from diagnostics.alarms import Alarm
from diagnostics.findings import encode_finding, finding_of
from streaming.choice import open_stream
from streaming.contract import OutgoingRecord, Record
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic
from tests.booking_api.conftest import NOW, VIN, Clients, booking_of, events_of, put, start
from tests.booking_api.test_events import messages

FOUND = finding_of(VIN, Alarm("battery_ageing", "12 V battery", 3, NOW.timestamp(), NOW.timestamp() - 3600, ()))


async def consent(pool: Pool, vehicle_id: int, kind: str, grantee: str, scopes: str) -> None:
    row = {"vehicle_id": vehicle_id, "owner_id": "owner-1", "given_by": "owner-1", "given_at": NOW, "starts_at": NOW}
    row |= {"ends_at": NOW + timedelta(days=1), "grantee_kind": kind, "grantee": grantee, "scopes": scopes}
    async with pool.connection() as connection:
        await put(connection, "booking.consents", consent_id=UUID(int=len(grantee)), **row)


async def told(pool: Pool, *values: bytes) -> None:
    """As the stream hands them over, in one batch."""
    records = [Record(StreamTopic.FINDINGS, VIN, value, {}, NOW) for value in values]
    async with pool.connection() as connection:
        await handle(records, connection)


async def test_a_finding_on_the_stream_is_an_event_for_its_owner_and_for_nobody_else_s(
    clients: Clients, pool: Pool
) -> None:
    record = OutgoingRecord(StreamTopic.FINDINGS, VIN, encode_finding(FOUND))
    async with open_stream(pool) as stream, working(pool, stream, clock=lambda: NOW):
        await stream.produce([record])
        [event] = await events_of(clients(), 1)
    assert (event["kind"], event["vin"], event["severity"]) == ("finding.found", VIN, 3)
    assert event["finding_id"] == str(FOUND.finding_id)
    assert (await clients("owner-2").get("/v1/events")).json() == []


async def test_what_is_told_twice_or_cannot_be_read_is_one_event(clients: Clients, pool: Pool) -> None:
    value = encode_finding(FOUND)
    withdrawn = wire.Finding(finding_id=str(FOUND.finding_id), vin=VIN).SerializeToString()
    stranger = encode_finding(finding_of("1M8GDM9A9KP999999", FOUND.alarm))
    await told(pool, value, b"\xff", b"", stranger, value, withdrawn)
    await told(pool, value)
    events = await events_of(clients(), 2)
    assert [one["kind"] for one in events] == ["finding.found", "finding.withdrawn"]
    assert events[1]["severity"] == 0


@pytest.mark.usefixtures("workshop")
async def test_who_may_read_the_car_s_health_hears_of_it(clients: Clients, pool: Pool, car: int) -> None:
    desk = clients("adviser-1", "service_adviser", organisation_id="workshop-1")
    await clients().post("/v1/bookings", json=booking_of(start()))
    await consent(pool, car, "driver", "driver-1", "{health}")
    await consent(pool, car, "driver", "driver-22", "{book}")
    await consent(pool, car, "workshop", "workshop-333", "{health}")
    await consent(pool, car, "workshop", "workshop-4444", "{due}")
    await told(pool, encode_finding(FOUND))
    assert [one["kind"] for one in await events_of(desk, 2)] == ["visit.booked", "finding.found"]

    async def kinds(subject: str, role: str, organisation_id: str | None = None) -> list[str]:
        answer = await clients(subject, role, organisation_id=organisation_id).get("/v1/events")
        return [one["kind"] for one in answer.json()]

    assert await kinds("driver-1", "driver") == ["finding.found"]
    assert await kinds("driver-22", "driver") == ["visit.booked"]
    assert await kinds("technician-1", "technician", "workshop-333") == ["finding.found"]
    assert await kinds("technician-1", "technician", "workshop-4444") == []
    assert await kinds("technician-1", "technician", "workshop-5") == []


async def test_a_reader_that_was_away_is_told_what_was_found(clients: Clients, pool: Pool) -> None:
    async def stream(**headers: str) -> list[dict[str, str]]:
        answer = await clients().get("/v1/events/stream", params={"for_seconds": 0}, headers=headers)
        return messages(answer.text)

    [ready] = await stream()
    await told(pool, encode_finding(FOUND))
    await events_of(clients(), 1)
    missed = await stream(**{"Last-Event-ID": ready["id"]})
    assert [one["event"] for one in missed] == ["ready", "finding.found"]
    again = await stream(**{"Last-Event-ID": missed[1]["id"]})
    assert [one["event"] for one in again] == ["ready"]


async def test_the_reading_is_written_down_as_one_of_the_car_s_health(clients: Clients, pool: Pool) -> None:
    await told(pool, encode_finding(FOUND))
    await events_of(clients(), 1)
    async with pool.connection() as connection:
        rows = await connection.execute(b"select distinct action from booking.access_log")
        assert {row["action"] for row in await rows.fetchall()} == {"read_health"}
