"""Back up while a car sends, restore elsewhere: nothing acknowledged before the back-up is lost; what is, is shown."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
import pytest
from rich.console import Console

from booking_api.development_issuer import issue_token
from database.connection import connect
from servicelane.backup_command import backup, restore
from servicelane.continuity_command import continuity
from servicelane.readiness import READY, readiness_of
from servicelane.stack import LocalStack, StackOptions
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import FrameBatch, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from tests.certified_cars import identity_at
from tests.ingest.conftest import VIN, enrol
from tests.ingest.test_mqtt_bridge import Car
from tests.journeys.conftest import scalar, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

BOOT = uuid4()
SPEED = signal("vehicle_speed_kmh").id
OF_BATCHES = " from streaming.records where topic = 'telemetry.batches.v1'"


def batch(sequence: int) -> bytes:
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    instants = np.array([now_ms - 20, now_ms], dtype=np.int64)
    speeds = {SPEED: SignalColumn(np.array([10.0, 11.0]))}
    return encode_batch(FrameBatch(Identity(VIN, BOOT, 1, sequence), instants, speeds))


class Driver:
    """Sends batch after batch and remembers which were acknowledged as stored."""

    def __init__(self, car: Car) -> None:
        self.car = car
        self.sent = 0

    @property
    def acknowledged(self) -> set[int]:
        stored = wire.DISPOSITION_STORED
        return {answer.sequence for answer in self.car.answers if answer.disposition == stored}

    async def drive(self) -> None:
        while True:
            self.sent += 1
            self.car.send(batch(self.sent))
            await asyncio.sleep(0.02)

    @asynccontextmanager
    async def driving(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.drive())
        yield
        task.cancel()


async def stored_sequences(stack: LocalStack) -> set[int]:
    query = "select distinct sequence from telemetry.samples where boot_id = %s"
    async with await connect(stack.database_url) as connection:
        rows = await (await connection.execute(query.encode(), [BOOT])).fetchall()
    return {row["sequence"] for row in rows}


async def nothing_waits(stack: LocalStack) -> None:
    async def settled() -> bool:
        messages = await scalar(stack, "select sum(coalesce((headers ->> 'messages')::int, 1))" + OF_BATCHES)
        return len(await stored_sequences(stack)) == messages

    await until(settled, 60, "every message of the stream is stored")


@pytest.fixture
def no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.mark.usefixtures("no_other_database")
async def test_a_restore_loses_nothing_that_was_acknowledged_before_the_back_up(tmp_path: Path) -> None:
    text = StringIO()
    console = Console(file=text, width=400)
    tmp_path.chmod(0o711)
    old, copy, new = tmp_path / "old", tmp_path / "copy", tmp_path / "new"
    async with LocalStack(StackOptions(old), lambda _words: None) as stack:
        async with await connect(stack.database_url) as connection:
            await enrol(connection)
        identity = await identity_at(stack, VIN)
        car = Car(stack.broker, identity=identity)
        car.connect()
        driver = Driver(car)
        async with driver.driving():
            await asyncio.sleep(3)
            before = driver.acknowledged
            assert await backup(console, old, copy) == 0, text.getvalue()
            await asyncio.sleep(3)
        await asyncio.sleep(1)
        after = driver.acknowledged
        car.close()
    assert len(before) > 20
    assert len(after) > len(before)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert await backup(console, old, tmp_path / "other") == 1  # nothing runs any more

    assert await restore(console, copy, new) == 0, text.getvalue()
    assert await restore(console, copy, new) == 1
    assert "is not empty" in text.getvalue()
    async with LocalStack(StackOptions(new), lambda _words: None) as stack:
        await nothing_waits(stack)
        stored = await stored_sequences(stack)
        assert before <= stored <= after
        lost = after - stored
        assert lost, "the back-up came too late to lose anything; nothing was tried"
        assert set((await readiness_of(stack.state().health_ports)).values()) == {READY}
        await the_car_goes_on(stack, identity, driver.sent + 1)
        text.truncate(0)
        assert await continuity(console, new, VIN) == 1
        assert f"{len(lost)} messages are missing ({min(lost)}-{max(lost)})" in text.getvalue()
        assert "put back from a back-up at" in text.getvalue()
        await an_old_token_is_good(stack, old)


async def the_car_goes_on(stack: LocalStack, identity: Path, sequence: int) -> None:
    """With its old certificate, at the next sequence of the same boot."""
    car = Car(stack.broker, identity=identity)
    car.connect()
    car.send(batch(sequence))

    async def stored() -> bool:
        return sequence in await stored_sequences(stack)

    await until(stored, 60, "the next batch of the car is stored")
    car.close()


async def an_old_token_is_good(stack: LocalStack, old: Path) -> None:
    token = issue_token(old / "keys", subject="operator-1", role="operator")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
        answer = await client.get(f"{stack.api_url}/v1/operations/vehicles/{VIN}/continuity")
    assert answer.json()[0]["restored_at"]
