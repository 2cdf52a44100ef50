"""A worker as a process: its pool under the package's role, its group, its health, its end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from database.connection import Pool, open_pool
from database.settings import DatabaseSettings
from observability.health import Check, health_endpoint
from streaming.choice import open_stream
from streaming.contract import Consumer, Handler, Stream
from streaming.settings import StreamingSettings
from streaming.watched_handler import WatchedHandler


@dataclass(frozen=True, slots=True)
class Worker:
    """What a process consumes. `handler` is made for each member once the stream is there.

    While one member waits for the database another can work on its own records: two use a core better than one.
    """

    role: str
    topics: Sequence[str]
    group: str
    handler: Callable[[Stream], Handler]
    records_at_once: int = 500
    gather_seconds: float = 0.0
    members: int = 1


async def run_worker(worker: Worker, **checks: Check) -> None:
    """Runs until SIGTERM or SIGINT; what is in hand is finished first. `checks` count for readiness besides ours."""
    stopping = stopped_by_signals()
    async with open_pool(DatabaseSettings().database_url, role=worker.role) as pool, open_stream(pool) as stream:
        handlers = [WatchedHandler(worker.handler(stream)) for _ in range(worker.members)]
        watched = {f"handler{number or ''}": handler.check for number, handler in enumerate(handlers)}
        checks = {"database": database_check(pool), "stream": stream.check, **watched, **checks}
        async with serving_health(**checks), asyncio.TaskGroup() as group:
            for handler in handlers:
                group.create_task(_consumer(stream, worker).run(handler, stopping))


def _consumer(stream: Stream, worker: Worker) -> Consumer:
    return stream.consumer(
        worker.topics, worker.group, maximum_records=worker.records_at_once, gather_seconds=worker.gather_seconds
    )


def stopped_by_signals() -> asyncio.Event:
    """Set by SIGTERM and SIGINT."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


@asynccontextmanager
async def serving_health(**checks: Check) -> AsyncIterator[None]:
    """`/healthz`, `/readyz` and `/metrics` while the block runs, where STREAMING_HEALTH_PORT names a port."""
    settings = StreamingSettings()
    if settings.health_port is None:
        yield
        return
    async with health_endpoint(settings.health_host, settings.health_port, checks):
        yield


def database_check(pool: Pool) -> Check:
    """For readiness: raises where the database does not answer within two seconds."""

    async def answers() -> None:
        async with pool.connection(2.0) as connection:
            await connection.execute("select 1")

    return answers
