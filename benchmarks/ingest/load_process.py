"""The load generator as seen from the benchmark: started, ready, released, reported."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

from benchmarks.ingest.load_plan import LoadPlan, LoadReport
from benchmarks.ingest.measurement import RunFailed
from servicelane.processes import die_with_parent

_READY_SECONDS: Final = 180.0


class LoadProcess:
    """`start` returns when every car is connected; `release` lets them publish; `report` waits for the end."""

    def __init__(self, plan: LoadPlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        await self.begin()
        await self.ready()

    async def begin(self) -> None:
        """Returns at once; the cars connect meanwhile, and `ready` waits for them."""
        path = self._folder / "load-plan.json"
        self._plan.write(path)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.ingest.load_generator", str(path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent,
        )

    async def ready(self) -> None:
        await asyncio.wait_for(self._line(), _READY_SECONDS)

    def release(self) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(b"go\n")

    async def report(self, timeout_seconds: float) -> LoadReport:
        return LoadReport.from_json(await asyncio.wait_for(self._line(), timeout_seconds))

    async def stop(self) -> None:
        if self._process is None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), 20)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _line(self) -> str:
        assert self._process
        assert self._process.stdout
        assert self._process.stderr
        line = await self._process.stdout.readline()
        if not line:
            raise RunFailed((await self._process.stderr.read()).decode(errors="replace").strip()[-2000:])
        return line.decode()
