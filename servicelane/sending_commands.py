"""`servicelane simulate` and `servicelane replay`: send, wait, count."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from database.connection import open_pool
from servicelane.counting import FrameCounts, count_frames
from servicelane.demo import DEMO_SCENARIO, KIT_COLUMNS
from servicelane.device_settings import device_settings
from servicelane.fleet_enrolment import FleetMember, enrol_fleet
from servicelane.live_view import LiveView
from servicelane.members import recorded_members, simulated_members
from servicelane.report import print_drives, print_frames
from servicelane.run_folders import new_run_folder
from servicelane.senders import Report, run_sender
from servicelane.settling import wait_until_settled
from servicelane.stack import LocalStack, StackOptions
from servicelane.state_file import StackState, read_state
from servicelane.summary import write_json
from servicelane.supervisor import Supervisor
from simulator.columns_check import ColumnMapError
from simulator.fleet import build_fleet
from simulator.recordings import load_map
from simulator.scenario import load_scenario

_SETTLE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    files: Sequence[Path]
    columns: Path | None  # of tables; the KIT drives' where neither this nor `bus` is given
    bus: Path | None
    speed: float
    shift_to_now: bool
    repeat: float
    reorder: float


async def simulate(
    console: Console, data_folder: Path, scenario: Path | None, seed: int, real_time: bool, json: Path | None
) -> int:
    """Simulated cars of a scenario; exit status 0 when the counts agree."""
    path = scenario or DEMO_SCENARIO
    members = simulated_members(build_fleet(load_scenario(path), seed))
    words = ["run", "--scenario", str(path), "--seed", str(seed), "--truth", "truth.json"]
    return await _send(console, data_folder, members, [*words, *(["--real-time"] if real_time else [])], json)


async def replay(console: Console, data_folder: Path, options: ReplayOptions, json: Path | None) -> int:
    """Recorded drives; exit status 0 when the counts agree, 2 when a map or a file is wrong."""
    columns = options.columns or (None if options.bus else KIT_COLUMNS)
    try:
        members = recorded_members(load_map(columns, options.bus), options.files)
    except ColumnMapError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        return 2
    what = ["--bus", str(options.bus)] if options.bus else ["--columns", str(columns)]
    words = ["replay", *what, "--speed", str(options.speed)]
    words += ["--repeat", str(options.repeat), "--reorder", str(options.reorder)]
    words += ["--shift-to-now"] if options.shift_to_now else []
    return await _send(console, data_folder, members, [*words, *map(str, options.files)], json)


async def _send(
    console: Console, data_folder: Path, members: Sequence[FleetMember], words: list[str], json: Path | None
) -> int:
    started = time.monotonic()
    folder = new_run_folder(data_folder, words[0], datetime.now(UTC))
    words = [str(folder / word) if word == "truth.json" else word for word in words]
    with LiveView(console, f"servicelane {words[0]}") as view:
        async with _stack(data_folder, view) as state, open_pool(state.database_url, maximum=2) as pool:
            async with pool.connection() as connection:
                settings = device_settings(data_folder, state.database_url)
                await enrol_fleet(connection, settings, members, folder / "fleet.json", state.enrolment_url)
            reports = await _run(view, folder, state, words)
            view.step("waiting until everything sent has been worked through")
            await wait_until_settled(pool, _SETTLE_SECONDS, state.stream_environment)
            async with pool.connection() as connection:
                frames = await count_frames(connection, folder / "buffers")
    print_drives(console, [report["drive"] for report in reports if "drive" in report])
    print_frames(console, frames)
    if json:
        write_json(_result(frames, time.monotonic() - started), json)
    return 0 if frames.balanced else 1


async def _run(view: LiveView, folder: Path, state: StackState, words: list[str]) -> list[Report]:
    def heard(name: str, report: Report) -> None:
        if isinstance(progress := report.get("progress"), dict):
            view.show(name, progress)

    (folder / "buffers").mkdir()
    places = ["--fleet", str(folder / "fleet.json"), "--buffers", str(folder / "buffers")]
    broker = ["--broker-host", state.device_host, "--broker-port", str(state.device_port)]
    supervisor = Supervisor(folder)
    view.step("sending")
    try:
        return await run_sender(supervisor, words[0], [words[0], *places, *broker, *words[1:]], heard)
    finally:
        await supervisor.stop()


@asynccontextmanager
async def _stack(data_folder: Path, view: LiveView) -> AsyncIterator[StackState]:
    """The running stack of this folder, or one that lives as long as this command."""
    running = read_state(data_folder)
    if running is not None:
        yield running
        return
    async with LocalStack(StackOptions(data_folder), view.step) as stack:
        yield stack.state()


def _result(frames: FrameCounts, seconds: float) -> dict[str, Any]:
    return {"frames": frames.as_dict(), "seconds": round(seconds, 1)}
