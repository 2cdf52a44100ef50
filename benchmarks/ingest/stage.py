"""What every contender runs on: one PostgreSQL, and a broker with the shipped configuration, fresh each time."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import psutil

from benchmarks.ingest.identities import Identities
from benchmarks.ingest.measurement import RunFailed
from database.connection import connect
from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from database.queries import Queries
from servicelane.broker import LocalBroker
from servicelane.databases import create_fresh_database, with_database
from servicelane.kafka_server import LocalKafka
from servicelane.schema import migration_folders
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

TEMPLATE: Final = "bench_ingest_template"
DATABASE: Final = "bench_ingest"
POSTGRES: Final = "postgres"
BROKER: Final = "broker"
SERVER_SETTINGS: Final = {"track_commit_timestamp": "on"}
"""Beside the settings that the embedded server has anyway: the instant of a commit, exact, for every contender."""

queries: Final = Queries(Path(__file__).parent / "queries")


class BenchmarkBroker(LocalBroker):
    """The shipped configuration, but its own counters are renewed every second: a run need not wait for them."""

    def _write_configuration(self) -> None:
        super()._write_configuration()
        with (self.folder / "mosquitto.conf").open("a") as configuration:
            configuration.write("\nsys_interval 1\n")


@dataclass(frozen=True, slots=True)
class Stage:
    """The server of a whole benchmark, and the accounts of its cars."""

    folder: Path
    server_url: str
    server_pid: int
    identities: Identities
    kafka: LocalKafka | None = None

    @property
    def instants_path(self) -> Path:
        """Where the load generator writes when it published what."""
        return self.folder / "instants.npy"

    async def fresh_database(self, *, migrated: bool) -> str:
        """An empty database, after a checkpoint; its address."""
        async with await connect(self.server_url, autocommit=True) as connection:
            await queries.run(connection, "drop_database")
            await queries.run(connection, "clone_template" if migrated else "create_empty_database")
            await queries.run(connection, "checkpoint")
        return with_database(self.server_url, DATABASE)

    async def logged_bytes(self) -> int:
        """What the server has written to its log since it was made."""
        async with await connect(self.server_url) as connection:
            row = await queries.one(connection, "fetch_logged_bytes")
        assert row is not None
        return int(row["bytes"])

    @contextmanager
    def broker(self) -> Iterator[BenchmarkBroker]:
        """A broker without any session or message of an earlier run."""
        folder = self.folder / "broker"
        shutil.rmtree(folder, ignore_errors=True)
        broker = BenchmarkBroker(folder, cars=self.identities.kind)
        self.identities.equip(broker)
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


@asynccontextmanager
async def stage(
    folder: Path, identities: Identities, server_url: str | None, *, kafka: bool = False
) -> AsyncIterator[Stage]:
    """Starts the embedded server, or uses the one that is named; enrols the cars into a template."""
    server, stream = None, LocalKafka(folder / "kafka") if kafka else None
    if server_url is None:
        server = EmbeddedPostgres(folder / "postgres", settings=SERVER_SETTINGS)
        await asyncio.to_thread(server.start)
        server_url = server.url
    try:
        if stream:
            await asyncio.to_thread(stream.start)
        identities.make()
        await _prepare_template(server_url, identities.vins)
        yield Stage(folder, server_url, await _server_pid(server_url), identities, stream)
    finally:
        if stream:
            stream.stop()
        if server:
            server.erase()


async def _prepare_template(server_url: str, vins: Sequence[str]) -> None:
    """A migrated database in which the cars are enrolled."""
    url = await create_fresh_database(server_url, TEMPLATE)
    await migrate(url, migration_folders())
    async with await connect(url) as connection:
        for vin in vins:
            await vehicles.enrol(
                connection, EnrolmentRequest(vin, "bench", "Benchmark", "One", 2024, "petrol", date(2024, 1, 1))
            )
        await connection.commit()
    async with await connect(url, autocommit=True) as connection:
        await queries.run(connection, "vacuum_template")


async def _server_pid(server_url: str) -> int:
    """The postmaster, for its CPU time. Raises RunFailed where the server cannot be measured."""
    async with await connect(server_url) as connection:
        row = await queries.one(connection, "fetch_server")
        assert row is not None
        if row["track_commit_timestamp"] != "on":
            raise RunFailed("Set track_commit_timestamp = on on this server: the benchmark times commits by it.")
        try:
            return int(psutil.Process(row["pid"]).ppid())
        except psutil.NoSuchProcess:
            raise RunFailed("The server runs on another machine; its CPU time is part of the figures.") from None
