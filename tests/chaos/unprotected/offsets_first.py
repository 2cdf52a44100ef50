"""A worker whose offsets are committed before its rows: `… ingest writer`, `… diagnostics`.

The protection that is removed: rows and offsets are one transaction (on Kafka: offsets after rows).
"""

from __future__ import annotations

import asyncio
import runpy
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streaming.worker_process
from database.connection import Connection, open_pool
from database.settings import DatabaseSettings
from streaming.contract import Handler, Record, Stream
from streaming.worker_process import Worker

_under_way: set[asyncio.Task[None]] = set()
_turn = asyncio.Lock()
_run_worker = streaming.worker_process.run_worker


def hasty(worker: Worker) -> Worker:
    """The same worker, whose handler comes back at once and does its work afterwards."""

    def make(stream: Stream) -> Handler:
        handle = worker.handler(stream)

        async def work(records: Sequence[Record]) -> None:
            url = DatabaseSettings().database_url
            async with _turn, open_pool(url, worker.role) as pool, pool.connection() as connection:
                await handle(records, connection)

        async def come_back_at_once(records: Sequence[Record], _connection: Connection) -> None:
            task = asyncio.create_task(work(list(records)))
            _under_way.add(task)
            task.add_done_callback(_under_way.discard)

        return come_back_at_once

    return replace(worker, handler=make)


async def run_hasty_worker(worker: Worker, **more: Any) -> None:
    await _run_worker(hasty(worker), **more)


if __name__ == "__main__":
    streaming.worker_process.run_worker = run_hasty_worker
    package, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(package, run_name="__main__", alter_sys=True)
