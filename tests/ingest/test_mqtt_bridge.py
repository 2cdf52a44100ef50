"""The bridge between a real broker and the real stream: what is answered, when, and what becomes of bad input."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from database.connection import Pool, open_pool
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from ingest import answers, broker_connection
from ingest.mqtt_bridge import MqttBridge
from ingest.settings import IngestSettings
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from servicelane.broker import LocalBroker
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import Acknowledgement, decode_acknowledgements
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Down, Up, down_topic, up_topic
from tests.certified_cars import tls_context
from tests.ingest.conftest import BOOT, T0_MS, VIN, enrol, make_batch

OTHER_VIN = "5YJ3E1EA7KF317000"
LOST_CLOCK = [-T0_MS, -T0_MS + 1000]
IN_A_YEAR = [365 * 86_400_000]


@dataclass
class Car:
    """A stock MQTT client with a car's account, or with its certificate where the broker wants one."""

    broker: LocalBroker
    password: str = ""
    vin: str = VIN
    identity: Path | None = None
    answers: list[Acknowledgement] = field(default_factory=list)
    reasons: list[Any] = field(default_factory=list)

    def connect(self) -> None:
        self._ready = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=self.vin, protocol=mqtt.MQTTv5)
        if self.identity:
            self.client.tls_set_context(tls_context(self.broker.folder / "ca.pem", self.identity))
        else:
            self.client.username_pw_set(self.vin, self.password)
        self.client.on_connect = lambda *_: self.client.subscribe(down_topic(self.vin, Down.ACK), 1)
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = self._hear
        self.client.on_publish = lambda _client, _user, _mid, reason, _properties: self.reasons.append(reason)
        self.client.connect(self.broker.host, self.broker.device_port)
        self.client.loop_start()
        assert self._ready.wait(5)

    def send(self, payload: bytes, content_type: str = PROTOBUF, kind: Up = Up.BATCHES, **more: Any) -> None:
        properties = Properties(PacketTypes.PUBLISH)
        properties.ContentType = content_type
        properties.CorrelationData = more.get("correlation", b"")
        self.client.publish(more.get("topic", up_topic(self.vin, kind)), payload, qos=1, properties=properties)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _hear(self, _client: object, _user: object, message: mqtt.MQTTMessage) -> None:
        self.answers += decode_acknowledgements(message.payload, message.properties.ContentType)


@dataclass
class Site:
    """A running bridge, and what is behind it."""

    pool: Pool
    broker: LocalBroker
    stream: PostgresStream
    car: Car
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    bridge: MqttBridge | None = None

    async def start_bridge(self) -> None:
        settings = IngestSettings(
            broker_port=self.broker.service_port,
            broker_user=self.broker.service_user,
            broker_password=self.broker.service_password,
        )
        self.stopping = asyncio.Event()
        bridge = self.bridge = MqttBridge(settings, self.stream)
        self.task = asyncio.create_task(bridge.run(self.stopping))
        await until(lambda: _true(bridge.is_listening), "the bridge's subscription")

    async def stop_bridge(self) -> None:
        self.stopping.set()
        if self.task:
            await self.task

    async def answered(self, count: int = 1) -> list[Acknowledgement]:
        await until(lambda: _true(len(self.car.answers) >= count), f"{count} answers, heard {self.car.answers}")
        return self.car.answers

    async def write(self) -> None:
        consumer = self.stream.consumer(TOPICS, GROUP)
        while await consumer.step(TelemetryWriter(self.stream).handle):
            pass

    async def rows(self, query: str) -> list[dict[str, Any]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(query.encode())).fetchall()


async def _true(value: bool) -> bool:
    return value


async def until(holds: Callable[[], Awaitable[bool]], what: str, seconds: float = 15) -> None:
    for _ in range(int(seconds / 0.05)):
        if await holds():
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"not within {seconds:.0f} s: {what}")


@pytest.fixture
async def site(pool: Pool, database_url: str, broker: LocalBroker) -> AsyncIterator[Site]:
    async with pool.connection() as connection:
        await enrol(connection)
    car = Car(broker, broker.add_car(VIN))
    car.connect()
    async with open_pool(database_url, role="servicelane_ingest") as own:
        site = Site(pool, broker, PostgresStream(own), car)
        await site.start_bridge()
        yield site
        await site.stop_bridge()
    car.close()


async def test_a_batch_is_answered_with_its_own_numbers_and_stored(site: Site) -> None:
    site.car.send(encode_batch(make_batch(7)))
    (answer,) = await site.answered()
    assert (answer.boot_id, answer.sequence, answer.disposition) == (BOOT, 7, wire.DISPOSITION_STORED)
    await site.write()
    assert len(await site.rows("select * from telemetry.samples")) == 2


async def test_json_from_a_stock_client_is_answered_in_json(site: Site) -> None:
    heard: list[mqtt.MQTTMessage] = []
    site.car.client.on_message = lambda _client, _user, message: heard.append(message)
    site.car.send(encode_batch(make_batch(7), JSON), JSON)
    await until(lambda: _true(bool(heard)), "an answer")
    assert heard[0].properties.ContentType == JSON
    assert decode_acknowledgements(heard[0].payload, JSON)[0].sequence == 7


async def test_the_same_batch_twice_is_answered_twice_and_stored_once(site: Site) -> None:
    for _ in range(2):
        site.car.send(encode_batch(make_batch(7)))
    assert [answer.disposition for answer in await site.answered(2)] == [wire.DISPOSITION_STORED] * 2
    await site.write()
    assert len(await site.rows("select * from telemetry.samples")) == 2
    assert await site.rows("select * from telemetry.sample_collisions") == []


@pytest.mark.parametrize(
    ("payload", "content_type", "reason"),
    [
        (encode_batch(make_batch(9))[:-5], PROTOBUF, "undecodable"),
        (bytes(range(256)), PROTOBUF, "undecodable"),
        (b'{"vin": ', JSON, "undecodable"),
        (encode_batch(make_batch(9, vin=OTHER_VIN)), PROTOBUF, "vin_mismatch"),
        (encode_batch(make_batch(9, LOST_CLOCK)), PROTOBUF, "clock_before_2000"),
        (encode_batch(make_batch(9, IN_A_YEAR)), PROTOBUF, "clock_in_future"),
        (encode_batch(make_batch(9)), "application/x-tar", "unknown_content_type"),
    ],
    ids=["truncated", "random", "broken JSON", "another's VIN", "1970", "next year", "unknown type"],
)
async def test_bad_input_is_answered_kept_with_its_reason_and_the_next_batch_is_stored(
    site: Site, payload: bytes, content_type: str, reason: str
) -> None:
    site.car.send(payload, content_type, correlation=BOOT.bytes + (9).to_bytes(8, "big"))
    site.car.send(encode_batch(make_batch(10)))
    answers = {answer.sequence: answer for answer in await site.answered(2)}
    assert answers[9].boot_id == BOOT
    assert answers[9].reason == reason
    assert answers[9].detail
    assert answers[9].disposition in (wire.DISPOSITION_QUARANTINED, wire.DISPOSITION_REFUSED)
    assert answers[10].disposition == wire.DISPOSITION_STORED
    await site.write()
    (kept,) = await site.rows("select * from telemetry.quarantine")
    assert (kept["vin"], kept["reason"], bytes(kept["payload"])) == (VIN, reason, payload)
    assert len(await site.rows("select * from telemetry.samples")) == 2


async def test_absurd_values_are_set_aside_and_unknown_signals_are_kept(site: Site) -> None:
    batch = make_batch(3, [0, 1000], {"vehicle_speed_kmh": [50.0, 5e9], "coolant_temperature_c": [90.0, 91.0]})
    batch.columns[60_001] = SignalColumn(np.array([1.0, 2.0]))  # type: ignore[index]
    site.car.send(encode_batch(batch))
    assert (await site.answered())[0].disposition == wire.DISPOSITION_STORED
    await site.write()
    rows = await site.rows(
        "select vehicle_speed_kmh, coolant_temperature_c, extra from telemetry.samples order by frame"
    )
    assert [row["vehicle_speed_kmh"] for row in rows] == [50.0, None]
    assert [row["coolant_temperature_c"] for row in rows] == [90.0, 91.0]
    assert [row["extra"]["60001"] for row in rows] == [1.0, 2.0]
    (kept,) = await site.rows("select reason, detail, frames from telemetry.quarantine")
    assert kept["reason"] == "value_out_of_range"
    assert "vehicle_speed_kmh" in kept["detail"]
    assert kept["frames"] == 0


async def test_nothing_is_acknowledged_before_it_is_durable(site: Site) -> None:
    async with site.pool.connection() as blocker:
        await blocker.execute(b"lock table streaming.records in access exclusive mode")
        site.car.send(encode_batch(make_batch(7)))
        await asyncio.sleep(1.0)
        assert site.car.answers == []
    assert (await site.answered())[0].sequence == 7


async def test_what_comes_while_the_bridge_is_away_is_carried_when_it_is_back(site: Site) -> None:
    site.car.send(encode_batch(make_batch(1)))
    await site.answered(1)
    await site.stop_bridge()
    for sequence in range(2, 30):
        site.car.send(encode_batch(make_batch(sequence, [sequence * 10_000])))
    await site.start_bridge()
    assert {answer.sequence for answer in await site.answered(29)} == set(range(1, 30))


async def test_a_bridge_that_is_back_listens_at_once(site: Site) -> None:
    for _ in range(2):
        await site.stop_bridge()
        async with asyncio.timeout(5):
            await site.start_bridge()


async def test_messages_that_nobody_takes_are_left_with_the_broker(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by bytes, and all of them are carried once there is room."""
    monkeypatch.setattr(broker_connection, "WAITING_BYTES", 100_000)
    minute = {"system_voltage_v": [12.0] * 200}
    payloads = [encode_batch(make_batch(n, range(n, n + 200), minute)) for n in range(1, 1_001)]
    async with site.pool.connection() as blocker:
        await blocker.execute(b"lock table streaming.records in access exclusive mode")
        for payload in payloads:
            site.car.send(payload)
        await asyncio.sleep(2.0)
        assert site.bridge is not None
        assert 100_000 < site.bridge._connection._waiting_bytes < 400_000 < 2 * len(payloads[0]) * len(payloads) / 3
    assert {answer.sequence for answer in await site.answered(1_000)} == set(range(1, 1_001))


async def test_messages_of_much_traffic_share_their_appends(site: Site) -> None:
    """They come one after the other over a second or more, and far fewer transactions bring them onto the stream."""
    for sequence in range(1, 2_001):
        site.car.send(encode_batch(make_batch(sequence, [sequence * 1_000])))
        await asyncio.sleep(0)
        if not sequence % 10:
            await asyncio.sleep(0.005)
    assert {answer.sequence for answer in await site.answered(2_000)} == set(range(1, 2_001))
    (told,) = await site.rows("select count(distinct transaction_id) as appends from streaming.records")
    assert told["appends"] < 100


@pytest.mark.parametrize("stops", [False, True])
async def test_an_answer_that_waits_is_told_when_nothing_more_comes_or_the_bridge_stops(
    site: Site, monkeypatch: pytest.MonkeyPatch, stops: bool
) -> None:
    monkeypatch.setattr(answers, "_MANY", 1)
    monkeypatch.setattr(answers, "WAIT_SECONDS", 600.0)
    produce = site.stream.produce

    async def slow(*given: Any) -> None:
        """The bridge has looked for more in vain by then."""
        await produce(*given)
        await asyncio.sleep(1.5)
        site.stopping.set()

    if stops:
        monkeypatch.setattr(site.stream, "produce", slow)
    site.car.send(encode_batch(make_batch(sequence=1)))
    await until(lambda: _true(len(site.car.answers) == 1), "the answer")


async def test_what_a_car_has_the_broker_retain_is_carried_once(site: Site) -> None:
    """Every bridge that starts is given it again, marked as retained."""
    site.car.client.publish(up_topic(VIN, Up.BATCHES), encode_batch(make_batch(1)), qos=1, retain=True)
    await site.answered(1)
    await site.stop_bridge()
    await site.start_bridge()
    site.car.send(encode_batch(make_batch(2)))
    answers = await site.answered(2)
    assert [answer.sequence for answer in answers] == [1, 2]
    (count,) = await site.rows("select count(*) as n from streaming.records where topic = 'telemetry.batches.v1'")
    assert count["n"] == 2


async def test_a_car_cannot_speak_for_another_nor_hear_another(site: Site) -> None:
    thief = Car(site.broker, site.broker.add_car(OTHER_VIN), OTHER_VIN)
    thief.connect()
    thief.send(encode_batch(make_batch(1)), topic=up_topic(VIN, Up.BATCHES))
    await until(lambda: _true(bool(thief.reasons)), "the broker's reason")
    assert thief.reasons[0].is_failure
    thief.client.subscribe(down_topic(VIN, Down.ACK), 1)
    site.car.send(encode_batch(make_batch(2)))
    await site.answered(1)
    thief.close()
    assert [answer.sequence for answer in site.car.answers] == [2]
    assert thief.answers == []
    await site.write()
    assert len(await site.rows("select * from telemetry.samples")) == 2


@pytest.mark.parametrize(("user", "password"), [(None, None), (VIN, "wrong"), (OTHER_VIN, "unknown car")])
async def test_who_is_not_enrolled_does_not_get_in(site: Site, user: str | None, password: str | None) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="stranger", protocol=mqtt.MQTTv5)
    if user:
        client.username_pw_set(user, password)
    refused: list[bool] = []
    client.on_connect = lambda _client, _user, _flags, reason, _properties: refused.append(reason.is_failure)
    with contextlib.suppress(ConnectionError):
        client.connect(site.broker.host, site.broker.device_port)
        client.loop_start()
    await until(lambda: _true(bool(refused)), "the broker's answer")
    client.loop_stop()
    assert refused[0]


async def test_a_car_without_enrolment_but_with_an_account_is_quarantined_until_it_is_enrolled(site: Site) -> None:
    car = Car(site.broker, site.broker.add_car(OTHER_VIN), OTHER_VIN)
    car.connect()
    car.send(encode_batch(make_batch(4, vin=OTHER_VIN)))
    await until(lambda: _true(bool(car.answers)), "an answer")
    car.close()
    await site.write()
    (kept,) = await site.rows("select * from telemetry.quarantine")
    assert (kept["vin"], kept["reason"], kept["frames"], kept["sequence"]) == (OTHER_VIN, "unknown_vehicle", 2, 4)


async def test_a_message_above_the_limit_is_refused_by_the_broker_and_a_head_unit_splits_it(
    site: Site, tmp_path: Any
) -> None:
    site.car.send(b"x" * 300_000)
    await until(lambda: _true("oversize" in site.broker.log_path.read_text().lower()), "a line in the broker's log")
    site.car.close()
    settings = HeadUnitSettings(
        VIN,
        tmp_path / "buffer.sqlite",
        site.broker.add_car(VIN),
        port=site.broker.device_port,
        batch_frames=40_000,
        maximum_payload_bytes=10**9,  # it does not know the broker's limit until it is told
        keep_ledger=True,
    )
    unit = HeadUnit(settings)
    instants = T0_MS + 1000 * np.arange(40_000, dtype=np.int64)
    speeds = {signal("vehicle_speed_kmh").id: SignalColumn(np.arange(40_000, dtype=np.float32) % 200)}
    unit.record_frames(instants, speeds)
    unit.flush()
    unit.start()
    delivered = await asyncio.to_thread(unit.wait_until_delivered, 60)
    unit.close()
    assert delivered
    await site.write()
    (count,) = await site.rows("select count(*) as frames, count(distinct sequence) as messages from telemetry.samples")
    assert count["frames"] == 40_000
    assert count["messages"] > 1


async def test_a_broker_that_restarts_loses_nothing_that_is_under_way(site: Site, tmp_path: Any) -> None:
    site.car.close()
    settings = HeadUnitSettings(
        VIN, tmp_path / "buffer.sqlite", site.broker.add_car(VIN), port=site.broker.device_port, resend_seconds=0.5
    )
    unit = HeadUnit(settings)
    for minute in range(20):
        instants = T0_MS + minute * 60_000 + 1000 * np.arange(60, dtype=np.int64)
        unit.record_frames(instants, {signal("vehicle_speed_kmh").id: SignalColumn(np.full(60, minute, np.float32))})
    unit.flush()
    unit.start()
    site.broker.kill()
    await asyncio.sleep(0.3)
    site.broker.start()
    delivered = await asyncio.to_thread(unit.wait_until_delivered, 60)
    unit.close()
    assert delivered
    await site.write()
    (count,) = await site.rows("select count(*) as frames from telemetry.samples")
    assert count["frames"] == 20 * 60


class NarrowBroker(LocalBroker):
    """Its queue holds ten messages."""

    def _write_configuration(self) -> None:
        super()._write_configuration()
        path = self.folder / "mosquitto.conf"
        path.write_text(path.read_text().replace("max_queued_messages 10000000", "max_queued_messages 10"))


async def test_the_broker_s_queue_is_not_where_data_ends(pool: Pool, database_url: str, tmp_path: Path) -> None:
    """What it drops while the bridge is away has PUBACK, and is sent again: cars keep everything until down/ack."""
    broker = NarrowBroker(tmp_path / "narrow")
    broker.start()
    async with pool.connection() as connection:
        await enrol(connection)
    async with open_pool(database_url, role="servicelane_ingest") as own:
        site = Site(pool, broker, PostgresStream(own), Car(broker))
        await site.start_bridge()
        await site.stop_bridge()  # its session stays
        unit = HeadUnit(
            HeadUnitSettings(
                VIN,
                tmp_path / "buffer.sqlite",
                broker.add_car(VIN),
                port=broker.device_port,
                batch_frames=1,
                resend_seconds=1.0,
                longest_resend_seconds=1.0,
            )
        )
        instants = T0_MS + 1000 * np.arange(40, dtype=np.int64)
        unit.record_frames(instants, {signal("vehicle_speed_kmh").id: SignalColumn(np.zeros(40, dtype=np.float32))})
        unit.start()
        log = broker.log_path
        await until(lambda: _true("being dropped" in log.read_text()), "the broker drops")
        await site.start_bridge()
        delivered = await asyncio.to_thread(unit.wait_until_delivered, 30)
        unit.close()
        assert delivered
        await site.write()
        (count,) = await site.rows("select count(*) as frames from telemetry.samples")
        assert count["frames"] == 40
        await site.stop_bridge()
    broker.stop()
