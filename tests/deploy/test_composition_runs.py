"""docker-compose.yml, carried out without containers: its commands, environment, order and health checks are real.

Each service runs as a process with exactly what the file gives it, only addresses and paths are those of this machine.
The servers of others are the real ones that the other tests use.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from head_unit.settings import HeadUnitSettings, TlsSettings
from head_unit.unit import HeadUnit
from servicelane.kafka_server import LocalKafka
from servicelane.ports import free_port
from telemetry_schema.catalogue import signal as signal_of
from telemetry_schema.frames import SignalColumn
from tests.deploy.composition import ROOT, filled_in, runs_once
from tests.ingest.conftest import T0_MS, VIN

PASSWORD = "0123456789abcdef01234567"
SECONDS = 60.0
SCALE = {"ingest-bridge": 2, "ingest-writer": 2}
OF_OTHERS = {"database", "kafka"}


@dataclass
class Running:
    """One process of a service."""

    service: str
    process: asyncio.subprocess.Process
    environment: dict[str, str]
    health: list[str]
    port: int

    def figure(self, name: str) -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(rf"{name}[ {{]", line))


@dataclass
class Composition:
    services: dict[str, dict[str, Any]]
    here: dict[str, str]
    """What stands in the file for a container → what it is on this machine."""

    running: list[Running] = field(default_factory=list)

    def localized(self, text: str) -> str:
        words = sorted(self.here, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, words)), lambda match: self.here[match[0]], text)

    def command(self, name: str, *more: str) -> list[str]:
        service = self.services[name]
        words = [*service.get("entrypoint", []), *(more or service.get("command", []))]
        return [sys.executable if word == "python" else self.localized(word) for word in words]

    def environment(self, name: str, port: int) -> dict[str, str]:
        given = {variable: self.localized(value) for variable, value in self.services[name]["environment"].items()}
        if "STREAMING_HEALTH_PORT" in given:
            given["STREAMING_HEALTH_PORT"] = str(port)
        own = {"INGEST_BRIDGE_ID": f"bridge-{port}"} if name == "ingest-bridge" else {}  # containers have names
        return {"PATH": f"{os.environ['PATH']}:/usr/sbin", **given, **own}

    async def start(self) -> None:
        graph = {name: service.get("depends_on", {}) for name, service in self.services.items()}
        for name in TopologicalSorter(graph).static_order():
            if name in OF_OTHERS or "profiles" in self.services[name]:
                continue
            if runs_once(self.services[name]):
                await self.once(name)
            else:
                for _ in range(SCALE.get(name, 1)):
                    await self.keep(name)

    async def once(self, name: str, *words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *self.command(name, *words),
            env=self.environment(name, 0),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output = (await asyncio.wait_for(process.communicate(), SECONDS))[0].decode()
        assert process.returncode == 0, f"{name}: {output}"
        return output

    async def keep(self, name: str) -> None:
        port = int(self.here["8080"]) if name == "booking-api" else free_port()
        environment = self.environment(name, port)
        process = await asyncio.create_subprocess_exec(*self.command(name), env=environment, cwd=ROOT)
        self.running.append(Running(name, process, environment, self.health(name), port))

    def health(self, name: str) -> list[str]:
        how, *words = self.services[name]["healthcheck"]["test"]
        test = ["/bin/sh", "-c", *words] if how == "CMD-SHELL" else words
        return [sys.executable if word == "python" else self.localized(word) for word in test]

    async def wait_until_healthy(self) -> None:
        async with asyncio.timeout(SECONDS):
            for one in self.running:
                while not await says_it_is_well(one.health, one.environment):
                    assert one.process.returncode is None, f"{one.service} has ended"
                    await asyncio.sleep(0.2)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> dict[str, int]:
        """Each service's exit status."""
        for one in reversed(self.running):
            if one.process.returncode is None:
                one.process.send_signal(number)
        return {one.service: await asyncio.wait_for(one.process.wait(), SECONDS) for one in self.running}


async def says_it_is_well(health: list[str], environment: dict[str, str]) -> bool:
    check = await asyncio.create_subprocess_exec(
        *health, env=environment, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    return await asyncio.wait_for(check.wait(), SECONDS) == 0


@pytest.fixture
async def composition(tmp_path: Path, empty_database_url: str) -> AsyncIterator[Composition]:
    required = {"DATABASE_PASSWORD": PASSWORD, "INGEST_BROKER_PASSWORD": PASSWORD, "DEVICE_HOST": "127.0.0.1"}
    required |= {"PAGES_URL": "https://pages.example", "PAGES_SESSION_KEY": "x" * 32}
    services = filled_in({**required, "API_ISSUER": "https://issuer.example"})["services"]
    here = {
        f"postgresql://servicelane:{PASSWORD}@database:5432/servicelane": empty_database_url,
        "/var/lib/servicelane": str(tmp_path / "data"),
        "/srv/servicelane": str(ROOT),
        "0.0.0.0": "127.0.0.1",
        "127.0.0.1/9092": f"127.0.0.1/{free_port()}",
        **{port: str(free_port()) for port in ("8883", "8443", "1884", "8080", "8081")},
    }
    services["broker-files"]["command"] += ["--device-port", "8883", "--service-port", "1884"]
    services["ingest-bridge"]["environment"]["INGEST_BROKER_HOST"] = "127.0.0.1"
    started = Composition(services, here)
    yield started
    await started.stop(signal.SIGKILL)


@pytest.mark.long
async def test_what_the_file_says_comes_up_is_healthy_carries_a_car_and_ends(
    composition: Composition, own_kafka: LocalKafka, tmp_path: Path, empty_database_url: str
) -> None:
    composition.here |= {"kafka:9092": own_kafka.bootstrap, "127.0.0.1/9092": f"127.0.0.1/{own_kafka.port}"}
    assert await says_it_is_well(composition.health("kafka"), {"PATH": os.environ["PATH"]})
    await composition.start()
    await composition.wait_until_healthy()
    await composition.once("admin", "device", "enrol", VIN, "--out", str(tmp_path / "car"))
    tls = TlsSettings(tmp_path / "car" / "ca.pem", tmp_path / "car" / "identity.pem")
    unit = HeadUnit(HeadUnitSettings(VIN, tmp_path / "buffer", port=int(composition.here["8883"]), tls=tls))
    for minute in range(40):
        instants = T0_MS + minute * 60_000 + 1000 * np.arange(60, dtype=np.int64)
        unit.record_frames(instants, {signal_of("vehicle_speed_kmh").id: SignalColumn(np.full(60, 9, np.float32))})
    unit.start()
    assert await asyncio.to_thread(unit.wait_until_delivered, SECONDS)
    unit.close()
    await stored(empty_database_url, 40 * 60)
    bridges = [one for one in composition.running if one.service == "ingest-bridge"]
    assert [await asyncio.to_thread(one.figure, "servicelane_bridge_messages_total") for one in bridges] == [20, 20]
    ended = await composition.stop()
    for name in ("booking-api", "web"):
        assert ended.pop(name) == -signal.SIGTERM, "uvicorn finishes its work and then ends by the signal"
    assert set(ended.values()) == {0}, ended


async def stored(database_url: str, frames: int) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        for _ in range(int(SECONDS / 0.2)):
            row = await (await connection.execute("select count(*) from telemetry.samples")).fetchone()
            if row == (frames,):
                return
            await asyncio.sleep(0.2)
    pytest.fail(f"{row} frames are stored, not {frames}")


async def test_a_service_that_cannot_work_is_not_healthy(composition: Composition) -> None:
    """The health checks, checked: a port where nobody answers, a broker that refuses the account."""
    await composition.once("migrate")
    await composition.once("broker-files")
    await composition.keep("broker")
    await composition.wait_until_healthy()
    (broker,) = composition.running
    assert not await says_it_is_well(broker.health, {**broker.environment, "INGEST_BROKER_PASSWORD": "another"})
    for name in ("ingest-writer", "kafka"):
        environment = {"PATH": os.environ["PATH"], "STREAMING_HEALTH_PORT": str(free_port())}
        assert not await says_it_is_well(composition.health(name), environment), name
