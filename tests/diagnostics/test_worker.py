"""The worker on the real stream and database: a car's weeks, in any order and more than once, say the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import UUID

import pytest

from database.connection import Connection, Pool, open_pool
from diagnostics import service
from diagnostics.cases import STEP_SECONDS
from diagnostics.spans import down_to
from diagnostics.worker import GROUP, TOPICS, DiagnosticsWorker, Kept
from ingest.telemetry_writer import GROUP as WRITER_GROUP
from ingest.telemetry_writer import TOPICS as WRITER_TOPICS
from ingest.telemetry_writer import TelemetryWriter
from servicelane.evaluation.histories import simulated_history
from servicelane.members import simulated_members
from simulator.drive import Burst, parts_of, simulate_car
from simulator.faults.schedule import assign_faults
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import FaultPlan, Scenario
from streaming.contract import OutgoingRecord, Record
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.events import encode_event
from telemetry_schema.frames import FrameBatch, Identity
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic
from vehicles import service as vehicles

BOOT = UUID("00000000-0000-4000-8000-000000000001")
END_MS = 1_780_272_000_000
DAYS = 16.0
SEED = 5
OF_EACH_KIND = "select * from diagnostics.findings order by kind"
FINDINGS = "select * from diagnostics.findings order by finding_id"
EVERYTHING = (
    FINDINGS,
    "select * from diagnostics.trips order by vehicle_id, started_at",
    "select * from diagnostics.parked_readings order by vehicle_id, recorded_at",
    "select * from diagnostics.code_episodes order by vehicle_id, ecu, code, first_seen_at",
    "select * from diagnostics.isolations order by isolation_id",
)


@dataclass
class Workshop:
    """The car's life on the stream, the writer and the worker."""

    pool: Pool
    stream: PostgresStream
    spec: CarSpec
    scenario: Scenario
    bursts: list[Burst]
    messages: list[OutgoingRecord]

    async def write(self, messages: Sequence[OutgoingRecord]) -> None:
        await self.stream.produce(messages)
        await self._run(WRITER_TOPICS, WRITER_GROUP, TelemetryWriter(self.stream).handle, 500)

    async def diagnose(self) -> None:
        async with open_pool(self.pool.conninfo, role="servicelane_diagnostics") as own:
            stream = PostgresStream(own)
            consumer = stream.consumer(TOPICS, GROUP, maximum_records=50)
            while await consumer.step(DiagnosticsWorker(stream).handle):
                pass

    async def follow(self, bursts: Sequence[Burst], minutes: int, members: int = 1) -> None:
        """As they drive: written some minutes at a time, each followed by the next member of a process."""
        parts = [part for burst in bursts for part in parts_of(burst, minutes * 60_000)]
        sequence = 0
        async with open_pool(self.pool.conninfo, role="servicelane_diagnostics") as own:
            stream = PostgresStream(own)
            kept = Kept()
            handles = cycle([DiagnosticsWorker(stream, kept).handle for _ in range(members)])
            consumer = stream.consumer(TOPICS, GROUP)
            for part, handle in zip(parts, handles, strict=False):
                messages = list(messages_of(self.spec.vin, [part], sequence))
                sequence += len(messages)
                await self.write(messages)
                while await consumer.step(handle):
                    pass

    async def rows(self, query: str) -> list[dict[str, Any]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(query.encode())).fetchall()

    async def _run(self, topics: Sequence[str], group: str, handler: Any, size: int) -> None:
        consumer = self.stream.consumer(topics, group, maximum_records=size)
        while await consumer.step(handler):
            pass


@pytest.fixture
async def workshop(pool: Pool) -> Workshop:
    plans = (FaultPlan("coil_failure", 1, (2.0, 3.0), (3.0, 4.0)),)
    scenario = Scenario("worker-test", 1, DAYS, diesel_share=0, electric_share=0, frame_seconds=10.0, faults=plans)
    (spec,) = build_fleet(scenario, SEED)
    (member,) = simulated_members([spec])
    async with pool.connection() as connection:
        await vehicles.enrol(connection, member.request)
    bursts = list(simulate_car(spec, scenario, SEED, END_MS, faults(scenario, spec)[spec.vin]))
    return Workshop(pool, PostgresStream(pool), spec, scenario, bursts, list(messages_of(spec.vin, bursts)))


def faults(scenario: Scenario, spec: CarSpec) -> dict[str, Any]:
    return dict(assign_faults(scenario, [spec], SEED, END_MS - int(DAYS * 86_400_000)))


def messages_of(vin: str, bursts: Sequence[Burst], sequence: int = 0) -> Iterator[OutgoingRecord]:
    headers = {"content-type": "application/x-protobuf", "received-at": "2026-06-01T00:00:00+00:00", "vin": vin}
    for burst in bursts:
        sequence += 1
        batch = FrameBatch(Identity(vin, BOOT, 1, sequence), burst.recorded_at_ms, burst.columns)
        if batch.frames:
            yield OutgoingRecord(StreamTopic.BATCHES, vin, encode_batch(batch), headers)
        for event in burst.events:
            sequence += 1
            yield OutgoingRecord(StreamTopic.EVENTS, vin, encoded(event, vin, sequence), headers)


def encoded(event: wire.Event, vin: str, sequence: int) -> bytes:
    event.vin, event.boot_id, event.boot_number, event.sequence = vin, BOOT.bytes, 1, sequence
    return encode_event(event)


def is_code_report(message: OutgoingRecord) -> bool:
    return message.topic == StreamTopic.EVENTS and wire.Event.FromString(message.value).HasField("dtc_report")


async def test_the_stored_rows_say_what_the_car_s_life_says(workshop: Workshop) -> None:
    await workshop.write(workshop.messages)
    await workshop.diagnose()
    found = await workshop.rows("select kind, component, severity, found_at from diagnostics.findings order by kind")
    fault = faults(workshop.scenario, workshop.spec)[workshop.spec.vin]
    history = simulated_history(workshop.spec, workshop.scenario, SEED, END_MS, fault)
    confirmed = [episode for episode in history.episodes if episode.confirmed_s is not None]
    assert [(row["kind"], row["component"]) for row in found] == [
        ("misfire", "cylinder 2"),
        ("trouble_code", "P0302-00"),
    ]
    assert found[1]["found_at"].timestamp() == pytest.approx(confirmed[0].confirmed_s)
    trips = await workshop.rows("select * from diagnostics.trips")
    assert len(trips) == len(history.trips)
    parked = await workshop.rows("select * from diagnostics.parked_readings")
    newest_step_s = down_to(history.parked[-1].at_s, STEP_SECONDS)  # it is judged when the next one has begun
    assert len(parked) == sum(one.at_s < newest_step_s for one in history.parked)


async def test_any_order_and_any_number_of_times_leaves_the_same(workshop: Workshop) -> None:
    await workshop.write(workshop.messages)
    await workshop.diagnose()
    once = [await workshop.rows(query) for query in EVERYTHING]
    assert all(once)
    async with workshop.pool.connection() as connection:
        for query in EVERYTHING:
            await connection.execute(b"truncate " + query.split()[3].encode())
    shuffled = workshop.messages + workshop.messages[::3]
    random.Random(1).shuffle(shuffled)
    for start in range(0, len(shuffled), 40):
        await workshop.write(shuffled[start : start + 40])
        await workshop.diagnose()
    assert [await workshop.rows(query) for query in EVERYTHING] == once


@pytest.mark.parametrize("members", [1, 2])
async def test_minutes_that_were_followed_leave_what_one_look_leaves(workshop: Workshop, members: int) -> None:
    """What is kept of open trips only saves reading, whichever member of a process has the car next."""
    bursts = workshop.bursts[:32]
    await workshop.follow(bursts, 7, members)
    followed = [await workshop.rows(query) for query in EVERYTHING]
    assert followed[0]
    assert followed[1]
    async with workshop.pool.connection() as connection:
        for query in (*EVERYTHING, "select * from diagnostics.car_states"):
            await connection.execute(b"truncate " + query.split()[3].encode())
    await workshop.write(list(messages_of(workshop.spec.vin, bursts)))  # repeats of the stored ones: told again
    await workshop.diagnose()
    assert [await workshop.rows(query) for query in EVERYTHING] == followed


async def test_a_car_that_says_its_trip_is_over_is_judged_to_its_last_sample(workshop: Workshop) -> None:
    """Nothing has to follow: it may stand in a garage without a network for weeks."""
    driven = next(place for place, burst in enumerate(workshop.bursts) if is_over(burst))
    messages = list(messages_of(workshop.spec.vin, workshop.bursts[: driven + 1]))
    await workshop.write(messages)
    await workshop.diagnose()
    (trip,) = await workshop.rows("select ended_at from diagnostics.trips order by ended_at desc limit 1")
    (last,) = await workshop.rows("select max(recorded_at) as at from telemetry.samples where engine_speed_rpm > 300")
    assert trip["ended_at"].timestamp() == last["at"].timestamp() // 10 * 10


def is_over(burst: Burst) -> bool:
    return any(event.HasField("trip_summary") for event in burst.events)


async def test_what_is_found_is_told_once(workshop: Workshop) -> None:
    heard: list[wire.Finding] = []

    async def hear(records: Sequence[Record], _connection: Connection) -> None:
        heard.extend(wire.Finding.FromString(record.value) for record in records)

    await workshop.write(workshop.messages)
    await workshop.diagnose()
    await workshop.write(workshop.messages)
    await workshop.diagnose()
    consumer = workshop.stream.consumer([StreamTopic.FINDINGS], "test")
    while await consumer.step(hear):
        pass
    rows = {str(row["finding_id"]): row for row in await workshop.rows(FINDINGS)}
    assert len(rows) == 2
    assert sorted(finding.finding_id for finding in heard) == sorted(rows)
    for finding in heard:
        row = rows[finding.finding_id]
        assert finding.vin == workshop.spec.vin
        assert finding.found_at_ms == round(row["found_at"].timestamp() * 1000)
        assert finding.text["zh"] == row["texts"]["zh"]


async def test_while_it_judges_other_readers_of_the_stream_advance(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its transaction has no number until it writes, and then it reads no more of what it judges from."""
    reader = workshop.stream.consumer(["other"], "reader")
    read: list[int] = []

    async def hear(_records: Sequence[Record], _connection: Connection) -> None:
        pass

    async def written(connection: Connection, *rest: Any) -> Any:
        await workshop.stream.produce([OutgoingRecord("other", "key", b"meanwhile")])
        read.append(await reader.step(hear))
        return await write(connection, *rest)

    write = service._write
    monkeypatch.setattr(service, "_write", written)
    await workshop.write(workshop.messages)
    await workshop.diagnose()
    assert set(read) == {1}
    assert await workshop.rows("select * from diagnostics.isolations")


async def test_a_car_that_is_not_enrolled_is_passed_over(pool: Pool) -> None:
    stream = PostgresStream(pool)
    notice = b'{"vehicle_id": 99, "vin": "X", "from_ms": 0, "to_ms": 1, "kinds": ["samples"], "late": false}'
    await stream.produce([OutgoingRecord(StreamTopic.STORED, "X", notice)])
    consumer = stream.consumer(TOPICS, GROUP)
    assert await consumer.step(DiagnosticsWorker(stream).handle) == 1


async def test_what_the_stored_rows_no_longer_support_is_withdrawn(workshop: Workshop) -> None:
    heard: list[wire.Finding] = []

    async def hear(records: Sequence[Record], _connection: Connection) -> None:
        heard.extend(wire.Finding.FromString(record.value) for record in records)

    await workshop.write(workshop.messages)
    await workshop.diagnose()
    _, found = await workshop.rows(OF_EACH_KIND)
    async with workshop.pool.connection() as connection:
        await connection.execute(b"delete from telemetry.dtc_reports")
    await workshop.write([next(one for one in workshop.messages if is_code_report(one))])  # a repeat is told again
    await workshop.diagnose()
    assert [row["kind"] for row in await workshop.rows(OF_EACH_KIND)] == ["misfire"]
    consumer = workshop.stream.consumer([StreamTopic.FINDINGS], "test")
    while await consumer.step(hear):
        pass
    assert [(one.finding_id, one.severity) for one in heard if one.finding_id == str(found["finding_id"])] == [
        (str(found["finding_id"]), found["severity"]),
        (str(found["finding_id"]), 0),
    ]
