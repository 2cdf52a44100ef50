"""One car that floods among others that do not, at a real broker and bridge: it waits, they do not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from database.connection import Pool, open_pool
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from ingest.mqtt_bridge import MqttBridge
from ingest.settings import IngestSettings
from servicelane.broker import LocalBroker
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from tests.ingest.conftest import BOOT, T0_MS, VIN, enrol, make_batch
from tests.ingest.test_mqtt_bridge import Car, Site, _true, until

QUIET = ("11111111111111111", "5YJ3E1EA7KF317000")
FLOOD = 600
RATE, BURST = 200.0, 100.0
BUDGET = {"vehicle_messages_per_second": RATE, "vehicle_messages_burst": BURST}
NO_BUDGET = {f"vehicle_{what}_per_second": 0.0 for what in ("messages", "bytes", "values")}

Start = Callable[..., Any]


@pytest.fixture
async def start(pool: Pool, database_url: str, broker: LocalBroker) -> Start:
    """A bridge with the budgets that the test gives."""

    @asynccontextmanager
    async def running(**budgets: float) -> AsyncIterator[Site]:
        settings = IngestSettings(
            broker_port=broker.service_port,
            broker_user=broker.service_user,
            broker_password=broker.service_password,
            **budgets,  # type: ignore[arg-type]
        )
        async with pool.connection() as connection:
            for vin in (VIN, *QUIET):
                await enrol(connection, vin)
        async with open_pool(database_url, role="servicelane_ingest") as own:
            site = Site(pool, broker, PostgresStream(own), Car(broker, broker.add_car(VIN)))
            bridge = MqttBridge(settings, site.stream)
            task = asyncio.create_task(bridge.run(site.stopping))
            await until(lambda: _true(bridge.is_listening), "the bridge's subscription")
            site.car.connect()
            yield site
            site.car.close()
            site.stopping.set()
            await task

    return running


def flood(car: Car) -> None:
    """All at once, deaf to every answer."""
    for sequence in range(1, FLOOD + 1):
        car.send(encode_batch(make_batch(sequence)), correlation=BOOT.bytes + sequence.to_bytes(8, "big"))


def counts(car: Car) -> tuple[int, int]:
    """Messages answered with stored, and with deferred."""
    dispositions = [answer.disposition for answer in list(car.answers)]
    return dispositions.count(wire.DISPOSITION_STORED), dispositions.count(wire.DISPOSITION_DEFERRED)


async def flooded(site: Site) -> float:
    """Seconds until each message of the flood was answered one way or the other."""
    began = time.monotonic()
    await asyncio.to_thread(flood, site.car)
    await until(lambda: _true(len(site.car.answers) == FLOOD), "an answer to each message")
    return time.monotonic() - began


async def test_a_flood_is_cut_to_the_budget_and_each_message_is_told_which_it_is(start: Start) -> None:
    async with start(**BUDGET) as site:
        seconds = await flooded(site)
        stored, deferred = counts(site.car)
        assert BURST <= stored <= BURST + RATE * seconds + 1
        assert deferred == FLOOD - stored > 0
        assert {answer.sequence for answer in site.car.answers} == set(range(1, FLOOD + 1))
        late = [answer for answer in site.car.answers if answer.disposition == wire.DISPOSITION_DEFERRED]
        assert all(answer.retry_after_ms >= 1000 and answer.reason == "over_budget" for answer in late)
        on_stream = await site.rows(
            "select sum(coalesce((headers ->> 'messages')::int, 1)) as n from streaming.records"
            " where topic = 'telemetry.batches.v1'"
        )
        assert on_stream[0]["n"] == stored


async def test_without_budgets_the_same_flood_takes_all_it_wants(start: Start) -> None:
    async with start(**NO_BUDGET) as site:
        await flooded(site)
        assert counts(site.car) == (FLOOD, 0)


async def test_values_and_bytes_bind_too(start: Start) -> None:
    for what in ("values", "bytes"):
        limits = NO_BUDGET | {f"vehicle_{what}_per_second": 1.0, f"vehicle_{what}_burst": 1.0}
        settings = IngestSettings(**limits)  # type: ignore[arg-type]
        budgets = settings.vehicle_budgets()
        assert budgets.wait_seconds(VIN, 100, 0.0) == 0
        budgets.charge_values(VIN, 100, 0.0)
        assert budgets.wait_seconds(VIN, 100, 0.0) > 90


async def test_the_neighbours_of_a_flood_are_never_put_off(start: Start, broker: LocalBroker) -> None:
    async with start(**BUDGET) as site:
        neighbours = [Car(broker, broker.add_car(vin), vin) for vin in QUIET]
        for car in neighbours:
            car.connect()
        flooding = asyncio.create_task(asyncio.to_thread(flood, site.car))
        for sequence in range(1, 21):
            for car in neighbours:
                car.send(encode_batch(make_batch(sequence, vin=car.vin)))
            await until(lambda: _true(all(len(car.answers) >= sequence for car in neighbours)), "answers", 5)  # noqa: B023
        await flooding
        for car in neighbours:
            car.close()
            assert counts(car) == (20, 0)
        assert counts(site.car)[1] > 0


async def test_a_head_unit_over_its_budget_delivers_everything_in_the_end(start: Start, tmp_path: Path) -> None:
    async with start(vehicle_messages_per_second=100.0, vehicle_messages_burst=100.0) as site:
        site.car.close()
        settings = HeadUnitSettings(
            VIN, tmp_path / "buffer.sqlite", site.broker.add_car(VIN), port=site.broker.device_port,
            batch_frames=10, keep_ledger=True, durable=False, resend_seconds=60,
        )  # fmt: skip
        unit = HeadUnit(settings)
        instants = T0_MS + 1000 * np.arange(3000, dtype=np.int64)
        speeds = {signal("vehicle_speed_kmh").id: SignalColumn(np.arange(3000, dtype=np.float32) % 200)}
        unit.record_frames(instants, speeds)
        assert unit.pending == 300
        began = time.monotonic()
        unit.start()
        assert await asyncio.to_thread(unit.wait_until_delivered, 30)
        seconds = time.monotonic() - began
        unit.close()
        assert seconds > (300 - 101) / 100 - 0.1
        await site.write()
        (count,) = await site.rows("select count(*) as frames from telemetry.samples")
        assert count["frames"] == 3000
