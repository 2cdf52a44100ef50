"""Clocks jump, those of cars and that of the server: what cannot be stored so is kept, and nothing is lost or doubled.

The control of each case has the same schedule and one protection less.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from database.connection import connect
from ingest import store
from servicelane.counting import FrameCounts
from tests.chaos.site import MUCH, Site, assert_nothing_lost_or_doubled, running_site
from tests.chaos.unprotected.schema import COLLISIONS_ARE_FORGOTTEN, THE_QUARANTINE_IS_FORGOTTEN
from tests.journeys.conftest import scalar, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

FAKETIME = Path("/usr/lib")
HOUR_MS = 3_600_000
JUMPS_MS = (20 * 60_000, -HOUR_MS, -2_000, -1_000, -40 * 365 * 24 * HOUR_MS, 0, -500, 0)
"""Ahead, late, over instants that were used before, into a time before telematics, and right again."""


def set_clock(clock: Path, text: str) -> None:
    """At once: whoever reads it never finds half of it."""
    clock.with_suffix(".new").write_text(text)
    clock.with_suffix(".new").replace(clock)


async def jump(site: Site, clock: Path) -> FrameCounts:
    await site.fleet.start()
    for offset_ms in JUMPS_MS:
        await site.grows(site.taken, MUCH // 2, "frames taken by the cars")
        set_clock(clock, str(offset_ms))
    await site.grows(site.taken, MUCH, "frames taken by the cars")
    return await site.finish()


@pytest.mark.parametrize("forgotten", [None, COLLISIONS_ARE_FORGOTTEN, THE_QUARANTINE_IS_FORGOTTEN],
    ids=["as shipped", "control: beaten frames are forgotten", "control: the quarantine is forgotten"])  # fmt: skip
async def test_cars_whose_clocks_jump_lose_nothing(tmp_path: Path, forgotten: str | None) -> None:
    clock = tmp_path / "clock"
    set_clock(clock, "0")
    async with running_site(tmp_path, clock_file=clock) as site:
        if forgotten:
            site.execute(forgotten)
        counts = await jump(site, clock)
        if forgotten:
            assert counts.lost > 0, counts
            return
        assert_nothing_lost_or_doubled(counts, 4 * MUCH)
        assert counts.quarantined > 0
        assert await scalar(site.stack, "select count(*) from telemetry.sample_collisions") > 0
        assert await scalar(site.stack, "select count(*) from telemetry.samples where late") > 0


@pytest.fixture
def faketime() -> str:
    found = sorted(FAKETIME.glob("*/faketime/libfaketime.so.1"))
    if not found:
        message = "libfaketime is missing: apt-get install libfaketime"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return str(found[0])


async def move_the_server_s_clock(site: Site, clock: Path) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    set_clock(clock, "+26h\n")
    await site.grows(site.stored, MUCH, "frames stored, and taken for late")
    set_clock(clock, "-1h\n")
    await until(lambda: stopped(site), 60, "the intake stops: every car seems to be ahead of its time")
    set_clock(clock, "+0\n")
    async with await connect(site.stack.database_url) as connection:
        await store.resume_intake(connection, None, "somebody", quiet_seconds=60)
    await site.grows(site.stored, MUCH, "frames stored with the right clock")
    return await site.finish()


async def stopped(site: Site) -> bool:
    return await scalar(site.stack, "select count(*) from telemetry.intake_stops where resumed_at is null") > 0


@pytest.mark.parametrize("kept", [True, False], ids=["as shipped", "control: the quarantine is forgotten"])
async def test_a_server_whose_clock_jumps_loses_nothing(tmp_path: Path, faketime: str, kept: bool) -> None:
    """A day ahead all is late; an hour back all cars seem to be ahead, which stops the intake instead of all data."""
    clock = tmp_path / "clock"
    set_clock(clock, "+0\n")
    fake = {"LD_PRELOAD": faketime, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    fake |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    environment = dict.fromkeys(("ingest-bridge", "ingest-writer", "diagnostics"), fake)
    async with running_site(tmp_path, cars=24, environment=environment) as site:
        if not kept:
            site.execute(THE_QUARANTINE_IS_FORGOTTEN)
        counts = await move_the_server_s_clock(site, clock)
        if kept:
            assert_nothing_lost_or_doubled(counts, 2 * MUCH)
            assert await scalar(site.stack, "select count(*) from telemetry.samples where late") > 0
        else:
            assert counts.lost > 0, counts
        assert counts.quarantined < counts.sent / 4, "most of it was never set aside"
