"""Runs the processes that send (simulated cars, replays) and gathers what they report."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from servicelane.supervisor import Part, Supervisor

Report = dict[str, Any]


class SenderError(RuntimeError):
    """A sender ended without having delivered everything; the message shows the end of its log."""


async def run_sender(
    supervisor: Supervisor, name: str, arguments: Sequence[str], heard: Callable[[str, Report], None]
) -> list[Report]:
    """Runs one sender to its end. Every JSON line it prints is handed to `heard`; all are returned.

    Raises SenderError where it ends with another status than 0.
    """
    process = await supervisor.start_reporting(Part(name, ["-m", "simulator", *arguments], restarts=False))
    reports: list[Report] = []
    assert process.stdout is not None
    async for line in process.stdout:
        report = _parse(line)
        if report is not None:
            reports.append(report)
            heard(name, report)
    if await process.wait() != 0:
        raise SenderError(f"{name} ended with status {process.returncode}:\n{supervisor.end_of_log(name)}")
    return reports


async def run_senders(
    supervisor: Supervisor, senders: Sequence[tuple[str, Sequence[str]]], heard: Callable[[str, Report], None]
) -> list[Report]:
    """Runs several senders side by side; the first that fails ends the wait."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run_sender(supervisor, name, words, heard)) for name, words in senders]
    return [report for task in tasks for report in task.result()]


def _parse(line: bytes) -> Report | None:
    try:
        parsed = json.loads(line)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
