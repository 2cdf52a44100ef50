"""A fixed piece of work on every core: how fast this machine is at the moment."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_BYTES: Final = bytes(2**20)
_REPETITIONS: Final = 192


def loop_seconds() -> float:
    """How long every core takes for the same work at the same time; hashing leaves the interpreter's lock."""
    cores = os.cpu_count() or 1
    started = time.perf_counter()
    with ThreadPoolExecutor(cores) as threads:
        list(threads.map(_work, range(cores)))
    return time.perf_counter() - started


def _work(_core: int) -> None:
    digest = hashlib.sha256()
    for _ in range(_REPETITIONS):
        digest.update(_BYTES)
