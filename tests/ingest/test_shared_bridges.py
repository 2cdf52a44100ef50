"""Several bridges at one broker, as processes: they take turns, and one that goes costs nobody anything."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from database.connection import Pool
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from ingest.bridge_session import session_of
from ingest.settings import IngestSettings
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from servicelane.broker import LocalBroker
from servicelane.ports import free_port
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal as signal_of
from telemetry_schema.frames import SignalColumn
from tests.ingest.conftest import T0_MS, VIN, enrol, make_batch
from tests.ingest.test_mqtt_bridge import Car, _true, until

SECONDS = 20.0


@dataclass
class Member:
    """One bridge as a process."""

    process: asyncio.subprocess.Process
    port: int

    def figure(self, pattern: str) -> float:
        """The sum of the metrics whose name and labels match."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(pattern, line))

    async def carried(self) -> float:
        return await asyncio.to_thread(self.figure, r"servicelane_bridge_messages_total\{")

    async def ready(self) -> bool:
        try:
            await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{self.port}/readyz", timeout=5)
        except OSError:
            return False
        return True

    async def end(self, number: signal.Signals) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)
            await asyncio.wait_for(self.process.wait(), SECONDS)


@asynccontextmanager
async def bridges(broker: LocalBroker, database_url: str, names: Sequence[str]) -> AsyncIterator[list[Member]]:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "INGEST_BROKER_PORT": str(broker.service_port),
        "INGEST_BROKER_PASSWORD": broker.service_password,
        "INGEST_BRIDGE_SHARED": "true",
    }
    members: list[Member] = []
    try:
        for name in names:
            port = free_port()
            own = {"INGEST_BRIDGE_ID": name, "STREAMING_HEALTH_PORT": str(port)}
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "ingest", "bridge", env={**environment, **own}, stdout=asyncio.subprocess.DEVNULL
            )
            members.append(Member(process, port))
        for member in members:
            await until(member.ready, "a bridge that is ready", SECONDS)
        yield members
    finally:
        for member in members:
            await member.end(signal.SIGKILL)


@pytest.fixture
async def members(broker: LocalBroker, database_url: str) -> AsyncIterator[list[Member]]:
    async with bridges(broker, database_url, ["first", "second"]) as started:
        yield started


@pytest.fixture
def car(broker: LocalBroker) -> Iterator[Car]:
    """It sends everything once and never again."""
    one = Car(broker, broker.add_car(VIN))
    one.connect()
    yield one
    one.close()


def send(car: Car, sequences: Sequence[int]) -> None:
    for sequence in sequences:
        car.send(encode_batch(make_batch(sequence, [sequence * 1000])))


async def answered(car: Car, count: int) -> list[int]:
    """The sequences that were answered for; fails where they stay fewer than `count`."""
    await until(lambda: _true(len(car.answers) >= count), f"{count} answers", SECONDS)
    await asyncio.sleep(0.3)  # for answers too many
    return sorted(answer.sequence for answer in car.answers)


async def test_bridges_take_turns_and_after_a_kill_the_other_gets_everything(members: list[Member], car: Car) -> None:
    send(car, range(1, 41))
    assert await answered(car, 40) == list(range(1, 41)), "each is answered once, so each was given to one of them"
    assert [await member.carried() for member in members] == [20, 20]
    await members[0].end(signal.SIGKILL)
    await asyncio.sleep(0.5)  # the broker notices
    send(car, range(41, 81))
    assert await answered(car, 80) == list(range(1, 81))


async def test_a_bridge_that_is_told_to_stop_finishes_what_it_was_given(members: list[Member], car: Car) -> None:
    for start in range(1, 400, 20):
        send(car, range(start, start + 20))
        if start == 101:
            members[1].process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.02)
    assert await answered(car, 400) == list(range(1, 401))
    assert await asyncio.wait_for(members[1].process.wait(), SECONDS) == 0


async def test_what_a_killed_bridge_had_in_hand_comes_again_from_the_car(
    members: list[Member], broker: LocalBroker, pool: Pool, stream: PostgresStream, tmp_path: Path
) -> None:
    settings = HeadUnitSettings(
        VIN, tmp_path / "buffer.sqlite", broker.add_car(VIN), port=broker.device_port, resend_seconds=0.5
    )
    unit = HeadUnit(settings)
    async with pool.connection() as connection:
        await enrol(connection)
    async with pool.connection() as blocker:  # so that the members have everything in hand and can answer nothing
        await blocker.execute(b"lock table streaming.records in access exclusive mode")
        for minute in range(40):
            instants = T0_MS + minute * 60_000 + 1000 * np.arange(60, dtype=np.int64)
            columns = {signal_of("vehicle_speed_kmh").id: SignalColumn(np.full(60, minute, np.float32))}
            unit.record_frames(instants, columns)
        unit.start()
        await asyncio.sleep(1)
        await members[0].end(signal.SIGKILL)
    assert await asyncio.to_thread(unit.wait_until_delivered, SECONDS)
    unit.close()
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(TelemetryWriter(stream).handle):
        pass
    async with pool.connection() as connection:
        (row,) = await (await connection.execute(b"select count(*) as frames from telemetry.samples")).fetchall()
    assert row["frames"] == 40 * 60


def test_a_bridge_alone_keeps_its_session_and_members_have_names_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = session_of(IngestSettings())
    assert (alone.client_id, alone.shared) == ("servicelane-bridge", False)
    assert alone.expiry_seconds > 24 * 3600
    names = set()
    for host in ("one", "two"):
        monkeypatch.setattr("socket.gethostname", lambda host=host: host)
        names.add(session_of(IngestSettings(bridge_shared=True)).client_id)
    assert len(names) == 2
