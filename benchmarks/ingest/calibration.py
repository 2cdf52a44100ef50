"""How fast this machine is at the moment: a fixed piece of work on every core, and a durable write."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Final

_BYTES: Final = bytes(2**20)
_REPETITIONS: Final = 192
_PAGE: Final = bytes(8192)
_SYNCS: Final = 25


def loop_seconds() -> float:
    """How long every core takes for the same work at the same time; hashing leaves the interpreter's lock."""
    cores = os.cpu_count() or 1
    started = time.perf_counter()
    with ThreadPoolExecutor(cores) as threads:
        list(threads.map(_work, range(cores)))
    return time.perf_counter() - started


def sync_seconds(folder: Path) -> float:
    """How long the disk takes for one small durable write, the median of some: what a commit waits for."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_SYNCS):
            started = time.perf_counter()
            file.write(_PAGE)
            file.flush()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    return median(taken)


def _work(_core: int) -> None:
    digest = hashlib.sha256()
    for _ in range(_REPETITIONS):
        digest.update(_BYTES)
