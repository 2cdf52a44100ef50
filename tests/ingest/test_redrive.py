"""What is driven again is stored once, under its own identity, or stays with the reason of today."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from database.connection import Connection, Pool
from ingest.admission import admit
from ingest.received import Received
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.telemetry_writer import GROUP, TelemetryWriter
from servicelane.counting import count_frames
from streaming.contract import OutgoingRecord, Record
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.clock_correction import corrected
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import decode_event, encode_event
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.redrives import RedriveRequest, decode_redrive, encode_redrive
from telemetry_schema.refusals import Refusal
from telemetry_schema.topics import StreamTopic, Up, up_topic
from tests.ingest.conftest import BOOT, T0, T0_MS, VIN, enrol, make_batch

OTHER_VIN = "5YJ3E1EA7KF317000"
LOST_CLOCK = [-T0_MS + 5_000, -T0_MS + 6_000]  # 1970-01-01T00:00:05Z


class House:
    """The writer and what it finds, step by step."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.stream = PostgresStream(pool)
        self.writer = TelemetryWriter(self.stream)

    async def receive(self, *messages: bytes, content_type: str = PROTOBUF, kind: Up = Up.BATCHES) -> None:
        verdicts = [admit(Received(up_topic(VIN, kind), payload, content_type, b"", T0)) for payload in messages]
        await self.stream.produce([verdict.record for verdict in verdicts])
        await self.write()

    async def write(self) -> None:
        consumer = self.stream.consumer(TOPICS, GROUP)
        while await consumer.step(RedriveWriter(self.writer).handle):
            pass

    async def redrive(self, clock_offset_ms: int | None = None, ids: Sequence[int] = ()) -> None:
        numbers = tuple(ids) or tuple(row["quarantine_id"] for row in await self.kept())
        request = RedriveRequest(numbers, "operator-1", clock_offset_ms)
        await self.stream.produce([OutgoingRecord(StreamTopic.REDRIVE, VIN, encode_redrive(request))])
        await self.write()

    async def kept(self) -> list[dict[str, Any]]:
        return await self.rows("select * from telemetry.quarantine order by quarantine_id")

    async def samples(self) -> list[dict[str, Any]]:
        return await self.rows("select * from telemetry.samples order by recorded_at")

    async def rows(self, query: str) -> list[dict[str, Any]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(query.encode())).fetchall()

    async def enrol(self) -> None:
        async with self.pool.connection() as connection:
            await enrol(connection)


@pytest.fixture
def house(pool: Pool) -> House:
    return House(pool)


async def test_a_car_enrolled_meanwhile_gets_its_messages_once_however_often_they_are_driven(house: House) -> None:
    await house.receive(encode_batch(make_batch(1)), encode_batch(make_batch(2, (5000, 6000))))
    assert {row["reason"] for row in await house.kept()} == {"unknown_vehicle"}
    await house.enrol()
    for _ in range(2):
        await house.redrive()
    kept = await house.kept()
    assert [(row["outcome"], row["redriven_by"], row["attempts"]) for row in kept] == [("stored", "operator-1", 1)] * 2
    assert all(row["redriven_at"] for row in kept)
    assert len(await house.samples()) == 4
    assert {row["received_at"] for row in await house.samples()} == {T0}
    assert await house.rows("select * from telemetry.sample_collisions") == []
    notices = await house.rows(f"select * from streaming.records where topic = '{StreamTopic.STORED}'")
    assert len(notices) >= 1


async def test_what_an_older_decoder_refused_is_stored_by_the_one_of_today(house: House) -> None:
    await house.enrol()
    await house.receive(b"\xff what no decoder reads")
    good = encode_batch(make_batch(7))
    async with house.pool.connection() as connection:
        await connection.execute("update telemetry.quarantine set payload = %s", [good])
    await house.redrive()
    assert {(row["boot_id"], row["sequence"]) for row in await house.samples()} == {(BOOT, 7)}
    (kept,) = await house.kept()
    assert (kept["outcome"], kept["boot_id"], kept["sequence"]) == ("stored", BOOT, 7)


async def test_a_wrong_clock_is_corrected_by_the_offset_and_the_row_says_by_how_much(house: House) -> None:
    await house.enrol()
    await house.receive(encode_batch(make_batch(3, LOST_CLOCK), JSON), content_type=JSON)
    (kept,) = await house.kept()
    assert kept["reason"] == "clock_before_2000"
    offset_ms = T0_MS - 60_000
    await house.redrive(offset_ms)
    instants = [row["recorded_at"] for row in await house.samples()]
    assert instants == [T0 - timedelta(seconds=55), T0 - timedelta(seconds=54)]
    (kept,) = await house.kept()
    assert (kept["outcome"], kept["clock_offset_ms"]) == ("stored", offset_ms)


async def test_an_offset_that_does_not_help_leaves_it_with_the_reason_of_today(house: House) -> None:
    await house.enrol()
    await house.receive(encode_batch(make_batch(3, LOST_CLOCK)))
    await house.redrive(T0_MS + 3_600_000)
    (kept,) = await house.kept()
    assert (kept["reason"], kept["attempts"], kept["redriven_at"]) == ("clock_in_future", 1, None)
    assert kept["frames"] == 2
    await house.redrive(T0_MS - 60_000)
    assert len(await house.samples()) == 2


async def test_an_offset_for_bytes_that_cannot_be_read_leaves_them_too(house: House) -> None:
    await house.receive(b"\xff")
    await house.redrive(1000)
    (kept,) = await house.kept()
    assert (kept["reason"], kept["attempts"], kept["redriven_at"]) == ("undecodable", 1, None)


async def test_a_payload_that_claims_another_car_is_never_driven_again(house: House) -> None:
    """Neither where it was refused at once, nor where only the decoder of today sees what it claims."""
    async with house.pool.connection() as connection:
        await enrol(connection)
        await enrol(connection, OTHER_VIN)
    await house.receive(encode_batch(make_batch(1, vin=OTHER_VIN)), b"\xff unreadable as yet")
    async with house.pool.connection() as connection:
        unreadable = "update telemetry.quarantine set payload = %s where reason = 'undecodable'"
        await connection.execute(unreadable.encode(), [encode_batch(make_batch(2, vin=OTHER_VIN))])
    await house.redrive()
    await house.redrive()
    assert await house.samples() == []
    kept = await house.kept()
    assert {(row["reason"], row["disposition"], row["redriven_at"]) for row in kept} == {
        ("vin_mismatch", "refused", None)
    }
    assert sorted(row["attempts"] for row in kept) == [0, 1]


async def test_values_that_were_set_aside_are_not_driven_again_for_their_frames_are_stored(house: House) -> None:
    await house.enrol()
    await house.receive(encode_batch(make_batch(1, values={"vehicle_speed_kmh": [10, 9000]})))
    await house.redrive()
    (kept,) = await house.kept()
    assert (kept["reason"], kept["redriven_at"], kept["attempts"]) == ("value_out_of_range", None, 0)


async def test_the_same_bytes_kept_twice_are_stored_once(house: House) -> None:
    """Without a name they are kept each time; the decoder of today reads the name in them."""
    await house.enrol()
    await house.receive(b"\xff", b"\xff")
    async with house.pool.connection() as connection:
        await connection.execute("update telemetry.quarantine set payload = %s", [encode_batch(make_batch(7))])
    await house.redrive()
    assert len(await house.samples()) == 2
    assert [row["outcome"] for row in await house.kept()] == ["stored", "stored"]
    assert await house.rows("select * from telemetry.sample_collisions") == []


async def test_rows_and_mark_are_one_transaction(house: House) -> None:
    await house.receive(encode_batch(make_batch(1)))
    await house.enrol()
    numbers = tuple(row["quarantine_id"] for row in await house.kept())
    request = OutgoingRecord(StreamTopic.REDRIVE, VIN, encode_redrive(RedriveRequest(numbers, "operator-1")))
    await house.stream.produce([request])

    async def dies_at_the_end(records: Sequence[Record], connection: Connection) -> None:
        await RedriveWriter(house.writer).handle(records, connection)
        raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError, match="killed"):
        await house.stream.consumer(TOPICS, GROUP).step(dies_at_the_end)
    assert await house.samples() == []
    assert (await house.kept())[0]["redriven_at"] is None
    await house.write()
    assert len(await house.samples()) == 2


async def test_a_request_that_cannot_be_read_stops_nobody(house: House) -> None:
    await house.receive(encode_batch(make_batch(1)))
    await house.enrol()
    await house.stream.produce([OutgoingRecord(StreamTopic.REDRIVE, VIN, b'{"quarantine_ids": "all"}')])
    await house.redrive()
    assert len(await house.samples()) == 2


async def test_an_event_is_driven_again_as_an_event(house: House) -> None:
    event = wire.Event(vin=VIN, boot_id=BOOT.bytes, boot_number=1, sequence=4, recorded_at_ms=T0_MS)
    event.engine_start.succeeded = True
    await house.receive(encode_event(event), kind=Up.EVENTS)
    await house.enrol()
    await house.redrive()
    assert [row["sequence"] for row in await house.rows("select * from telemetry.events")] == [4]


async def test_the_counts_balance_before_and_after(house: House, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / f"{VIN}.sqlite") as ledger:
        ledger.execute("create table ledger (boot_id text, sequence int, frames int, disposition text)")
        rows = [(str(BOOT), sequence, 2, "stored") for sequence in (1, 2)]
        ledger.executemany("insert into ledger values (?, ?, ?, ?)", rows)
    await house.receive(encode_batch(make_batch(1)), encode_batch(make_batch(2, (9000, 9500))))
    async with house.pool.connection() as connection:
        before = await count_frames(connection, tmp_path)
    await house.enrol()
    first = (await house.kept())[0]["quarantine_id"]
    await house.redrive(ids=[first])
    async with house.pool.connection() as connection:
        between = await count_frames(connection, tmp_path)
    await house.redrive()
    async with house.pool.connection() as connection:
        after = await count_frames(connection, tmp_path)
    assert [(c.sent, c.stored, c.quarantined, c.balanced) for c in (before, between, after)] == [
        (4, 0, 4, True),
        (4, 2, 2, True),
        (4, 4, 0, True),
    ]


def test_every_instant_of_a_message_is_moved_and_nothing_else() -> None:
    event = wire.Event(vin=VIN, boot_id=BOOT.bytes, boot_number=1, sequence=4, recorded_at_ms=5_000)
    event.trip_summary.started_at_ms = 2_000
    event.trip_summary.distance_km = 12.5
    moved = decode_event(corrected(encode_event(event), PROTOBUF, Up.EVENTS, 1_000))
    assert (moved.recorded_at_ms, moved.trip_summary.started_at_ms) == (6_000, 3_000)
    moved.recorded_at_ms, moved.trip_summary.started_at_ms = 5_000, 2_000
    assert moved == event
    event.recorded_at_ms, event.trip_summary.started_at_ms = 0, 0
    moved = decode_event(corrected(encode_event(event), PROTOBUF, Up.EVENTS, 1_000))
    assert (moved.recorded_at_ms, moved.trip_summary.started_at_ms) == (1_000, 0)
    event.recorded_at_ms = 2**63 - 1
    with pytest.raises(Refusal, match="calendar"):
        corrected(event.SerializeToString(), PROTOBUF, Up.EVENTS, 1_000)


@pytest.mark.parametrize("value", [b"", b"[]", b"{}", b'{"quarantine_ids": [], "requested_by": "x"}', b"\xff"])
def test_a_request_is_read_as_it_was_written_or_not_at_all(value: bytes) -> None:
    request = RedriveRequest((1, 2), "operator-1", -5)
    assert decode_redrive(encode_redrive(request)) == request
    with pytest.raises(ValueError):
        decode_redrive(value)


def test_an_offset_of_more_than_a_century_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="century"):
        RedriveRequest((1,), "operator-1", 2**60)
