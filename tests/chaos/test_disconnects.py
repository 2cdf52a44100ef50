"""A thousand cars lose the broker at one instant and come back: it is killed, alone and with the bridge, or cut off."""

from __future__ import annotations

import resource
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from servicelane.counting import FrameCounts
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


async def ride_through(site: Site, cutter: WireCutter, given_away: Callable[[], Awaitable[int]]) -> FrameCounts:
    """`given_away`: frames that the cars leave to the broker while nobody reads it."""
    await site.fleet.start()
    await all_are_back(site)
    for bridge_too in (False, True):
        await site.grows(site.taken, CARS, "frames taken")
        with site.paused("ingest-bridge"):
            await site.grows(given_away, CARS, "frames while nobody reads the broker")
            await site.kill("broker")
            if bridge_too:  # and what its socket held
                await site.kill("ingest-bridge")
        await all_are_back(site)
    cutter.cut()
    await until(lambda: _fewer(site), 30, "the cars have noticed")
    await all_are_back(site)
    return await site.finish()


async def _fewer(site: Site) -> bool:
    return await connected(site) < CARS


@pytest.mark.parametrize(
    "module",
    ["tests.chaos.fleet", f"{UNPROTECTED}.fleet_that_trusts_the_broker"],
    ids=["as shipped", "control: cars that trust the broker"],
)
async def test_a_thousand_cars_come_back_with_everything(tmp_path: Path, module: str) -> None:
    async with running_site(
        tmp_path, cars=CARS, module=module, frames_per_second=FRAMES_PER_SECOND, batch_frames=BATCH_FRAMES
    ) as site:
        async with WireCutter(site.stack.broker.device_port) as cutter:
            site.fleet.port = cutter.port
            as_shipped = module == "tests.chaos.fleet"
            counts = await ride_through(site, cutter, site.taken if as_shipped else site.acknowledged)
        if as_shipped:
            assert_nothing_lost_or_doubled(counts, at_least=4 * CARS)
        else:
            assert counts.lost > 0, counts
