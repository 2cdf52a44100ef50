"""Where the stream of a stack is: in its database, or on Kafka, either its own broker or one that is named."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from database.connection import Pool, connect
from servicelane.kafka_server import LocalKafka, find_jars, find_java, keep_kafka
from servicelane.supervisor import Part
from streaming.choice import open_stream
from streaming.contract import Stream
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_topics import ensure_topics
from streaming.settings import KafkaSettings, StreamingSettings, StreamKind
from streaming.switching import refuse_unfinished

_PREFIX = "STREAMING_KAFKA_"


class LocalStream:
    """STREAMING_KAFKA_BOOTSTRAP names somebody else's Kafka; without it a node of our own runs in `folder`.

    A fresh one has nothing on it: an empty node, or names of its own on somebody else's.
    """

    def __init__(self, kind: StreamKind, folder: Path, *, fresh: bool) -> None:
        self._kind = kind
        self._fresh = fresh
        self.kafka: LocalKafka | None = None
        self.environment: dict[str, str] = {"STREAMING_KIND": kind}
        self._starting: asyncio.Task[None] | None = None
        if kind is StreamKind.KAFKA and not KafkaSettings().bootstrap:
            if fresh:
                shutil.rmtree(folder, ignore_errors=True)
            self.kafka = LocalKafka(folder)
            self.environment[f"{_PREFIX}BOOTSTRAP"] = self.kafka.bootstrap
            self.environment[f"{_PREFIX}REPLICATION"] = "1"
        elif kind is StreamKind.KAFKA:
            self.environment |= {name: text for name, text in os.environ.items() if name.startswith(_PREFIX)}
            if fresh:
                self.environment[f"{_PREFIX}PREFIX"] = f"demo-{uuid.uuid4().hex[:8]}."

    def begin(self) -> None:
        """Starts the broker while other things start. Raises KafkaMissingError at once."""
        if self.kafka:
            find_java()
            find_jars()
            self._starting = asyncio.create_task(asyncio.to_thread(self.kafka.start))

    async def be_ready(self, database_url: str, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
        """Returns when the stream can be used, with what keeps it running. Raises StreamSetUpError, KafkaError."""
        async with await connect(database_url) as connection:
            await refuse_unfinished(connection, self._kind)
        if self._kind is StreamKind.POSTGRES:
            return []
        if self._starting:
            await self._starting
        await self._make_topics()
        return [asyncio.create_task(keep_kafka(self.kafka, stopping))] if self.kafka else []

    def parts(self, environment: Mapping[str, str]) -> list[Part]:
        """What runs beside producers and consumers."""
        relay = Part("stream-relay", ["-m", "streaming", "relay"], environment)
        return [relay] if self._kind is StreamKind.KAFKA else []

    async def stop(self) -> None:
        if self._starting:
            with contextlib.suppress(Exception):  # said already
                await self._starting
        if self.kafka:
            await asyncio.to_thread(self.kafka.stop)

    async def _make_topics(self) -> None:
        settings = kafka_settings(self.environment)
        async with KafkaOffsets(settings) as offsets:
            await ensure_topics(offsets, settings)


def kafka_settings(environment: Mapping[str, str]) -> KafkaSettings:
    told = {name.removeprefix(_PREFIX).lower(): text for name, text in environment.items() if name.startswith(_PREFIX)}
    return KafkaSettings.model_validate(told)


@asynccontextmanager
async def stream_of(pool: Pool, environment: Mapping[str, str]) -> AsyncIterator[Stream]:
    """The stream of a running stack, from the environment that its parts have; empty means: from ours."""
    kind = {"kind": environment["STREAMING_KIND"]} if environment else {}
    async with open_stream(pool, StreamingSettings.model_validate(kind), kafka_settings(environment)) as stream:
        yield stream
