"""A thousand cars lose the broker at one instant and come back: it is killed, alone and with the bridge, or cut off."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.chaos.site import UNPROTECTED, Site, assert_nothing_lost_or_doubled, running_site
from tests.chaos.wire_cutter import WireCutter
from tests.journeys.conftest import until

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

CARS = 1_000
FRAMES_PER_SECOND = 1_000
BATCH_FRAMES = 5


@pytest.fixture(autouse=True)
def _many_files() -> Iterator[None]:
    """A connection and three files of its buffer for each car; the broker and the cutter have the connections too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 6 * CARS
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.fail(f"{wanted} open files are needed, this user may have {hard}: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def connected(site: Site) -> int:
    return site.fleet.said.get("connected", 0)


async def all_are_back(site: Site) -> None:
    async def back() -> bool:
        return await connected(site) == CARS

    await until(back, 180, f"all cars are connected (now {site.fleet.said})")


async def kill_while_nobody_reads(
    site: Site, given_away: Callable[[], Awaitable[int]], *, bridge_too: bool = False
) -> None:
    """`given_away`: frames that the cars leave to the broker meanwhile. The bridge goes with what its socket held."""
    await site.grows(site.taken, CARS, "frames taken")
    with site.paused("ingest-bridge"):
        await site.grows(given_away, CARS, "frames while nobody reads the broker")
        await site.kill("broker")
        if bridge_too:
            await site.kill("ingest-bridge")
    await all_are_back(site)


async def cut_off(site: Site, cutter: WireCutter) -> None:
    cutter.cut()
    await until(lambda: _fewer(site), 30, "the cars have noticed")
    await all_are_back(site)


async def _fewer(site: Site) -> bool:
    return await connected(site) < CARS


@asynccontextmanager
async def a_thousand_cars(folder: Path, module: str) -> AsyncIterator[tuple[Site, WireCutter]]:
    """All of them connected, each through the cutter."""
    async with (
        running_site(
            folder, cars=CARS, module=module, frames_per_second=FRAMES_PER_SECOND, batch_frames=BATCH_FRAMES
        ) as site,
        WireCutter(site.stack.broker.device_port) as cutter,
    ):
        site.fleet.port = cutter.port
        await site.fleet.start()
        await all_are_back(site)
        yield site, cutter


async def test_a_thousand_cars_come_back_with_everything(tmp_path: Path) -> None:
    async with a_thousand_cars(tmp_path, "tests.chaos.fleet") as (site, cutter):
        await kill_while_nobody_reads(site, site.taken)
        await kill_while_nobody_reads(site, site.taken, bridge_too=True)
        await cut_off(site, cutter)
        assert_nothing_lost_or_doubled(await site.finish(), at_least=4 * CARS)


async def test_control_cars_that_trust_the_broker_lose(tmp_path: Path) -> None:
    async with a_thousand_cars(tmp_path, f"{UNPROTECTED}.fleet_that_trusts_the_broker") as (site, _cutter):
        site.broker_saves_nothing()
        await kill_while_nobody_reads(site, site.acknowledged, bridge_too=True)
        counts = await site.finish()
        assert counts.lost > 0, counts
