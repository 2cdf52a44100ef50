"""The broker's own counters, under `$SYS`."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.stage import BenchmarkBroker
from servicelane.processes import die_with_parent

_CLIENT_ID: Final = "benchmark-counters"
_DROPPED: Final = "$SYS/broker/publish/messages/dropped"
_INTERVAL_SECONDS: Final = 1.2
"""A little more than the interval in which the broker renews them."""


class DroppedMessages:
    """What the broker gave up because a queue was full, since it started."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def total(self) -> int:
        await asyncio.sleep(_INTERVAL_SECONDS)
        values = self._path.read_text().split()
        if not values:
            raise RunFailed(f"the broker does not tell how many messages it dropped ({_DROPPED})")
        return int(values[-1])


@contextmanager
def watching_dropped_messages(broker: BenchmarkBroker, path: Path) -> Iterator[DroppedMessages]:
    """Listens from the start: the broker tells a value when it changes, and forgets it after a minute."""
    command = ["mosquitto_sub", "-p", str(broker.service_port), "-i", _CLIENT_ID, "-t", _DROPPED]
    with path.open("wb") as told:
        process = subprocess.Popen(
            [*command, "-u", broker.service_user, "-P", broker.service_password],
            stdout=told,
            preexec_fn=die_with_parent,
        )
    try:
        yield DroppedMessages(path)
    finally:
        process.kill()
        process.wait()
