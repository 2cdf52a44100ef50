"""Servicelane itself: bridge and writer as processes, everything on, as `servicelane up` runs them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.ingest.contender import BrokerContender, Counted, Traffic, until
from benchmarks.ingest.load_plan import LoadReport
from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.payloads import Form, Load, drives
from benchmarks.ingest.stage import BenchmarkBroker, Stage, queries
from database.connection import connect
from servicelane.ports import free_port
from servicelane.supervisor import Part, Supervisor

BRIDGE: Final = "ingest-bridge"
WRITER: Final = "ingest-writer"
_STORED: Final = "servicelane_writer_frames_total "
_STORED_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.2


class Servicelane(BrokerContender):
    kind = "servicelane"
    form = Form.PROTOBUF
    awaits_acknowledgement = True

    @property
    def key(self) -> str:
        return super().key if self.is_undisturbed else f"{self.kind}-disturbed-{self.load.frames_per_message}"

    @property
    def name(self) -> str:
        return f"Servicelane, {self.load.words}" + ("" if self.is_undisturbed else ", repeats and disorder")

    @property
    def is_undisturbed(self) -> bool:
        return not (self.traffic.repeat_every or self.traffic.disorder)

    def with_load(self, load: Load, traffic: Traffic) -> Self:
        """The same with another load."""
        return type(self)(load, traffic)

    @property
    def expected(self) -> int:
        """Frames and code reports."""
        return self.load.all_frames + self.reports

    @property
    def reports(self) -> int:
        return sum(len(own.reports) for own in drives(self.load))

    async def fresh_database(self, stage: Stage) -> str:
        return await stage.fresh_database(migrated=True)

    @asynccontextmanager
    async def consumer(self, stage: Stage, broker: BenchmarkBroker, url: str) -> AsyncIterator[dict[str, int]]:
        self._ports = {BRIDGE: free_port(), WRITER: free_port()}
        supervisor = Supervisor(stage.folder / "logs")
        parts = self._parts(broker, url)
        try:
            for part in parts:
                supervisor.log_path(part.name).unlink(missing_ok=True)
                await supervisor.start(part)
            for name, port in self._ports.items():
                await until(lambda port=port: _answers(port, "/readyz"), f"{name}: {supervisor.end_of_log(name)}", 30)
            yield {part.name: supervisor.pid(part.name) or 0 for part in parts}
        finally:
            await supervisor.stop()

    async def wait_until_stored(self, url: str, load: LoadReport) -> None:
        """By the writer's own counter, which costs the database nothing, then by the few code reports."""
        wanted, reports = self.load.all_frames, self.reports

        async def frames_stored() -> bool:
            return await _frames_stored(self._ports[WRITER]) >= wanted

        async def reports_stored() -> bool:
            async with await connect(url) as connection:
                row = await queries.one(connection, "count_reports")
            return row is not None and row["reports"] >= reports

        await until(frames_stored, f"{wanted} stored frames", _STORED_SECONDS, _POLL_SECONDS)
        await until(reports_stored, f"{reports} stored code reports", _STORED_SECONDS, _POLL_SECONDS)

    async def count(self, url: str) -> Counted:
        async with await connect(url) as connection:
            row = await queries.one(connection, "count_stored")
        if row is None or row["last_commit_at"] is None:
            raise RunFailed("nothing was stored")
        return Counted(row["rows"], row["frames"], row["last_commit_at"], row["quarantined"])

    def _parts(self, broker: BenchmarkBroker, url: str) -> list[Part]:
        ingest = {
            "DATABASE_URL": url,
            "INGEST_BROKER_HOST": "127.0.0.1",
            "INGEST_BROKER_PORT": str(broker.service_port),
            "INGEST_BROKER_USER": broker.service_user,
            "INGEST_BROKER_PASSWORD": broker.service_password,
        }
        return [
            Part(
                name,
                ["-m", "ingest", name.removeprefix("ingest-")],
                {**ingest, "STREAMING_HEALTH_PORT": str(self._ports[name])},
                restarts=False,
            )
            for name in (BRIDGE, WRITER)
        ]


async def _answers(port: int, path: str) -> bool:
    try:
        await asyncio.to_thread(_get, port, path)
    except (OSError, URLError):
        return False
    return True


async def _frames_stored(port: int) -> int:
    text = await asyncio.to_thread(_get, port, "/metrics")
    return sum(int(float(line.removeprefix(_STORED))) for line in text.splitlines() if line.startswith(_STORED))


def _get(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return str(answer.read().decode())
