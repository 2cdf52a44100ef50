"""The broker as its container runs it: the files that are written for it, and the script that makes it read them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.settings import IngestSettings
from servicelane.broker_accounts import BrokerError
from servicelane.broker_sessions import end_session
from servicelane.ports import free_port, wait_until_open_async
from telemetry_schema.topics import Down, Up, down_topic, up_topic
from tests.certified_cars import CarClient, car, wait_for_either
from tests.ingest.conftest import VIN
from tests.servicelane.test_broker import Peer, peer

PASSWORD = "a password of the services, 1"
SECONDS = 60.0
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
            "INGEST_BROKER_PORT": str(self.service_port),
            "VEHICLES_SERVER_NAMES": "localhost,127.0.0.1",
            **more,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "servicelane", *words, env=environment, stdout=asyncio.subprocess.PIPE
        )
        output = (await asyncio.wait_for(process.communicate(), SECONDS))[0].decode()
        assert process.returncode == 0, output
        return output

    async def write_files(self, *more: str) -> None:
        ports = "--device-port", str(self.device_port), "--service-port", str(self.service_port)
        await self.servicelane("broker-files", *ports, *more)

    @asynccontextmanager
    async def broker(self, *command: str) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            *command, env={"PATH": PATH}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            for port in (self.device_port, self.service_port):
                assert await wait_until_open_async("127.0.0.1", port, SECONDS)
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), SECONDS)

    def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        return self.broker("/bin/sh", str(self.folder / "broker" / "run"), str(self.folder / "broker"))

    async def enrol(self, vin: str) -> Path:
        """Through the command; returns the car's key and certificate."""
        await self.servicelane("device", "enrol", vin, "--out", str(self.folder / vin))
        return self.folder / vin / "identity.pem"

    def car(self, identity: Path) -> AbstractContextManager[CarClient]:
        return car(self.folder / "broker" / "ca.pem", self.device_port, identity)

    @contextmanager
    def service(self) -> Iterator[Peer]:
        with peer(self.service_port, "ingest", PASSWORD) as one:
            yield one.connected()

    async def lets_in(self, identity: Path) -> bool:
        with self.car(identity) as one:
            await asyncio.to_thread(wait_for_either, one)
            return not one.answers.empty()


@pytest.fixture
async def container(tmp_path: Path, database_url: str) -> Container:
    return Container(tmp_path, database_url, free_port(), free_port())


async def test_the_broker_serves_the_services_and_each_enrolled_car(container: Container) -> None:
    await container.write_files()
    identity = await container.enrol(VIN)
    async with container.running() as broker:
        with container.service() as service, container.car(identity) as one:
            service.subscribe("servicelane/v1/+/up/#")
            one.connected().subscribe(down_topic(VIN, Down.ACK))
            one.client.publish(up_topic(VIN, Up.BATCHES), b"up", 1)
            assert service.heard.get(timeout=SECONDS) == (up_topic(VIN, Up.BATCHES), b"up")
            service.client.publish(down_topic(VIN, Down.ACK), b"down", 1)
            assert one.heard.get(timeout=SECONDS) == (down_topic(VIN, Down.ACK), b"down")
        broker.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(broker.wait(), SECONDS) == 0


async def test_a_car_that_is_enrolled_while_the_broker_runs_is_let_in_and_a_revoked_one_kept_out(
    container: Container,
) -> None:
    await container.write_files()
    async with container.running():
        revoked, sound = await container.enrol(VIN), await container.enrol(OTHER_VIN)
        with container.car(revoked) as connected:
            connected.connected()
            assert "is ended" in await container.servicelane("device", "revoke", VIN)
            assert await asyncio.to_thread(connected.ends.get, timeout=SECONDS)
        assert not await container.lets_in(revoked)
        assert await container.lets_in(sound)


async def test_without_the_script_the_broker_would_not_read_who_is_revoked(container: Container) -> None:
    await container.write_files()
    async with container.broker("mosquitto", "-c", str(container.folder / "broker" / "mosquitto.conf")):
        revoked = await container.enrol(VIN)
        await container.servicelane("device", "revoke", VIN)
        assert await container.lets_in(revoked)


async def test_services_can_come_over_tls(container: Container) -> None:
    await container.write_files("--service-tls")
    async with container.running():
        access = IngestSettings(
            broker_port=container.service_port, broker_user="ingest", broker_password=PASSWORD,
            broker_ca_file=container.folder / "broker" / "ca.pem",
        )  # fmt: skip
        await end_session(access, VIN)
        with pytest.raises(BrokerError):
            await end_session(access.model_copy(update={"broker_ca_file": None}), VIN)


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
