"""What operators ask of a car's messages and of the quarantine, over rows that the real writer has written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from database.connection import Pool
from ingest.admission import admit
from ingest.received import Received
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.telemetry_writer import GROUP, TelemetryWriter
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.content import PROTOBUF
from telemetry_schema.frames import DropReport, FrameBatch, Identity, SignalColumn
from telemetry_schema.topics import Up, up_topic
from tests.booking_api.conftest import OTHER_VIN, VIN, Clients, enrol

OLD_BOOT = UUID("00000000-0000-4000-8000-000000000001")
BOOT = UUID("00000000-0000-4000-8000-000000000002")
AT = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
NEW_VIN = "1M8GDM9AXKP042788"


def batch(
    sequence: int, *, boot: UUID = BOOT, number: int = 2, vin: str = VIN, drops: tuple[DropReport, ...] = ()
) -> bytes:
    at_ms = int(AT.timestamp() * 1000) + number * 3_600_000 + sequence * 60_000
    speeds = {signal("vehicle_speed_kmh").id: SignalColumn(np.array([10.0, 11.0]))}
    instants = np.array([at_ms, at_ms + 1000], dtype=np.int64)
    return encode_batch(FrameBatch(Identity(vin, boot, number, sequence), instants, speeds, drops=drops))


class Ingest:
    """Takes messages as the bridge does and writes them."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.stream = PostgresStream(pool)
        self.writer = RedriveWriter(TelemetryWriter(self.stream))

    async def receive(self, *payloads: bytes, vin: str = VIN, named: bytes = b"") -> None:
        received_at = datetime(2026, 3, 20, 20, 0, tzinfo=UTC)
        messages = [Received(up_topic(vin, Up.BATCHES), one, PROTOBUF, named, received_at) for one in payloads]
        await self.stream.produce([admit(message).record for message in messages])
        await self.write()

    async def write(self) -> None:
        consumer = self.stream.consumer(TOPICS, GROUP)
        while await consumer.step(self.writer.handle):
            pass


@pytest.fixture
def ingest(pool: Pool, app: FastAPI) -> Ingest:
    return Ingest(pool)


@pytest.fixture
def operator(clients: Clients) -> httpx.AsyncClient:
    return clients("operator-1", "operator")


async def body(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    answer = await client.get(f"/v1/operations{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_continuity_names_gaps_repeats_and_older_boots(ingest: Ingest, operator: httpx.AsyncClient) -> None:
    await ingest.receive(*[batch(n, boot=OLD_BOOT, number=1) for n in (1, 2, 4)])
    await ingest.receive(*[batch(n) for n in (1, 2, 3, 3, 7, 9)])
    await ingest.receive(b"\xff", named=BOOT.bytes + (8).to_bytes(8, "big"))
    newest, oldest = await body(operator, f"/vehicles/{VIN}/continuity")
    assert (newest["boot_id"], newest["is_newest_boot"], newest["older_boots_have_gaps"]) == (str(BOOT), True, True)
    assert (newest["stored"], newest["set_aside"]) == ([[1, 3], [7, 7], [9, 9]], [[8, 8]])
    assert (newest["missing"], newest["missing_messages"], newest["highest_sequence"]) == ([[4, 6]], 3, 9)
    assert (newest["repeats"], newest["reported_drops"]) == (1, 0)
    assert 9 * 3600 < newest["clock_behind_seconds"] < 12 * 3600
    assert (oldest["missing"], oldest["is_newest_boot"], oldest["older_boots_have_gaps"]) == ([[3, 3]], False, False)
    assert await body(operator, f"/vehicles/{OTHER_VIN}/continuity") == []


async def test_what_the_car_reports_to_have_dropped_explains_a_gap(ingest: Ingest, operator: httpx.AsyncClient) -> None:
    at_ms = int(AT.timestamp() * 1000) + 2 * 3_600_000 + 4 * 60_000
    dropped = DropReport("buffer_full", "routine", 120, at_ms, at_ms + 60_000)
    await ingest.receive(batch(1, boot=OLD_BOOT, number=1), *[batch(n) for n in (1, 2, 3)])
    await ingest.receive(batch(7, drops=(dropped,)))
    newest, oldest = await body(operator, f"/vehicles/{VIN}/continuity")
    assert (newest["missing"], newest["reported_drops"]) == ([[4, 6]], 120)
    assert oldest["reported_drops"] == 0


async def test_one_message_is_traced_to_where_it_is(ingest: Ingest, operator: httpx.AsyncClient) -> None:
    await ingest.receive(batch(1), batch(3), batch(4, vin=OTHER_VIN))
    await ingest.receive(b"\xff", named=BOOT.bytes + (5).to_bytes(8, "big"))
    path = f"/vehicles/{VIN}/messages/{BOOT}"
    stored = await body(operator, f"{path}/3")
    assert stored["state"] == "stored"
    (place,) = stored["places"]
    assert (place["source"], place["frames"]) == ("sample", 2)
    assert place["recorded_from"] == "2026-03-20T10:03:00Z"
    assert place["received_at"] == "2026-03-20T20:00:00Z"
    assert place["stored_at"]
    assert (await body(operator, f"{path}/3", frame=1))["places"][0]["frames"] == 1
    states = {n: (await body(operator, f"{path}/{n}"))["state"] for n in (2, 4, 5, 6)}
    assert states == {2: "missing", 4: "refused", 5: "quarantined", 6: "unknown"}
    assert (await body(operator, f"{path}/5"))["quarantine"][0]["reason"] == "undecodable"


async def test_the_quarantine_is_listed_shown_and_driven_again(
    ingest: Ingest, pool: Pool, operator: httpx.AsyncClient
) -> None:
    await ingest.receive(batch(1, vin=NEW_VIN), batch(2, vin=NEW_VIN), vin=NEW_VIN)
    await ingest.receive(b"\xff", batch(3, vin=OTHER_VIN))
    listed = await body(operator, "/quarantine", reason="unknown_vehicle")
    assert [row["vin"] for row in listed] == [NEW_VIN] * 2
    assert [row["reason"] for row in await body(operator, "/quarantine", vin=VIN)] == ["undecodable"]
    assert len(await body(operator, "/quarantine", waiting=False)) == 4
    assert await body(operator, "/quarantine", since="2026-03-21T00:00:00Z") == []
    first = await body(operator, "/quarantine", limit=1)
    assert len(await body(operator, "/quarantine", cursor=first[0]["quarantine_id"])) == 2
    shown = await body(operator, f"/quarantine/{listed[0]['quarantine_id']}")
    assert shown["decoded"]["signals"] == ["vehicle_speed_kmh"]
    assert shown["decoded"]["frames"] == 2
    assert "Enrol the car" in shown["advice"]

    async with pool.connection() as connection:
        await enrol(connection, NEW_VIN, "owner-3")
    everything = [row["quarantine_id"] for row in await body(operator, "/quarantine", waiting=False)]
    answer = await operator.post("/v1/operations/redrives", json={"quarantine_ids": [*everything, 10**9]})
    assert answer.status_code == 202
    assert len(answer.json()["quarantine_ids"]) == 3
    assert {one["why"] for one in answer.json()["passed_over"]} == {"it claims another car", "there is no such message"}
    await ingest.write()
    settled = await body(operator, "/quarantine", waiting=False, vin=NEW_VIN)
    assert {(row["outcome"], row["redriven_by"]) for row in settled} == {("stored", "operator-1")}
    assert [row["missing"] for row in await body(operator, f"/vehicles/{NEW_VIN}/continuity")] == [[]]


async def test_words_come_in_the_language_that_was_asked_for(ingest: Ingest, clients: Clients) -> None:
    await ingest.receive(b"\xff")
    chinese = clients("operator-1", "operator", "zh")
    (row,) = await body(chinese, "/quarantine")
    assert "解码器" in (await body(chinese, f"/quarantine/{row['quarantine_id']}"))["advice"]


@pytest.mark.parametrize("role", ["owner", "technician"])
async def test_only_operators_are_told(clients: Clients, role: str) -> None:
    client = clients("owner-1", role, organisation_id="workshop-1")
    for path in (f"/vehicles/{VIN}/continuity", f"/vehicles/{VIN}/messages/{BOOT}/1", "/quarantine", "/quarantine/1"):
        answer = await client.get(f"/v1/operations{path}")
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")
    assert (await client.post("/v1/operations/redrives", json={"quarantine_ids": [1]})).status_code == 403
    assert (await clients(None).get("/v1/operations/quarantine")).status_code == 401


async def test_what_is_not_there_is_not_found(operator: httpx.AsyncClient) -> None:
    for path in (f"/vehicles/{NEW_VIN}/continuity", f"/vehicles/{NEW_VIN}/messages/{BOOT}/1", "/quarantine/1"):
        assert (await operator.get(f"/v1/operations{path}")).status_code == 404
