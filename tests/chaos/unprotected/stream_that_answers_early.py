"""A part whose stream says "durable" before anything is: `… PACKAGE ARGUMENT…` runs that package's own command line.

The protection that is removed: the bridge acknowledges only after the append is durable.
"""

from __future__ import annotations

import asyncio
import runpy
import sys
from collections.abc import Sequence
from typing import Any

from streaming.contract import OutgoingRecord
from streaming.kafka import KafkaStream
from streaming.postgres import PostgresStream

_under_way: set[asyncio.Task[None]] = set()


def answer_early(stream: type[Any]) -> None:
    produce = stream.produce

    async def produce_later(self: Any, records: Sequence[OutgoingRecord], connection: Any = None) -> None:
        task = asyncio.create_task(produce(self, list(records), connection))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)

    stream.produce = produce_later


if __name__ == "__main__":
    answer_early(PostgresStream)
    answer_early(KafkaStream)
    package, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(package, run_name="__main__", alter_sys=True)
