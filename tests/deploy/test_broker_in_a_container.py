"""The broker as its container runs it: the files that are written for it, and the script that makes it read them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from database.connection import Pool
from servicelane.ports import free_port, wait_until_open_async
from telemetry_schema.topics import Down, Up, down_topic, up_topic
from tests.ingest.conftest import VIN, enrol
from tests.servicelane.test_broker import Peer, peer

PASSWORD = "a password of the services, 1"
SECONDS = 20.0
PATH = f"{os.environ['PATH']}:/usr/sbin"
OTHER_VIN = "11111111111111111"


@dataclass
class Container:
    """What the containers of a broker share: a folder, an environment, two ports."""

    folder: Path
    database_url: str
    device_port: int
    service_port: int

    async def servicelane(self, *words: str, **more: str) -> str:
        """Runs the command as the container for administration would; returns what it printed."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "INGEST_BROKER_PASSWORD": PASSWORD,
            "SERVICELANE_DATA_DIR": str(self.folder),
            "SERVICELANE_API_URL": "http://localhost:8080",
            "SERVICELANE_DEVICE_HOST": "127.0.0.1",
            "SERVICELANE_DEVICE_PORT": str(self.device_port),
            **more,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "servicelane", *words, env=environment, stdout=asyncio.subprocess.PIPE
        )
        output = (await asyncio.wait_for(process.communicate(), SECONDS))[0].decode()
        assert process.returncode == 0, output
        return output

    async def write_files(self) -> None:
        ports = "--device-port", str(self.device_port), "--service-port", str(self.service_port)
        await self.servicelane("broker-files", *ports)

    @asynccontextmanager
    async def broker(self, *command: str) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            *command, env={"PATH": PATH}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            assert await wait_until_open_async("127.0.0.1", self.device_port, SECONDS)
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), SECONDS)

    def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        return self.broker("/bin/sh", str(self.folder / "broker" / "run"), str(self.folder / "broker"))

    async def enrol(self, vin: str) -> str:
        """Through the command; returns the car's password."""
        return (await self.servicelane("enrol", vin)).split("password ")[1].split()[0]

    @contextmanager
    def service(self) -> Iterator[Peer]:
        with peer(self.service_port, "ingest", PASSWORD) as one:
            yield one.connected()

    async def lets_in(self, vin: str, password: str) -> bool:
        with peer(self.device_port, vin, password) as car:
            return await asyncio.to_thread(car.answers.get, timeout=SECONDS) == "Success"


@pytest.fixture
async def container(tmp_path: Path, database_url: str) -> Container:
    return Container(tmp_path, database_url, free_port(), free_port())


async def test_the_broker_serves_the_services_and_each_enrolled_car(container: Container, pool: Pool) -> None:
    await container.write_files()
    password = await container.enrol(VIN)
    async with container.running() as broker:
        with container.service() as service, peer(container.device_port, VIN, password) as car:
            service.subscribe("servicelane/v1/+/up/#")
            car.connected().subscribe(down_topic(VIN, Down.ACK))
            car.client.publish(up_topic(VIN, Up.BATCHES), b"up", 1)
            assert service.heard.get(timeout=SECONDS) == (up_topic(VIN, Up.BATCHES), b"up")
            service.client.publish(down_topic(VIN, Down.ACK), b"down", 1)
            assert car.heard.get(timeout=SECONDS) == (down_topic(VIN, Down.ACK), b"down")
        broker.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(broker.wait(), SECONDS) == 0


async def test_a_car_that_is_enrolled_while_the_broker_runs_is_let_in(container: Container) -> None:
    await container.write_files()
    async with container.running():
        password = await container.enrol(VIN)
        for _ in range(20):
            if await container.lets_in(VIN, password):
                return
            await asyncio.sleep(0.5)
    pytest.fail("the broker did not read the new account within 10 s")


async def test_without_the_script_a_new_car_would_stay_outside(container: Container) -> None:
    await container.write_files()
    async with container.broker("mosquitto", "-c", str(container.folder / "broker" / "mosquitto.conf")):
        password = await container.enrol(VIN)
        await asyncio.sleep(3)
        assert not await container.lets_in(VIN, password)


async def test_cars_of_the_database_have_accounts_from_the_start(container: Container, pool: Pool) -> None:
    async with pool.connection() as connection:
        await enrol(connection, OTHER_VIN)
    await container.write_files()
    assert f"\n{OTHER_VIN}:$7$" in (container.folder / "broker" / "passwords").read_text()


async def test_a_short_password_of_the_services_is_refused(container: Container) -> None:
    with pytest.raises(AssertionError, match="INGEST_BROKER_PASSWORD"):
        await container.servicelane("broker-files", INGEST_BROKER_PASSWORD="short")
    assert not (container.folder / "broker").exists()


async def test_a_broker_that_ends_ends_its_container(container: Container) -> None:
    """So that the restart policy takes hold."""
    await container.write_files()
    async with container.running() as script:
        pid = int((container.folder / "broker" / "container.pid").read_text())
        os.kill(pid, signal.SIGKILL)
        assert await asyncio.wait_for(script.wait(), SECONDS) == 128 + signal.SIGKILL
