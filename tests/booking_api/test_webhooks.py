"""Webhooks: signed, delivered until they are taken, never into our own network, and every attempt can be read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from booking_api.webhooks.addresses import is_reachable_place, is_usable
from booking_api.webhooks.delivery import deliver_due
from booking_api.webhooks.retrying import WAITS, next_attempt
from database.connection import Pool
from telemetry_schema.webhook_signature import is_genuine, secret_bytes
from tests.booking_api.conftest import NOW, VIN, Clients, booking_of, start

pytestmark = pytest.mark.usefixtures("workshop")


class Receiver:
    """A real server that keeps what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/visits"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The same again changes nothing."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.stop()


@pytest.fixture
def manager(clients: Clients, app: FastAPI) -> httpx.AsyncClient:
    """Of workshop-1; webhooks may go to this machine."""
    app.state.settings.webhook_private_addresses = True
    return clients("manager-1", "workshop_manager", organisation_id="workshop-1")


async def subscribe(manager: httpx.AsyncClient, url: str, **changes: Any) -> dict[str, Any]:
    answer = await manager.post("/v1/webhooks", json={"url": url} | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def deliver(pool: Pool, after: timedelta = timedelta()) -> int:
    async with httpx.AsyncClient(timeout=30, follow_redirects=False) as client:
        return await deliver_due(pool, client, NOW + after, private=True)


async def deliveries(manager: httpx.AsyncClient, made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await manager.get(f"/v1/webhooks/{made['webhook_id']}/deliveries")).json()
    return found


async def test_an_event_arrives_signed_and_names_nobody(
    clients: Clients, manager: httpx.AsyncClient, pool: Pool, receiver: Receiver
) -> None:
    made = await subscribe(manager, receiver.url)
    booked = (await clients().post("/v1/bookings", json=booking_of(start()))).json()
    assert await deliver(pool) == 1
    assert await deliver(pool) == 0
    ((headers, body),) = receiver.heard
    assert is_genuine(secret_bytes(made["secret"]), headers, body, int(NOW.timestamp()))
    assert not is_genuine(secret_bytes(made["secret"]), headers, body + b" ", int(NOW.timestamp()))
    said = json.loads(body)
    assert (said["kind"], said["booking_id"], said["status"]) == ("visit.booked", booked["booking_id"], "booked")
    assert VIN not in body.decode()
    assert "owner-1" not in body.decode()
    (entry,) = await deliveries(manager, made)
    assert (entry["attempts"], entry["last_status"], entry["last_problem"]) == (1, 204, None)
    assert entry["delivered_at"] is not None


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_what_is_not_taken_is_sent_again_with_the_same_id(
    clients: Clients, manager: httpx.AsyncClient, pool: Pool, receiver: Receiver, status: int
) -> None:
    made = await subscribe(manager, receiver.url)
    await clients().post("/v1/bookings", json=booking_of(start()))
    receiver.status = status
    assert await deliver(pool) == 1
    assert await deliver(pool, WAITS[0] - timedelta(seconds=1)) == 0
    (waiting,) = await deliveries(manager, made)
    assert (waiting["last_status"], waiting["last_problem"]) == (status, f"the receiver answered {status}")
    receiver.status = 200
    assert await deliver(pool, WAITS[0]) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.heard}) == 2
    (done,) = await deliveries(manager, made)
    assert (done["attempts"], done["next_attempt_at"]) == (2, None)


async def test_after_nine_attempts_it_is_given_up_and_can_be_sent_by_hand(
    clients: Clients, manager: httpx.AsyncClient, pool: Pool, receiver: Receiver
) -> None:
    made = await subscribe(manager, receiver.url)
    await clients().post("/v1/bookings", json=booking_of(start()))
    receiver.status = 503
    for attempt in range(9):
        assert await deliver(pool, sum(WAITS[:attempt], timedelta())) == 1
    assert await deliver(pool, timedelta(days=30)) == 0
    (given_up,) = await deliveries(manager, made)
    assert (given_up["attempts"], given_up["next_attempt_at"], given_up["delivered_at"]) == (9, None, None)
    receiver.status = 200
    path = f"/v1/webhooks/{made['webhook_id']}/deliveries/{given_up['delivery_id']}/attempts"
    assert (await manager.post(path)).status_code == 202
    assert await deliver(pool) == 1
    assert (await deliveries(manager, made))[0]["delivered_at"] is not None


async def test_a_receiver_that_is_away_is_no_error_of_ours(
    clients: Clients, manager: httpx.AsyncClient, pool: Pool, receiver: Receiver
) -> None:
    made = await subscribe(manager, receiver.url)
    await clients().post("/v1/bookings", json=booking_of(start()))
    receiver.stop()
    assert await deliver(pool) == 1
    (entry,) = await deliveries(manager, made)
    assert (entry["last_status"], entry["last_problem"]) == (None, "ConnectError")


async def test_each_is_told_of_what_concerns_them(
    clients: Clients, manager: httpx.AsyncClient, pool: Pool, receiver: Receiver
) -> None:
    elsewhere = clients("manager-2", "workshop_manager", organisation_id="workshop-2")
    fleet = clients("manager-3", "fleet_manager", organisation_id="owner-1")
    await subscribe(manager, receiver.url, kinds=["visit.cancelled"])
    await subscribe(elsewhere, receiver.url)
    await subscribe(fleet, receiver.url)
    held = await clients().post("/v1/holds", json=booking_of(start()))
    assert await deliver(pool) == 1  # the fleet; a workshop is not told of what an owner only holds
    await clients().put(f"{held.headers['location']}/confirmation")
    assert await deliver(pool) == 1
    await clients().delete(held.headers["location"])
    assert await deliver(pool) == 2
    assert [json.loads(body)["kind"] for _, body in receiver.heard] == [
        "visit.held",
        "visit.booked",
        "visit.cancelled",
        "visit.cancelled",
    ]


async def test_one_that_was_ended_is_sent_nothing_more(
    clients: Clients, manager: httpx.AsyncClient, pool: Pool, receiver: Receiver
) -> None:
    made = await subscribe(manager, receiver.url)
    await clients().post("/v1/bookings", json=booking_of(start()))
    other = clients("manager-2", "workshop_manager", organisation_id="workshop-2")
    assert (await other.delete(f"/v1/webhooks/{made['webhook_id']}")).status_code == 404
    assert (await manager.delete(f"/v1/webhooks/{made['webhook_id']}")).status_code == 204
    assert await deliver(pool) == 0
    assert (await manager.get("/v1/webhooks")).json() == []


async def test_deliveries_come_in_pages(clients: Clients, manager: httpx.AsyncClient, receiver: Receiver) -> None:
    made = await subscribe(manager, receiver.url)
    for days in (1, 2, 3):
        await clients().post("/v1/bookings", json=booking_of(start(days=days)))
    first = await manager.get(f"/v1/webhooks/{made['webhook_id']}/deliveries", params={"limit": 2})
    following = first.links["next"]["url"]
    rest = await manager.get(following)
    assert [len(first.json()), len(rest.json())] == [2, 1]
    assert "next" not in rest.links
    numbers = [one["delivery_id"] for one in [*first.json(), *rest.json()]]
    assert numbers == sorted(numbers, reverse=True)


async def test_the_secret_is_told_once_and_ten_are_enough(manager: httpx.AsyncClient, receiver: Receiver) -> None:
    for _ in range(10):
        await subscribe(manager, receiver.url)
    listed = await manager.get("/v1/webhooks")
    assert len(listed.json()) == 10
    assert "whsec_" not in listed.text
    refused = await manager.post("/v1/webhooks", json={"url": receiver.url})
    assert (refused.status_code, refused.json()["type"]) == (409, "too-many-webhooks")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:word@example.org/",
        "https://example.org/#part",
        "https:///path",
        "https://[::1",
        "https://example.org:port/",
        "https://exämple.org/",
        "https://example.org/ x",
        "example.org",
    ],
)
async def test_an_address_that_is_none_is_refused(clients: Clients, url: str) -> None:
    manager = clients("manager-1", "workshop_manager", organisation_id="workshop-1")
    refused = await manager.post("/v1/webhooks", json={"url": url})
    assert (refused.status_code, refused.json()["type"]) == (422, "unusable-address")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "localhost", "0.0.0.0"]
)
async def test_no_webhook_goes_into_our_own_network(host: str) -> None:
    assert is_usable(f"https://{host}/", private=False)
    assert not await is_reachable_place(f"https://{host}/", private=False)


async def test_a_public_address_is_a_place_to_go() -> None:
    assert await is_reachable_place("https://8.8.8.8/", private=False)


async def test_what_may_not_be_reached_is_not_even_tried(
    clients: Clients, manager: httpx.AsyncClient, pool: Pool, receiver: Receiver
) -> None:
    made = await subscribe(manager, receiver.url)
    await clients().post("/v1/bookings", json=booking_of(start()))
    async with httpx.AsyncClient() as client:
        assert await deliver_due(pool, client, NOW, private=False) == 1
    assert receiver.heard == []
    (entry,) = await deliveries(manager, made)
    assert "public internet" in entry["last_problem"]


def test_waits_grow_and_end() -> None:
    assert list(WAITS) == sorted(WAITS)
    assert next_attempt(1, NOW) == NOW + WAITS[0]
    assert next_attempt(len(WAITS), NOW) == NOW + WAITS[-1]
    assert next_attempt(len(WAITS) + 1, NOW) is None


async def test_a_delivery_that_is_not_there_is_not_found(manager: httpx.AsyncClient, receiver: Receiver) -> None:
    made = await subscribe(manager, receiver.url)
    path = f"/v1/webhooks/{made['webhook_id']}/deliveries/1/attempts"
    assert (await manager.post(path)).status_code == 404
    other = f"/v1/webhooks/{UUID(int=1)}/deliveries"
    assert (await manager.get(other)).status_code == 404
