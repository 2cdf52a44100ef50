"""The real stack under load, with a hand on everything that can be broken, and the count at the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from database.connection import connect, open_pool
from database.embedded import EmbeddedPostgres
from database.errors import DatabaseError
from servicelane.counting import FrameCounts, count_frames
from servicelane.fleet_enrolment import enrol_fleet
from servicelane.local_stream import stream_of
from servicelane.members import simulated_members
from servicelane.settling import wait_until_settled
from servicelane.stack import StackOptions
from servicelane.supervisor import Part
from simulator.fleet import build_fleet
from simulator.scenario import Scenario
from streaming.settings import StreamKind
from tests.chaos.prepared_server import lay_prepared_data
from tests.journeys.conftest import REPOSITORY, scalar, until
from tests.journeys.partial_stack import PartialStack

SETTLE_SECONDS: Final = 90.0
UNPROTECTED: Final = "tests.chaos.unprotected"
MUCH: Final = 2_000  # frames
MORE: Final = 3_000  # of two spells of MUCH at least: what grows in the second was partly under way in the first

Commands = Mapping[str, Sequence[str]]
Environments = Mapping[str, Mapping[str, str]]
"""Both by the name of the part."""

_PATH: Final = {"PYTHONPATH": str(REPOSITORY)}


def instead(part: str, module: str, *words: str) -> Commands:
    """Another command of ours in the place of a part's."""
    return {part: ["-m", f"tests.chaos.{module}", *words]}


class ChaosStack(PartialStack):
    """A test may put another command in a part's place, or add to its environment."""

    LEFT_OUT = frozenset({"aggregates", "booking-api", "web", "maintenance-planner", "planner-schedule"})
    """No frame passes them on its way; each would take seconds from every case, to start and to be waited for."""

    def __init__(self, options: StackOptions, commands: Commands, environment: Environments) -> None:
        super().__init__(options, lambda _words: None)
        self.commands = commands
        self.environment = environment

    async def _start_database(self) -> None:
        await asyncio.to_thread(lay_prepared_data, self.folder / "postgres")
        await super()._start_database()

    def parts(self) -> list[Part]:
        """The processes of this stack."""
        return self._parts()

    def _parts(self) -> list[Part]:
        return [
            replace(
                part,
                arguments=self.commands.get(part.name, part.arguments),
                environment={**part.environment, **_PATH, **self.environment.get(part.name, {})},
            )
            for part in super()._parts()
        ]


@dataclass
class Fleet:
    """The process of the cars."""

    stack: ChaosStack
    folder: Path
    module: str = "tests.chaos.fleet"
    frames_per_second: float = 800
    batch_frames: int = 10
    clock_file: Path | None = None
    port: int | None = None
    """Where the cars find the broker, where that is not the broker itself."""

    process: asyncio.subprocess.Process | None = None
    said: dict[str, int] = field(default_factory=dict)

    @property
    def buffers(self) -> Path:
        return self.folder / "buffers"

    async def enrol(self, cars: int) -> None:
        members = simulated_members(build_fleet(Scenario("chaos", cars=cars, days=1), seed=1))
        async with await connect(self.stack.database_url) as connection:
            await enrol_fleet(connection, self.stack.device_settings(), members, self.folder / "fleet.json")

    async def start(self) -> None:
        words = ["-m", self.module, "--fleet", str(self.folder / "fleet.json"), "--buffers", str(self.buffers)]
        words += ["--broker-port", str(self.port or self.stack.broker.device_port)]
        words += ["--frames-per-second", str(self.frames_per_second), "--batch-frames", str(self.batch_frames)]
        words += ["--clock-file", str(self.clock_file)] if self.clock_file else []
        part = Part("fleet", words, _PATH, restarts=False)
        self.said = {}
        self.process = await self.stack.supervisor.start_reporting(part)
        self._reading = asyncio.create_task(self._read())
        await until(lambda: _true(bool(self.said)), 60, "the cars' process says how far it is")

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said = json.loads(line)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """Ends the recording; returns when all is acknowledged."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        status = await self.process.wait()
        assert status == 0, f"not everything was acknowledged: {self.said}\n{self.stack.supervisor.end_of_log('fleet')}"

    def acknowledged(self) -> int:
        """Frames that the head units have released."""
        total = 0
        for path in self.buffers.glob("*.sqlite"):
            with contextlib.suppress(sqlite3.OperationalError):
                ledger = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                total += ledger.execute(
                    "select coalesce(sum(frames), 0) from ledger where disposition is not null"
                ).fetchone()[0]
                ledger.close()
        return total


@dataclass
class Site:
    stack: ChaosStack
    fleet: Fleet

    def pid(self, victim: str) -> int | None:
        """Of a part, of `postgresql`, of `broker`, or of `kafka`."""
        servers: dict[str, Callable[[], int | None]] = {
            "postgresql": lambda: self.stack.postgres_pid,
            "broker": lambda: self.stack.broker.pid,
            "kafka": lambda: self.stack.stream.kafka.pid if self.stack.stream.kafka else None,
        }
        return servers[victim]() if victim in servers else self.stack.supervisor.pid(victim)

    async def kill(self, victim: str) -> None:
        """kill -9. Returns when the process has ended; whoever watches over it starts it again."""
        if victim == "fleet":
            await self.fleet.kill()
            await self.fleet.start()
            return
        await until(lambda: _true(self.pid(victim) is not None), 40, f"{victim} runs, so that it can be killed")
        pid = self.pid(victim)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(lambda: _true(self.pid(victim) != pid), 20, f"{victim} has ended")

    @contextlib.contextmanager
    def paused(self, victim: str) -> Iterator[None]:
        """A process that neither works nor ends (SIGSTOP) while the block runs, where it is alive at the end."""
        pid = self.pid(victim)
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def broker_saves_nothing(self) -> None:
        """Until it is started again: it does so every minute, and a kill just after that would cost nothing."""
        path = self.stack.broker.folder / "mosquitto.conf"
        saving, never = path.read_text(), "autosave_interval 0"
        path.write_text(re.sub(r"^autosave_interval .*$", never, saving, count=1, flags=re.MULTILINE))
        assert never in path.read_text(), "the broker's configuration does not say when it saves"
        self.stack.broker.reload()

    def wake(self, victim: str) -> None:
        """Ends a pause before its block does."""
        pid = self.pid(victim)
        assert pid is not None
        os.kill(pid, signal.SIGCONT)

    async def lag_ends(self, group: str) -> None:
        """Until this group has handled everything."""
        async with open_pool(self.stack.database_url) as pool, stream_of(pool, self.stack.stream.environment) as stream:

            async def ended() -> bool:
                return not (await stream.lags()).get(group)

            await until(ended, SETTLE_SECONDS, f"{group} has handled everything")

    async def held(self, hold: Path) -> None:
        """Holds a part of `tests.chaos.standing_still` at its worst moment; `hold.unlink()` lets it go."""
        hold.touch()
        await until(lambda: _true(hold.with_suffix(".held").exists()), 30, "the part stands still")

    async def grows(self, figure: Callable[[], Awaitable[int]], by: int, what: str, seconds: float = 60) -> None:
        """Waits until a figure is larger by so much than now; the server may be away meanwhile."""
        start: list[int] = []

        async def reached() -> bool:
            value = await figure()
            start.append(value)
            return value >= start[0] + by

        await until(reached, seconds, f"{by} more {what}", DatabaseError)

    async def stored(self) -> int:
        return await scalar(self.stack, "select count(*) from telemetry.samples")

    async def acknowledged(self) -> int:
        return await asyncio.to_thread(self.fleet.acknowledged)

    async def counts(self) -> FrameCounts:
        """When everything that is on the stream has been worked through."""
        await until(self._server_answers, 60, "the server answers", DatabaseError)
        async with open_pool(self.stack.database_url, maximum=1) as pool:
            await wait_until_settled(pool, SETTLE_SECONDS, self.stack.stream.environment)
            async with pool.connection() as connection:
                return await count_frames(connection, self.fleet.buffers)

    async def _server_answers(self) -> bool:
        return await scalar(self.stack, "select 1") == 1

    async def finish(self) -> FrameCounts:
        """The cars stop, deliver what they have, and all of it is worked through."""
        await self.fleet.stop()
        return await self.counts()

    async def taken(self) -> int:
        """Frames that the cars have recorded since their process started."""
        return self.fleet.said.get("taken", 0)

    async def refused(self) -> int:
        """How often a car's disk did not take what was recorded."""
        return self.fleet.said.get("refused", 0)

    def execute(self, statement: str) -> None:
        """With every right."""
        with psycopg.connect(self.stack.database_url, autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextlib.contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Nobody else reads or writes this table (`schema.table`) while the block runs."""
        with psycopg.connect(self.stack.database_url) as connection:
            name = sql.Identifier(*table.split("."))
            connection.execute(sql.SQL("lock table {} in access exclusive mode").format(name))
            yield

    async def waits_for(self, table: str) -> None:
        """Until somebody waits for a lock on this table."""
        query = f"select count(*) from pg_locks where not granted and relation = '{table}'::regclass"

        async def waiting() -> bool:
            return await scalar(self.stack, query) > 0

        await until(waiting, 30, f"somebody waits for {table}", DatabaseError)

    @contextlib.contextmanager
    def stream_takes_nothing(self) -> Iterator[None]:
        """Whoever appends to the stream waits while the block runs."""
        with self.paused("kafka") if self.stack.stream.kafka else self.locked("streaming.records"):
            yield


async def _true(value: bool) -> bool:
    return value


@asynccontextmanager
async def running_site(
    folder: Path,
    *,
    stream: str = StreamKind.POSTGRES,
    cars: int = 20,
    commands: Commands | None = None,
    environment: Environments | None = None,
    **fleet: Any,
) -> AsyncIterator[Site]:
    """A stack of the test's own, and its cars, which are enrolled and not started yet."""
    options = StackOptions(folder / "data", database_url=None, stream=StreamKind(stream))
    try:
        async with ChaosStack(options, commands or {}, environment or {}) as stack:
            (folder / "run").mkdir(exist_ok=True)
            site = Site(stack, Fleet(stack, folder / "run", **fleet))
            await site.fleet.enrol(cars)
            yield site
    finally:
        EmbeddedPostgres(folder / "data" / "postgres").erase()  # also where the system keeps it


def assert_nothing_lost_or_doubled(counts: FrameCounts, at_least: int) -> None:
    assert counts.sent >= at_least, f"too little load to prove anything: {counts}"
    assert (counts.lost, counts.repeated) == (0, 0), counts
    assert counts.sent == counts.acknowledged == counts.stored + counts.quarantined, counts
