"""Runs the parts of Servicelane as processes of this machine and ends them all again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from servicelane.processes import die_with_parent

_STOP_SECONDS: Final = 15.0
_RESTART_SECONDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(slots=True)
class Part:
    """One process: its name, its command and what it finds in its environment."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    restarts: bool = True


class Supervisor:
    """Starts parts, restarts those that fall over, stops them in the reverse order."""

    def __init__(self, log_folder: Path) -> None:
        self._log_folder = log_folder
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    def log_path(self, name: str) -> Path:
        return self._log_folder / f"{name}.log"

    def pid(self, name: str) -> int | None:
        process = self._processes.get(name)
        return process.pid if process and process.returncode is None else None

    async def start(self, part: Part) -> None:
        self._log_folder.mkdir(parents=True, exist_ok=True)
        await self._spawn(part)
        if part.restarts:
            self._watchers[part.name] = asyncio.create_task(self._keep_running(part))

    async def start_reporting(self, part: Part) -> asyncio.subprocess.Process:
        """Starts a part whose standard output the caller reads; it is not restarted."""
        self._log_folder.mkdir(parents=True, exist_ok=True)
        return await self._spawn(part, reports=True)

    async def stop(self) -> None:
        """Ends every part, the last started first; what does not end in time is killed."""
        self._stopping = True
        for watcher in self._watchers.values():
            watcher.cancel()
        await asyncio.gather(*self._watchers.values(), return_exceptions=True)
        for process in reversed(self._processes.values()):
            await _end(process)

    def end_of_log(self, name: str, lines: int = 12) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log_path(name).read_text(errors="replace").splitlines()[-lines:])
        return ""

    async def _spawn(self, part: Part, *, reports: bool = False) -> asyncio.subprocess.Process:
        with self.log_path(part.name).open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *part.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if reports else log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **part.environment},
                preexec_fn=die_with_parent,
                start_new_session=True,
                limit=2**20,
            )
        self._processes[part.name] = process
        return process

    async def _keep_running(self, part: Part) -> None:
        failures = 0
        while not self._stopping:
            started = time.monotonic()
            await self._processes[part.name].wait()
            failures = 0 if time.monotonic() - started > 60 else failures + 1
            await asyncio.sleep(_RESTART_SECONDS[min(failures, len(_RESTART_SECONDS)) - 1])
            await self._spawn(part)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
