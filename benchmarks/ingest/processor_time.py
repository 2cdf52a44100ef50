"""CPU time of named processes, everything they have started included, also what has ended meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping

import psutil


class ProcessorTime:
    """Notes what each named process has used so far; `spent` is what came since.

    A process that has ended and was not waited for still tells its times; children that were waited for are in their
    parent's own account, so a backend of PostgreSQL that has gone is not lost.
    """

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = dict(pids)
        self._before = {name: cpu_seconds(pid) for name, pid in self._pids.items()}
        self._started = time.perf_counter()

    def spent(self) -> dict[str, float]:
        """CPU seconds by name."""
        return {name: cpu_seconds(pid) - self._before[name] for name, pid in self._pids.items()}


def cpu_seconds(pid: int) -> float:
    """Of the process and of everything below it. Raises psutil.NoSuchProcess where it has gone without a trace."""
    process = psutil.Process(pid)
    while True:
        waited_for = _waited_for(process)
        total = waited_for + _own(process) + sum(_own_and_waited_for(child) for child in process.children(True))
        if _waited_for(process) == waited_for:  # else a child has moved from one account to the other meanwhile
            return total


def has_ended(pid: int) -> bool:
    """Also where nobody has waited for it yet."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _own_and_waited_for(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        return _own(process) + _waited_for(process)
    return 0.0


def _waited_for(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.children_user + times.children_system)
