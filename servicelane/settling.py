"""Waits until everything that was sent has been worked through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from database.connection import Pool
from servicelane.local_stream import stream_of

_POLL_SECONDS: Final = 0.4
_QUIET_POLLS: Final = 3


class NotSettledError(RuntimeError):
    """The stream was not worked through in time; the message names what still waits."""


async def wait_until_settled(
    pool: Pool, timeout_seconds: float, stream_environment: Mapping[str, str] | None = None
) -> None:
    """Returns when no consumer group has anything left, several polls in a row (handlers may append again).

    `stream_environment` is that of the stack; without it our own says where the stream is.
    """
    deadline = time.monotonic() + timeout_seconds
    quiet = 0
    async with stream_of(pool, stream_environment or {}) as stream:
        while quiet < _QUIET_POLLS:
            waiting = {name: lag for name, lag in (await stream.lags()).items() if lag}
            quiet = 0 if waiting else quiet + 1
            if time.monotonic() > deadline:
                raise NotSettledError(
                    f"after {timeout_seconds:.0f} s these groups still have records to handle: {waiting}"
                )
            await asyncio.sleep(_POLL_SECONDS)
