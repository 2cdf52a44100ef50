"""The demo as a user starts it: it closes the loop, says so to programs, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.journeys.conftest import REPOSITORY, processes_of

pytestmark = pytest.mark.timeout(240)


async def start_demo(folder: Path, *more: str) -> asyncio.subprocess.Process:
    command = ["-m", "servicelane", "demo", "--data-dir", str(folder), "--json", str(folder / "summary.json"), *more]
    return await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )


@pytest.mark.long  # as long as `make demo`, which continuous integration runs for itself
async def test_the_demo_closes_the_loop_without_a_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo = await start_demo(folder)
    output, _ = await demo.communicate()
    assert demo.returncode == 0, output.decode()
    summary = json.loads((folder / "summary.json").read_text())
    jsonschema.validate(summary, json.loads((REPOSITORY / "docs" / "summary.schema.json").read_text()))
    check_counts(summary["frames"])
    assert summary["closed"] is True
    assert summary["false_findings"] == 0
    assert [fault["kind"] for fault in summary["faults"] if fault["found_at"] is None] == []
    assert len(summary["faults"]) >= 6
    assert summary["due"]
    assert summary["booking"]["events"] == ["visit.held", "visit.booked"]
    assert len(summary["booking"]["offered"]) == 3
    assert all(one["reasons"] for one in summary["booking"]["offered"])
    assert summary["booking"]["offered"][0]["reasons"][0] in output.decode().replace("\n", " ")
    assert processes_of(folder) == []


def check_counts(frames: dict[str, Any]) -> None:
    assert frames["sent"] > 250_000
    assert frames["sent"] == frames["acknowledged"] == frames["stored"] + frames["quarantined"]
    assert (frames["lost"], frames["repeated"]) == (0, 0)


@pytest.mark.parametrize("after", [pytest.param("enrolling", marks=pytest.mark.long), "cars drive"])
async def test_ctrl_c_leaves_no_process(tmp_path: Path, after: str) -> None:
    folder = tmp_path / "demo"
    demo = await start_demo(folder)
    assert demo.stdout is not None
    async for line in demo.stdout:
        if after in line.decode():
            break
    demo.send_signal(signal.SIGINT)
    await demo.communicate()
    assert demo.returncode == 130
    assert processes_of(folder) == []
