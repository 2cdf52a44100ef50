"""Ctrl-C and SIGTERM end a command in order: everything that was started is stopped first."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

INTERRUPTED: Final = 130

_T = TypeVar("_T")


def run_until_interrupted(work: Coroutine[Any, Any, _T]) -> _T:
    """Runs `work`; a signal cancels it, its `finally` blocks run, and the process exits with 130."""
    try:
        return asyncio.run(_with_signals(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise SystemExit(INTERRUPTED) from None


async def _with_signals(work: Coroutine[Any, Any, _T]) -> _T:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    return await task
