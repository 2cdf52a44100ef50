"""Ingest stops where the messages of many cars cannot be taken, and never for one car's sake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY

from database.connection import Pool, open_pool
from ingest import intake_gate, store
from ingest.dead_letter_limit import DeadLetterLimit, DeadLetterWatch, Overrun
from ingest.intake_gate import IntakeGate, IntakeStoppedError, Part
from ingest.mqtt_bridge import MqttBridge
from ingest.settings import IngestSettings
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from servicelane.broker import LocalBroker
from streaming.postgres import PostgresStream
from streaming.postgres_consumer import PostgresConsumer
from telemetry_schema.batches import encode_batch
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.vin import with_check_digit
from tests.ingest.conftest import BOOT, VIN, enrol, make_batch, record_of
from tests.ingest.test_mqtt_bridge import Car, until

ROLE = "servicelane_ingest"
LIMIT = DeadLetterLimit(cars=3, share=0.5)
CARS = [str(with_check_digit(f"1M8GDM9A0KP1000{number:02d}")) for number in range(8)]


def watch(cars: int = 3, share: float = 0.5) -> DeadLetterWatch:
    return DeadLetterWatch(DeadLetterLimit(cars, share, window_seconds=60))


def test_many_cars_pass_the_limit_where_they_are_a_large_share_too() -> None:
    assert watch().note(CARS[:6], CARS[:3], 0) == Overrun(3, 6)
    assert watch().note(CARS[:7], CARS[:3], 0) is None
    assert watch().note(CARS[:2], CARS[:2], 0) is None


def test_one_car_passes_it_never_however_much_it_sends() -> None:
    judged = watch(cars=2)
    assert not any(judged.note([CARS[0]], [CARS[0]], second / 100) for second in range(10_000))


def test_cars_are_added_up_over_a_window_and_forgotten_after_two() -> None:
    judged = watch()
    assert judged.note(CARS[:1], CARS[:1], 0) is None
    assert judged.note(CARS[:2], CARS[1:2], 59) is None
    assert judged.note(CARS[2:3], CARS[2:3], 61) == Overrun(3, 3)
    late = watch()
    late.note(CARS[:2], CARS[:2], 0)
    assert late.note(CARS[2:3], CARS[2:3], 200) is None


def test_a_stop_that_was_ended_does_not_count_what_was_before() -> None:
    judged = watch()
    assert judged.note(CARS[:3], CARS[:3], 0)
    judged.forget()
    assert judged.note(CARS[3:4], CARS[3:4], 1) is None


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_gate, "POLL_SECONDS", 0.05)


def gate(url: str, part: Part = "bridge", limit: DeadLetterLimit = LIMIT) -> IntakeGate:
    return IntakeGate(url, ROLE, part, limit)


async def is_open(one: IntakeGate) -> bool:
    await asyncio.sleep(0.06)
    try:
        await one.pass_through([], [])
    except IntakeStoppedError:
        return False
    return True


def shown(part: str) -> float | None:
    return REGISTRY.get_sample_value("servicelane_intake_stopped", {"part": part})


async def test_a_restart_alone_does_not_open_a_closed_gate_and_a_raised_limit_does(database_url: str) -> None:
    with pytest.raises(IntakeStoppedError):
        await gate(database_url).pass_through(CARS, CARS[:4])
    assert shown("bridge") == 1
    assert not await is_open(gate(database_url))
    assert await is_open(gate(database_url, limit=DeadLetterLimit(cars=5)))
    assert shown("bridge") == 0
    assert await is_open(gate(database_url))


async def test_the_other_part_goes_on(database_url: str) -> None:
    with pytest.raises(IntakeStoppedError):
        await gate(database_url, "writer").pass_through(CARS, CARS)
    assert await is_open(gate(database_url, "bridge"))


async def test_somebody_opens_it_and_may_switch_the_limit_off_for_a_while(database_url: str, pool: Pool) -> None:
    closed, other = gate(database_url), gate(database_url)
    with pytest.raises(IntakeStoppedError):
        await closed.pass_through(CARS, CARS)
    async with pool.connection() as connection:
        assert await store.resume_intake(connection, None, "operator", quiet_seconds=60) == 1
    assert await is_open(closed)
    await closed.pass_through(CARS, CARS)
    await other.pass_through(CARS, CARS)
    assert shown("bridge") == 0


async def test_a_gate_that_cannot_reach_the_table_stays_as_it_is() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    assert await is_open(gate(nowhere))
    closed = gate(nowhere)
    with pytest.raises(IntakeStoppedError):
        await closed.pass_through(CARS, CARS)
    assert not await is_open(closed)


async def test_the_log_says_what_stopped_and_what_to_do(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(IntakeStoppedError):
        await gate(database_url).pass_through(CARS, CARS[:4])
    said = capsys.readouterr()
    assert "4 of 8 cars" in said.out + said.err
    assert "servicelane quarantine resume" in said.out + said.err


@asynccontextmanager
async def bridge_with_limit(url: str, broker: LocalBroker, judged: IntakeGate) -> AsyncIterator[None]:
    settings = IngestSettings(
        broker_port=broker.service_port, broker_user=broker.service_user, broker_password=broker.service_password
    )
    stopping = asyncio.Event()
    async with open_pool(url, role=ROLE) as own:
        bridge = MqttBridge(settings, PostgresStream(own), judged)
        task = asyncio.create_task(bridge.run(stopping))

        async def listens() -> bool:
            return bridge.is_listening

        await until(listens, "the bridge's subscription")
        yield
        stopping.set()
        await task


async def test_the_bridge_stops_acknowledging_and_goes_on_where_it_stopped(
    database_url: str, pool: Pool, broker: LocalBroker
) -> None:
    async with pool.connection() as connection:
        await enrol(connection)
    cars = [Car(broker, broker.add_car(vin), vin) for vin in (VIN, *CARS[:3])]
    for car in cars:
        car.connect()
    judged = gate(database_url)
    async with bridge_with_limit(database_url, broker, judged):
        for car in cars[1:]:
            car.send(b"\xff what a wrong decoder cannot read", correlation=BOOT.bytes + (1).to_bytes(8, "big"))

        async def stopped() -> bool:
            return shown("bridge") == 1

        await until(stopped, "the bridge has stopped")
        with pytest.raises(IntakeStoppedError):
            await judged.check()
        cars[0].send(encode_batch(make_batch(1)))
        await asyncio.sleep(0.5)
        assert len([answer for car in cars for answer in car.answers]) < len(CARS[:3])
        assert cars[0].answers == []
        async with pool.connection() as connection:
            await store.resume_intake(connection, None, "operator", quiet_seconds=600)

        async def all_answered() -> bool:
            return all(len(car.answers) == 1 for car in cars)

        await until(all_answered, "every car has its answer")
    assert cars[0].answers[0].disposition == wire.DISPOSITION_STORED
    assert {car.answers[0].disposition for car in cars[1:]} == {wire.DISPOSITION_QUARANTINED}
    for car in cars:
        car.close()


async def _drain(consumer: PostgresConsumer, writer: TelemetryWriter) -> None:
    while await consumer.step(writer.handle):
        pass


async def test_the_writer_leaves_everything_on_the_stream(database_url: str, pool: Pool) -> None:
    """None of these cars is known: a list of cars that was lost would look like this."""
    stream = PostgresStream(pool)
    await stream.produce([record_of(make_batch(1, vin=vin)) for vin in CARS])
    consumer = stream.consumer(TOPICS, GROUP)
    writer = TelemetryWriter(stream, gate(database_url, "writer"))
    with pytest.raises(IntakeStoppedError):
        await _drain(consumer, writer)
    assert (await stream.lags())[GROUP] > 0
    async with pool.connection() as connection:
        rows = await (await connection.execute(b"select count(*) from telemetry.quarantine")).fetchone()
        assert rows is not None
        assert rows["count"] < len(CARS)
        for vin in CARS:
            await enrol(connection, vin)
        await store.resume_intake(connection, None, "operator", quiet_seconds=0)
    await _drain(stream.consumer(TOPICS, GROUP), TelemetryWriter(stream))
    assert (await stream.lags())[GROUP] == 0
