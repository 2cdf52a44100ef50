"""Logged buses go the whole way: values become samples, a trouble code an episode and a finding with a picture."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from servicelane.stack import LocalStack
from tests.journeys.conftest import REPOSITORY, scalar

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

RECORDINGS = REPOSITORY / "tests" / "can_bus" / "recordings"
BUSES = REPOSITORY / "simulator" / "buses"
ACTIVE = [
    f"({1_701_363_000 + second}.0) can0 {frame}"
    for second, frame in enumerate(
        ("18FECA00#04FF00000000FFFF", "18FECA00#44FF6E000001FFFF", "0CF00400#F0FF7D0019FFFFFF")
    )
]  # no fault; coolant (SPN 110) far too hot (FMI 0) with the malfunction lamp; the engine at 800 a minute


async def _run(*command: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "servicelane", *command)
    return await process.wait()


async def test_the_kona_is_stored_value_by_value(stack: LocalStack, tmp_path: Path) -> None:
    summary, folder = tmp_path / "summary.json", ("--data-dir", str(stack.folder))
    bus = ("--bus", str(BUSES / "hyundai_kona.toml"))
    assert await _run("replay", str(RECORDINGS / "kona.log.gz"), *bus, *folder, "--json", str(summary)) == 0
    frames = json.loads(summary.read_text())["frames"]
    assert frames["sent"] == frames["acknowledged"] == frames["stored"] == 120
    stored = "select count(*) from published.samples where abs(traction_voltage_v - 357.2) < 0.01"
    assert await scalar(stack, stored + " and traction_state_of_charge_percent = 50") == 120


async def test_an_active_dm1_becomes_an_episode(stack: LocalStack, tmp_path: Path) -> None:
    log = tmp_path / "truck.log"
    log.write_text("\n".join(ACTIVE))
    bus = ("--bus", str(BUSES / "j1939.toml"))
    assert await _run("replay", str(log), *bus, "--data-dir", str(stack.folder)) == 0
    assert await scalar(stack, "select count(*) from published.code_episodes where status = 'confirmed' and mil") == 1
