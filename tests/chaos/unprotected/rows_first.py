"""A writer whose rows are committed before its offsets, and that can be held in between (see standing_still).

The protection that is removed: rows and offsets are one transaction.
"""

from __future__ import annotations

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
from tests.chaos.standing_still import stand_still

_run_worker = streaming.worker_process.run_worker


def rows_first(worker: Worker) -> Worker:
    def make(stream: Stream) -> Handler:
        handle = worker.handler(stream)

        async def commit_rows_first(records: Sequence[Record], _connection: Connection) -> None:
            async with open_pool(DatabaseSettings().database_url, worker.role) as pool, pool.connection() as own:
                await handle(records, own)
            await stand_still()

        return commit_rows_first

    return replace(worker, handler=make)


async def run_worker_rows_first(worker: Worker, **more: Any) -> None:
    await _run_worker(rows_first(worker), **more)


if __name__ == "__main__":
    streaming.worker_process.run_worker = run_worker_rows_first
    package, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(package, run_name="__main__", alter_sys=True)
