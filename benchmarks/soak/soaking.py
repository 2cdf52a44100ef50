"""The run: the whole stack, its own ceiling, then half of that in stretches until the time is over.

The load is that of the ingest benchmark: 1,000 cars with a TLS connection and a certificate each, from a process of
its own. It encodes a stretch before it sends it, so between two stretches nothing arrives for some seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.ingest.drives import FRAME_MS, vin_of
from benchmarks.ingest.load_plan import LoadPlan, LoadReport
from benchmarks.ingest.load_process import LoadProcess
from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.payloads import Form, Load, drives, encoded
from benchmarks.ingest.stage import SERVER_SETTINGS
from benchmarks.ingest.stage import queries as ingest_queries
from benchmarks.soak.samples import POSTGRES, Sample, Sampler
from database.connection import Pool, connect, open_pool
from database.embedded import EmbeddedPostgres
from servicelane.databases import ensure_database
from servicelane.fleet_enrolment import FleetMember, enrol_fleet
from servicelane.local_stream import stream_of
from servicelane.settling import wait_until_settled
from servicelane.stack import LocalStack, StackOptions
from streaming.settings import StreamKind
from vehicles.models import EnrolmentRequest

FRAMES_PER_MESSAGE: Final = 10
EARLIEST: Final = timedelta(days=1)
STANDING: Final = timedelta(minutes=10)
"""A car drives once in each stretch, from `EARLIEST` before the run on, and stands between. Its clock runs faster than
ours, and forward: drives that overlap would be two cars under one name."""

SETTLE_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True)
class SoakOptions:
    """`frames_per_second` None: half of the ceiling, which is then measured with `ceiling_frames`."""

    folder: Path
    minutes: float
    frames_per_second: float | None
    cars: int
    ceiling_frames: int
    stretch_seconds: float
    sample_seconds: float
    stream: StreamKind


@dataclass(slots=True)
class Soaked:
    """What a run came to. `seconds` is the time of the load, its pauses included."""

    cars: int
    stream: str
    ceiling: float | None
    frames_per_second: float
    seconds: float = 0.0
    pauses_seconds: float = 0.0
    sent: int = 0
    stored: int = 0
    repeated: int = 0
    quarantined: int = 0
    samples: list[Sample] = field(default_factory=list)


class Soak:
    """On a stack that runs and whose cars are enrolled."""

    def __init__(self, stack: LocalStack, server_pid: int, options: SoakOptions, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._server_pid = server_pid
        self._options = options
        self._say = say
        self._boot = 0
        self._sent = 0
        self._stood_until = datetime.now(UTC) - EARLIEST

    async def run(self) -> Soaked:
        async with (
            open_pool(self._stack.database_url, maximum=3) as pool,
            stream_of(pool, self._stack.stream.environment) as stream,
        ):
            ceiling = None if self._options.frames_per_second else await self._measure_ceiling(pool)
            rate = self._options.frames_per_second or 0.5 * (ceiling or 0)
            soaked = Soaked(self._options.cars, self._options.stream, ceiling, rate)
            sampler = Sampler(pool, stream, self._pids)
            await sampler.take()  # what the ceiling left behind
            await self._carry(soaked, sampler)
            self._say("waiting until everything has been worked through, and counting it")
            await wait_until_settled(pool, SETTLE_SECONDS, self._stack.stream.environment)
            await self._count(pool, soaked)
        return soaked

    async def _measure_ceiling(self, pool: Pool) -> float:
        """Frames a second from the first publish until no group has anything left to do. Of cars that are known, for
        whose first plan the planner has looked back for a year; of so many frames that every car has codes to tell.
        """
        self._say("every car sends a first message")
        await self._send(Load(self._options.cars, self._options.cars * FRAMES_PER_MESSAGE, FRAMES_PER_MESSAGE), None)
        await wait_until_settled(pool, SETTLE_SECONDS, self._stack.stream.environment)
        self._say(f"measuring the ceiling with {self._options.ceiling_frames:,} frames")
        load = Load(self._options.cars, self._options.ceiling_frames, FRAMES_PER_MESSAGE)
        report = await self._send(load, None)
        await wait_until_settled(pool, SETTLE_SECONDS, self._stack.stream.environment)
        ceiling = load.all_frames / (time.time() - report.first_publish_ns / 1e9)
        self._say(f"ceiling of the whole stack: {ceiling:,.0f} frames/s")
        return ceiling

    async def _carry(self, soaked: Soaked, sampler: Sampler) -> None:
        started = time.monotonic()
        sampling = asyncio.create_task(self._sample(soaked, sampler))
        seconds, rate = self._options.stretch_seconds, soaked.frames_per_second
        load = Load(self._options.cars, int(rate * seconds), FRAMES_PER_MESSAGE)
        try:
            while (since := time.monotonic() - started) < self._options.minutes * 60:
                self._say(f"minute {since / 60:.1f}: {rate:,.0f} frames/s for {seconds:.0f} s")
                report = await self._send(load, rate / FRAMES_PER_MESSAGE)
                soaked.pauses_seconds -= (report.last_answer_ns - report.first_publish_ns) / 1e9
        finally:
            sampling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sampling
        soaked.seconds = time.monotonic() - started
        soaked.pauses_seconds += soaked.seconds

    async def _sample(self, soaked: Soaked, sampler: Sampler) -> None:
        while True:
            soaked.samples.append(await sampler.take())
            await asyncio.sleep(self._options.sample_seconds)

    async def _send(self, load: Load, messages_per_second: float | None) -> LoadReport:
        """One stretch, under a boot of its own. Raises RunFailed where a message is not acknowledged."""
        self._boot += 1
        folder = self._options.folder
        ends_at = self._stood_until + timedelta(milliseconds=FRAME_MS * load.frames_per_car)
        if ends_at > datetime.now(UTC):
            raise RunFailed(f"{load.cars} cars drive for more than a day in this load: take more of them with --cars")
        self._stood_until = ends_at + STANDING
        plan = LoadPlan(
            messages=await asyncio.to_thread(encoded, folder / "messages", load, Form.PROTOBUF),
            form=Form.PROTOBUF,
            accounts=folder / "accounts.json",
            host=self._stack.broker.host,
            port=self._stack.broker.device_port,
            awaits_acknowledgement=True,
            messages_per_second=messages_per_second,
            stall_seconds=30.0,
            boot=self._boot,
            ends_at_ms=int(ends_at.timestamp() * 1000),
            ca_file=folder / "identities" / "ca.pem",
            certificates=folder / "identities",
        )
        process = LoadProcess(plan, folder)
        try:
            await process.start()
            process.release()
            report = await process.report(4 * self._options.stretch_seconds + SETTLE_SECONDS)
        finally:
            await process.stop()
        if report.acknowledged != report.messages:
            raise RunFailed(f"of {report.messages} messages {report.acknowledged} were acknowledged")
        self._sent += load.all_frames + sum(len(own.reports) for own in drives(load))
        return report

    def _pids(self) -> dict[str, int]:
        return {**self._stack.state().parts, POSTGRES: self._server_pid}

    async def _count(self, pool: Pool, soaked: Soaked) -> None:
        async with pool.connection() as connection:
            row = await ingest_queries.one(connection, "count_stored")
        assert row is not None
        soaked.sent, soaked.stored, soaked.quarantined = self._sent, row["frames"], row["quarantined"]
        soaked.repeated = row["rows"] - row["frames"]


async def soak(options: SoakOptions, say: Callable[[str], None]) -> Soaked:
    """A stack of its own, on a server that tells when it committed what."""
    async with _stack(options, say) as (stack, server_pid):
        say(f"enrolling {options.cars} cars")
        await _enrol(stack, options)
        return await Soak(stack, server_pid, options, say).run()


@asynccontextmanager
async def _stack(options: SoakOptions, say: Callable[[str], None]) -> AsyncIterator[tuple[LocalStack, int]]:
    server = EmbeddedPostgres(options.folder / "postgres", settings=SERVER_SETTINGS)
    await asyncio.to_thread(server.start)
    try:
        url = await ensure_database(server.url, "soak")
        stack_options = StackOptions(options.folder / "data", database_url=url, stream=options.stream)
        async with LocalStack(stack_options, say) as stack:
            assert server.pid is not None
            yield stack, server.pid
    finally:
        server.erase()


async def _enrol(stack: LocalStack, options: SoakOptions) -> None:
    members = [FleetMember(_request(car), "owner-soak", {}) for car in range(options.cars)]
    async with await connect(stack.database_url) as connection:
        await enrol_fleet(connection, stack.device_settings(), members, options.folder / "fleet.json")
    accounts = [(vin_of(car), None) for car in range(options.cars)]
    (options.folder / "accounts.json").write_text(json.dumps(accounts))


def _request(car: int) -> EnrolmentRequest:
    return EnrolmentRequest(vin_of(car), "petrol-compact", "Soak", "One", 2024, "petrol", date(2024, 1, 1))
