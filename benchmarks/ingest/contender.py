"""One way from the broker into the database, and the protocol of its run."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from benchmarks.ingest.broker_counters import watching_dropped_messages
from benchmarks.ingest.load_plan import LoadPlan, LoadReport
from benchmarks.ingest.load_process import LoadProcess
from benchmarks.ingest.measurement import GENERATOR, Measurement, Outcome, RunFailed
from benchmarks.ingest.payloads import Form, Load, encoded
from benchmarks.ingest.processor_time import ProcessorTime
from benchmarks.ingest.stage import BROKER, POSTGRES, BenchmarkBroker, Stage

RUN_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database holds after a run. `last_commit_at` by the server's clock, which is this machine's."""

    rows: int
    frames: int
    last_commit_at: datetime
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Traffic:
    """How a run is sent; the fields are those of LoadPlan."""

    messages_per_second: float | None = None
    repeat_every: int = 0
    disorder: float = 0.0
    keeps_instants: bool = False


class Contender(ABC):
    """One of those that are compared. `kind` and the size of its messages are its key."""

    kind: str

    def __init__(self, load: Load) -> None:
        self.load = load

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.load.frames_per_message}"

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    async def fresh_database(self, stage: Stage) -> str: ...

    @abstractmethod
    async def count(self, url: str) -> Counted: ...

    @abstractmethod
    async def run(self, stage: Stage) -> Measurement: ...


class BrokerContender(Contender):
    """A subclass starts its consumer, knows when all is stored, and counts what is."""

    form: Form
    awaits_acknowledgement = False

    def __init__(self, load: Load, traffic: Traffic | None = None) -> None:
        super().__init__(load)
        self.traffic = traffic or Traffic()

    @abstractmethod
    def consumer(self, stage: Stage, broker: BenchmarkBroker, url: str) -> AbstractAsyncContextManager[dict[str, int]]:
        """Yields the process ids by name once it is subscribed."""

    @abstractmethod
    async def wait_until_stored(self, url: str, load: LoadReport) -> None: ...

    @property
    def expected(self) -> int:
        """What is to be stored."""
        return self.load.all_frames

    async def run(self, stage: Stage) -> Measurement:
        url = await self.fresh_database(stage)
        with (
            stage.broker() as broker,
            watching_dropped_messages(broker, stage.folder / "dropped-messages") as dropped,
        ):
            logged = await stage.logged_bytes()
            report, spent = await self._carry(stage, broker, url)
            logged = await stage.logged_bytes() - logged
            gave_up = await dropped.total()
        details = {**_details(report), "wal_bytes_per_frame": logged / self.load.all_frames}
        return self._measurement(report, spent, await self.count(url), gave_up, details)

    async def _carry(self, stage: Stage, broker: BenchmarkBroker, url: str) -> tuple[LoadReport, dict[str, float]]:
        """What the generator tells, and CPU seconds by process from its start to the last row."""
        async with self._generator(stage, broker) as process, self.consumer(stage, broker, url) as pids:
            await process.ready()
            cpu = ProcessorTime({BROKER: broker.pid or 0, POSTGRES: stage.server_pid, **pids})
            process.release()
            report = await process.report(RUN_SECONDS)
            await asyncio.wait_for(self.wait_until_stored(url, report), RUN_SECONDS)
            return report, cpu.spent() | {GENERATOR: report.cpu_seconds}

    @asynccontextmanager
    async def _generator(self, stage: Stage, broker: BenchmarkBroker) -> AsyncIterator[LoadProcess]:
        traffic = self.traffic
        plan = LoadPlan(
            messages=encoded(stage.folder / "messages", self.load, self.form),
            form=self.form,
            accounts=stage.identities.accounts_path,
            ca_file=broker.folder / "ca.pem" if stage.identities.by_certificate else None,
            certificates=stage.identities.certificates,
            host=broker.host,
            port=broker.device_port,
            awaits_acknowledgement=self.awaits_acknowledgement,
            messages_per_second=traffic.messages_per_second,
            repeat_every=traffic.repeat_every,
            disorder=traffic.disorder,
            instants=stage.instants_path if traffic.keeps_instants else None,
        )
        process = LoadProcess(plan, stage.folder)
        try:
            await process.begin()
            yield process
        finally:
            await process.stop()

    def _measurement(
        self,
        report: LoadReport,
        spent: Mapping[str, float],
        counted: Counted,
        dropped: int,
        details: Mapping[str, Any],
    ) -> Measurement:
        seconds = counted.last_commit_at.timestamp() - report.first_publish_ns / 1e9
        outcome = Outcome(
            sent=self.expected,
            stored=counted.frames,
            lost=max(0, self.expected - counted.frames - counted.withheld),
            repeated=counted.rows - counted.frames,
            dropped_by_broker=dropped,
        )
        return Measurement(self.key, self.name, self.load.all_frames, seconds, dict(spent), outcome, details)


def _details(report: LoadReport) -> dict[str, Any]:
    return {
        "messages": report.messages,
        "published": report.published,
        "acknowledged": report.acknowledged,
        "resent": report.resent,
        "refused": report.refused,
        "generator_seconds": (report.last_answer_ns - report.first_publish_ns) / 1e9,
    }


async def until(condition: Any, what: str, seconds: float = 60.0, every: float = 0.1) -> None:
    """Waits for an asynchronous condition. Raises RunFailed naming `what` where it does not come."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise RunFailed(f"after {seconds:.0f} s still waiting for {what}")
        await asyncio.sleep(every)
