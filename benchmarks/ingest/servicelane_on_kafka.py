"""Servicelane with its stream on Kafka: one broker beside it on the same cores, topics of its own for each run."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.servicelane_contender import Servicelane
from benchmarks.ingest.stage import BenchmarkBroker, Stage
from servicelane.kafka_server import LocalKafka
from servicelane.supervisor import Part

KAFKA: Final = "kafka"
RELAY: Final = "stream-relay"


class ServicelaneOnKafka(Servicelane):
    kind = "servicelane-kafka"

    @property
    def name(self) -> str:
        return super().name.replace("Servicelane", "Servicelane on Kafka", 1)

    @asynccontextmanager
    async def consumer(self, stage: Stage, broker: BenchmarkBroker, url: str) -> AsyncIterator[dict[str, int]]:
        kafka = stage.kafka
        if kafka is None or kafka.pid is None:
            raise RunFailed(f"Kafka does not run; read {stage.folder / 'kafka'}")
        self._environment = environment(kafka, url)
        await _make_topics(self._environment)
        async with super().consumer(stage, broker, url) as pids:
            yield {**pids, KAFKA: kafka.pid}

    def _parts(self, broker: BenchmarkBroker, url: str) -> list[Part]:
        parts = [
            Part(part.name, part.arguments, {**part.environment, **self._environment}, restarts=False)
            for part in super()._parts(broker, url)
        ]
        return [*parts, Part(RELAY, ["-m", "streaming", "relay"], self._environment, restarts=False)]


def environment(kafka: LocalKafka, url: str) -> dict[str, str]:
    """Names of topics and groups that no earlier run has used."""
    return {
        "DATABASE_URL": url,
        "STREAMING_KIND": "kafka",
        "STREAMING_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "STREAMING_KAFKA_REPLICATION": "1",
        "STREAMING_KAFKA_PREFIX": f"run-{uuid4().hex[:8]}.",
    }


async def _make_topics(told: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streaming", "topics"),
        env={**os.environ, **told},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RunFailed(f"the topics could not be made: {said.decode(errors='replace').strip()[-1000:]}")
