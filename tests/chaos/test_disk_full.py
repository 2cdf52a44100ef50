"""A full disk stops what needs it, says so, and loses nothing; with room it goes on by itself.

The control of each case has the same schedule and one protection less.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from database.embedded import EmbeddedPostgres
from servicelane.counting import FrameCounts
from servicelane.readiness import READY, readiness_of
from tests.chaos.site import (
    MUCH,
    UNPROTECTED,
    Site,
    assert_nothing_lost_or_doubled,
    instead,
    running_site,
)
from tests.chaos.small_disk import SmallDisk, small_disk
from tests.journeys.conftest import until

pytestmark = [pytest.mark.long, pytest.mark.small_disk, pytest.mark.timeout(400)]

SERVER_MEGABYTES = 220
BUFFERS_KILOBYTES = 1_500


@pytest.fixture
def server_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """The server's data, log and socket, and nothing else, are on it."""
    place = EmbeddedPostgres(tmp_path / "data" / "postgres").log_path.parent
    with small_disk(place, SERVER_MEGABYTES) as disk:
        yield disk


async def fill_the_server_s_disk(site: Site, disk: SmallDisk) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    disk.leave(kilobytes=2_000)
    end_the_server_s_log_files(site)
    await site.grows(site.taken, MUCH, "frames taken by the cars meanwhile")
    await until(lambda: says_that_it_is_not_ready(site), 60, "the bridge says that it is not ready")
    assert "No space left on device" in (disk.folder / "postgresql.log").read_text()
    await site.kill("ingest-bridge")
    disk.make_room()
    await site.grows(site.stored, MUCH, "frames stored after there is room again", seconds=120)
    await until(lambda: says_that_it_is_ready(site), 60, "the bridge says that it is ready")
    return await site.finish()


def end_the_server_s_log_files(site: Site) -> None:
    """And those it has in reserve: the next entry needs a new one of 16 MB, for which there is no room, and the server
    ends itself, the worst case.
    """
    with contextlib.suppress(psycopg.OperationalError):
        for _ in range(10):
            site.execute("select pg_logical_emit_message(true, 'chaos', 'an entry'), pg_switch_wal()")


async def said(site: Site) -> str:
    ports = site.stack.state().health_ports
    return (await readiness_of({"ingest-bridge": ports["ingest-bridge"]}))["ingest-bridge"]


async def says_that_it_is_not_ready(site: Site) -> bool:
    return "stream" in await said(site)


async def says_that_it_is_ready(site: Site) -> bool:
    return await said(site) == READY


async def test_a_full_disk_of_the_server_loses_nothing(tmp_path: Path, server_disk: SmallDisk) -> None:
    async with running_site(tmp_path) as site:
        assert_nothing_lost_or_doubled(await fill_the_server_s_disk(site, server_disk), MUCH)
        log = site.stack.supervisor.log_path("ingest-bridge").read_text()
        assert "the stream does not take records; trying again" in log


async def test_control_a_bridge_that_acknowledges_before_the_append_loses(
    tmp_path: Path, server_disk: SmallDisk
) -> None:
    early = instead("ingest-bridge", "unprotected.stream_that_answers_early", "ingest", "bridge")
    async with running_site(tmp_path, commands=early) as site:
        counts = await fill_the_server_s_disk(site, server_disk)
        assert counts.lost > 0, counts


async def fill_the_cars_disks(site: Site, disk: SmallDisk) -> FrameCounts:
    """Nobody answers the cars until their disks take nothing more; then there is room, and everything drains."""
    with site.paused("ingest-bridge"):
        await site.fleet.start()
        await site.grows(site.taken, MUCH, "frames taken by the cars")
        disk.leave(kilobytes=BUFFERS_KILOBYTES)
        await site.grows(site.refused, 50, "times the cars' disks took nothing")
    disk.make_room()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    await site.grows(site.taken, MUCH, "frames taken again")
    return await site.finish()


@pytest.mark.parametrize(
    "module",
    ["tests.chaos.fleet", f"{UNPROTECTED}.fleet_that_hides_a_full_disk"],
    ids=["as shipped", "control: cars that hide a full disk"],
)
async def test_a_full_disk_of_a_car_costs_none_of_the_frames_it_took(tmp_path: Path, module: str) -> None:
    with small_disk(tmp_path / "run" / "buffers", megabytes=40) as disk:
        async with running_site(tmp_path, module=module) as site:
            counts = await fill_the_cars_disks(site, disk)
            assert (counts.lost, counts.repeated) == (0, 0)
            assert (counts.sent == await site.taken()) is (module == "tests.chaos.fleet"), (counts, site.fleet.said)
