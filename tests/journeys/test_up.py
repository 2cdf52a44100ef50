"""`servicelane up` and what other commands do with it: simulate, status, token, the API; and data kept between runs."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from servicelane.ports import free_port
from servicelane.state_file import StackState, read_state
from tests.journeys.conftest import REPOSITORY, processes_of, until

pytestmark = pytest.mark.timeout(240)

SCENARIO = """
name = "two-days"
cars = 3
days = 2
wrong_clock_share = 0.4

[network]
drop = 0.02
repeat = 0.1
reorder = 0.1
"""


async def command(*words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "servicelane", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[StackState]:
    named = ("--api-port", "--web-port", "--device-port", "--enrolment-port")
    ports = [word for name in named for word in (name, str(free_port()))]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "servicelane", "up", "--data-dir", str(folder), *ports, stdout=asyncio.subprocess.DEVNULL
    )

    async def is_up() -> bool:
        return read_state(folder) is not None

    try:
        await until(is_up, 60, "the stack is up")
        state = read_state(folder)
        assert state is not None
        yield state
    finally:
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 60) == 130
    assert processes_of(folder) == []


async def vehicles_of(state: StackState, folder: Path, owner: str) -> list[dict[str, Any]]:
    status, token = await command("token", "owner", "--as", owner, "--data-dir", str(folder))
    assert status == 0
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token.split()[0]}"}) as client:
        answer = await client.get(f"{state.api_url}/v1/vehicles")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["vehicles"] if isinstance(answer.json(), dict) else answer.json()
    return found


async def publish_the_page_s_example(state: StackState, folder: Path, work: Path) -> None:
    """As a maker of head units would: enrol, publish the example batch as JSON, see it stored."""
    page = (REPOSITORY / "docs" / "head-units.md").read_text()
    (work / "batch.json").write_text(page.split("```json\n")[1].split("```")[0])
    vin = json.loads((work / "batch.json").read_text())["vin"]
    given = work / vin
    status, output = await command("enrol", vin, "--owner", "owner-7", "--out", str(given), "--data-dir", str(folder))
    assert status == 0, output
    words = ["publish", str(work / "batch.json"), "--vin", vin]
    words += ["--identity", str(given / "identity.pem"), "--ca", str(given / "ca.pem")]
    words += ["--host", state.device_host, "--port", str(state.device_port)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "head_unit", *words, stdout=asyncio.subprocess.PIPE
    )
    output_bytes, _ = await process.communicate()
    assert process.returncode == 0
    assert b"stored" in output_bytes
    assert [one["vin"] for one in await vehicles_of(state, folder, "owner-7")] == [vin]


async def test_a_stack_serves_other_commands_and_keeps_its_data(tmp_path: Path) -> None:
    folder, scenario = tmp_path / "data", tmp_path / "scenario.toml"
    scenario.write_text(SCENARIO)
    async with running(folder) as state:
        result = tmp_path / "simulate.json"
        words = ["--scenario", str(scenario), "--seed", "5", "--data-dir", str(folder), "--json", str(result)]
        status, output = await command("simulate", *words)
        assert status == 0, output
        frames = json.loads(result.read_text())["frames"]
        assert frames["quarantined"] > 0
        assert frames["sent"] == frames["acknowledged"] == frames["stored"] + frames["quarantined"]
        assert (frames["lost"], frames["repeated"]) == (0, 0)
        status, output = await command("status", "--data-dir", str(folder))
        assert status == 0, output
        assert output.count("ready") >= len(state.health_ports) == 10
        status, output = await command("up", "--data-dir", str(folder))
        assert status == 1
        assert "runs here already" in output
        await publish_the_page_s_example(state, folder, tmp_path)
        mine = await vehicles_of(state, folder, "owner-1")
        assert len(mine) == 1
        assert await vehicles_of(state, folder, "owner-99") == []
    async with running(folder) as state:
        assert await vehicles_of(state, folder, "owner-1") == mine


async def test_status_and_doctor_say_what_to_do_where_nothing_runs(tmp_path: Path) -> None:
    status, output = await command("status", "--data-dir", str(tmp_path))
    assert status == 1
    assert "servicelane up" in output
    status, output = await command("doctor", "--data-dir", str(tmp_path))
    assert status == 0, output
    assert "Mosquitto" in output
