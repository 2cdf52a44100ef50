"""kill -9 of each part during a run: nothing acknowledged is lost, nothing is stored twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from database.connection import connect, open_pool
from database.errors import DatabaseError
from servicelane.counting import FrameCounts, count_frames
from servicelane.fleet_enrolment import enrol_fleet
from servicelane.members import recorded_members
from servicelane.settling import wait_until_settled
from servicelane.stack import LocalStack
from servicelane.supervisor import Part
from tests.journeys.conftest import DRIVES, KIT_COLUMNS, scalar, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]

DRIVE = sorted(DRIVES.glob("*.csv.*"))[0]
STORED = "select count(*) from telemetry.samples"


async def test_kill_9_of_every_part_loses_and_doubles_nothing(stack: LocalStack, tmp_path: Path) -> None:
    sender = await _Sender.enrol(stack, tmp_path / "run")
    await sender.start()
    stored = 0
    for name in ("head unit", "bridge", "writer", "postgresql", "broker"):
        stored = await _stored_more_than(stack, stored + 500, name)
        pid = _victims(stack, sender)[name]()
        assert pid is not None, name
        os.kill(pid, signal.SIGKILL)
        if name == "head unit":
            await sender.start()
    assert await sender.process.wait() == 0
    counts = await _settled_counts(stack, sender)
    assert counts.sent > 20_000
    assert (counts.lost, counts.repeated, counts.quarantined) == (0, 0, 0)
    assert counts.sent == counts.acknowledged == counts.stored
    await _check_that_a_loss_would_be_noticed(stack, sender, counts)


async def _check_that_a_loss_would_be_noticed(stack: LocalStack, sender: _Sender, before: FrameCounts) -> None:
    """The control: one frame less in the database is one lost, and one frame kept twice is one repeated."""
    async with await connect(stack.database_url) as connection:
        await connection.execute(
            b"insert into telemetry.sample_collisions "
            b"(vehicle_id, boot_id, sequence, frame, recorded_at, received_at, boot_number, signals) "
            b"select vehicle_id, boot_id, sequence, frame, recorded_at, received_at, boot_number, '{}' "
            b"from telemetry.samples order by recorded_at limit 1"
        )
        await connection.execute(
            b"delete from telemetry.samples where recorded_at = (select max(recorded_at) from telemetry.samples)"
        )
    after = await _settled_counts(stack, sender)
    assert after.lost == 1
    assert after.repeated == 1
    assert after.sent == before.sent


class _Sender:
    """A head unit's process that replays a drive, and can be killed and started again."""

    def __init__(self, stack: LocalStack, folder: Path) -> None:
        self._stack = stack
        self.folder = folder
        self.process: asyncio.subprocess.Process

    @classmethod
    async def enrol(cls, stack: LocalStack, folder: Path) -> _Sender:
        members = recorded_members(KIT_COLUMNS, [DRIVE])
        async with await connect(stack.database_url) as connection:
            await enrol_fleet(connection, stack.broker.folder, members, folder / "fleet.json")
        return cls(stack, folder)

    async def start(self) -> None:
        words = ["-m", "simulator", "replay", str(DRIVE), "--columns", str(KIT_COLUMNS), "--speed", "60"]
        words += ["--fleet", str(self.folder / "fleet.json"), "--buffers", str(self.folder / "buffers")]
        words += ["--broker-port", str(self._stack.broker.device_port)]
        self.process = await self._stack.supervisor.start_reporting(Part("head-unit", words, restarts=False))
        self._reading = asyncio.create_task(_read_all(self.process))


async def _read_all(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    async for _line in process.stdout:
        pass


def _victims(stack: LocalStack, sender: _Sender) -> dict[str, Callable[[], int | None]]:
    return {
        "head unit": lambda: sender.process.pid,
        "bridge": lambda: stack.supervisor.pid("ingest-bridge"),
        "writer": lambda: stack.supervisor.pid("ingest-writer"),
        "postgresql": lambda: stack.postgres_pid,
        "broker": lambda: stack.broker.pid,
    }


async def _stored_more_than(stack: LocalStack, frames: int, victim: str) -> int:
    """Waits until more is stored, and says how much; the server may be coming back meanwhile."""
    stored = 0

    async def reached() -> bool:
        nonlocal stored
        stored = await scalar(stack, STORED)
        return stored > frames

    await until(reached, 60, f"{frames} frames stored before the {victim} is killed", DatabaseError)
    return stored


async def _settled_counts(stack: LocalStack, sender: _Sender) -> FrameCounts:
    async with open_pool(stack.database_url, maximum=1) as pool:
        await wait_until_settled(pool, 120)
        async with pool.connection() as connection:
            return await count_frames(connection, sender.folder / "buffers")
