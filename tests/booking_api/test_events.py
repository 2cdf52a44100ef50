"""Events: told in the transaction of the change, read in order, and none is passed over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import wall_clock
from booking_api.events import feed
from booking_api.events.cursors import BEGINNING, Cursor, read_cursor
from booking_api.events.outbox import tell
from booking_api.models import Caller
from database.connection import Pool
from database.errors import PermissionMissingError, translated
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, events_of, running_app, start

pytestmark = pytest.mark.usefixtures("workshop")

READING = Access(Caller("owner-1", "owner"), Action.READ_EVENTS, NOW)


async def booked(clients: Clients, **changes: Any) -> str:
    answer = await clients().post("/v1/bookings", json=booking_of(start(**changes)))
    assert answer.status_code == 201
    return answer.headers["location"]


def messages(text: str) -> list[dict[str, str]]:
    """The fields of each message of an event stream, as a browser would take it apart."""
    blocks = (block.splitlines() for block in text.strip().split("\n\n"))
    return [dict(line.split(": ", 1) for line in block if not line.startswith(":")) for block in blocks]


async def test_each_change_is_told_once_in_order(clients: Clients) -> None:
    path = await booked(clients)
    await clients().put(f"{path}/start", json={"starts_at": start(hour=11)}, headers={"If-Match": "*"})
    await clients().delete(path)
    await clients().delete(path)
    told = await events_of(clients(), 3)
    assert [one["kind"] for one in told] == ["visit.booked", "visit.moved", "visit.cancelled"]
    assert [one["version"] for one in told] == [1, 2, 3]
    assert {one["vin"] for one in told} == {VIN}
    assert (await clients("owner-2").get("/v1/events")).json() == []
    rest = (await clients().get("/v1/events", params={"cursor": told[0]["event_id"], "limit": 1})).json()
    assert rest == told[1:2]


async def test_a_change_that_is_taken_back_is_not_told(clients: Clients) -> None:
    path = await booked(clients)
    refused = await clients().put(f"{path}/start", json={"starts_at": start(hour=6)}, headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert len(await events_of(clients(), 1)) == 1


async def test_what_commits_late_is_not_passed_over(clients: Clients, pool: Pool) -> None:
    """The event with the lower number commits after the one with the higher: a reader that went by the numbers that it
    sees would have gone past it.
    """
    first, second = await booked(clients), await booked(clients, days=2)
    slow_id, fast_id = first.rsplit("/", 1)[1], second.rsplit("/", 1)[1]
    await events_of(clients(), 2)
    async with pool.connection() as reader:
        before = (await feed.read_events(reader, READING, BEGINNING))[-1].cursor
    async with pool.connection() as slow:
        await tell(slow, "moved", slow_id, NOW)  # type: ignore[arg-type]
        async with pool.connection() as fast:
            await tell(fast, "cancelled", fast_id, NOW)  # type: ignore[arg-type]
        async with pool.connection() as reader:
            assert await feed.read_events(reader, READING, before) == []
    await events_of(clients(), 4)
    async with pool.connection() as reader:
        told = await feed.read_events(reader, READING, before)
    assert [one.row["kind"] for one in told] == ["visit.moved", "visit.cancelled"]


async def test_a_stream_begins_with_what_has_happened_since(clients: Clients) -> None:
    path = await booked(clients)
    await clients().delete(path)
    told = await events_of(clients(), 2)
    answer = await clients().get(
        "/v1/events/stream", params={"for_seconds": 0}, headers={"Last-Event-ID": told[0]["event_id"]}
    )
    assert answer.headers["content-type"].startswith("text/event-stream")
    ready, cancelled = messages(answer.text)
    assert (ready["event"], ready["id"]) == ("ready", told[0]["event_id"])
    assert (cancelled["event"], cancelled["id"]) == ("visit.cancelled", told[1]["event_id"])


async def test_who_keeps_the_first_id_misses_nothing_while_the_server_restarts(
    clients: Clients, database_url: str, keys_folder: Path
) -> None:
    opened = await clients().get("/v1/events/stream", params={"for_seconds": 0})
    kept = messages(opened.text)[0]["id"]
    await booked(clients)
    await events_of(clients(), 1)
    async with running_app(database_url, keys_folder) as app:
        app.dependency_overrides[wall_clock] = lambda: NOW
        after = Clients(app, keys_folder)
        path = "/v1/events/stream"
        answer = await after().get(path, params={"for_seconds": 0}, headers={"Last-Event-ID": kept})
    assert [one["event"] for one in messages(answer.text)] == ["ready", "visit.booked"]


async def test_each_sees_the_events_of_their_own_visits(clients: Clients) -> None:
    await booked(clients)
    await clients("owner-2").post("/v1/bookings", json=booking_of(start(hour=11), OTHER_VIN))
    desk = clients("adviser-1", "service_adviser", organisation_id="workshop-1")
    elsewhere = clients("adviser-2", "service_adviser", organisation_id="workshop-2")
    assert [one["vin"] for one in await events_of(desk, 2)] == [VIN, OTHER_VIN]
    assert (await elsewhere.get("/v1/events")).json() == []


async def test_the_api_cannot_rewrite_what_has_happened(clients: Clients, pool: Pool) -> None:
    await booked(clients)
    for words in ("update booking.events set kind = 'x'", "delete from booking.events"):
        async with pool.connection() as connection:
            await connection.execute("set local role servicelane_booking_api")
            with pytest.raises(PermissionMissingError), translated():
                await connection.execute(words)  # type: ignore[arg-type]
            await connection.rollback()


@pytest.mark.parametrize("text", ["", "1", "1-", "-1-2", "01-2", "1-2-3", "9999999999999999999-1", "1-1\n"])
def test_a_cursor_that_was_not_given_out_is_none(text: str) -> None:
    assert read_cursor(text) is None
    assert read_cursor(str(Cursor(3, 4))) == Cursor(3, 4)


async def test_an_event_is_known_for_as_long_as_the_workshop_may_look(clients: Clients, pool: Pool) -> None:
    await booked(clients)
    later = Access(Caller("adviser-1", "service_adviser", "workshop-1"), Action.READ_EVENTS, NOW + timedelta(days=30))
    async with pool.connection() as connection:
        assert await feed.read_events(connection, later, BEGINNING) == []
