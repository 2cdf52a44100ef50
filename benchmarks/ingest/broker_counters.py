"""The broker's own counters, under `$SYS`."""

from __future__ import annotations

import asyncio
from typing import Final

from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.stage import MONITOR, BenchmarkBroker

_INTERVAL_SECONDS: Final = 1.2
"""A little more than the interval in which the broker renews them."""


async def messages_dropped(broker: BenchmarkBroker) -> int:
    """What the broker gave up since it started: a queue that was full."""
    await asyncio.sleep(_INTERVAL_SECONDS)
    process = await asyncio.create_subprocess_exec(
        *("mosquitto_sub", "-h", "127.0.0.1", "-p", str(broker.service_port), "-i", MONITOR),
        *(
            "-u",
            MONITOR,
            "-P",
            broker.monitor_password,
            "-C",
            "1",
            "-W",
            "5",
            "-t",
            "$SYS/broker/publish/messages/dropped",
        ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await process.communicate()
    if not out.strip():
        why = said.decode(errors="replace").strip() or f"mosquitto_sub ended with {process.returncode}"
        raise RunFailed(f"the broker does not tell how many messages it dropped ($SYS): {why}")
    return int(out)
