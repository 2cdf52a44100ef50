"""A part that can be held at its worst moment: `python -m tests.chaos.standing_still PACKAGE ARGUMENT…`.

After each append to the stream it stands still while the file that CHAOS_HOLD names exists: the bridge between the
append and its acknowledgement, the writer between its rows and the commit. An instrument; it removes no protection.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from streaming.contract import OutgoingRecord
from streaming.kafka import KafkaStream
from streaming.postgres import PostgresStream


async def stand_still() -> None:
    """Says that it does by a second file, `….held`."""
    hold = Path(os.environ["CHAOS_HOLD"])
    while hold.exists():
        hold.with_suffix(".held").touch()
        await asyncio.sleep(0.05)


def hold_after_appends(stream: type[Any]) -> None:
    produce = stream.produce

    async def produce_and_stand_still(self: Any, records: Sequence[OutgoingRecord], connection: Any = None) -> None:
        await produce(self, records, connection)
        await stand_still()

    stream.produce = produce_and_stand_still


if __name__ == "__main__":
    hold_after_appends(PostgresStream)
    hold_after_appends(KafkaStream)
    package, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(package, run_name="__main__", alter_sys=True)
