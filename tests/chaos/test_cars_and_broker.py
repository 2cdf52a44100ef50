"""Cars and their broker are killed while messages are under way. The control of each case has one protection less."""

from __future__ import annotations

from pathlib import Path

import pytest

from servicelane.counting import FrameCounts
from tests.chaos.site import MORE, MUCH, UNPROTECTED, Site, assert_nothing_lost_or_doubled, running_site

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


async def kill_the_broker_while_it_holds_messages(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    with site.paused("ingest-bridge"):
        await site.grows(site.taken, MUCH, "frames taken by the cars while nobody reads the broker")
        await site.kill("broker")
    return await site.finish()


async def test_what_a_killed_broker_held_is_sent_again(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        assert_nothing_lost_or_doubled(await kill_the_broker_while_it_holds_messages(site), MORE)


async def test_control_cars_that_trust_the_broker_lose(tmp_path: Path) -> None:
    async with running_site(tmp_path, module=f"{UNPROTECTED}.fleet_that_trusts_the_broker") as site:
        site.broker_saves_nothing()
        counts = await kill_the_broker_while_it_holds_messages(site)
        assert counts.lost > 0, counts


async def kill_the_cars_while_nobody_hears_them(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    with site.paused("broker"):
        await site.grows(site.taken, MUCH, "frames taken by the cars")
        await site.kill("broker")
        await site.fleet.kill()
    await site.fleet.start()
    return await site.finish()


async def test_a_killed_head_unit_sends_what_it_had_taken_under_its_old_name(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        assert_nothing_lost_or_doubled(await kill_the_cars_while_nobody_hears_them(site), MORE)


async def test_control_head_units_that_keep_messages_in_memory_lose_them(tmp_path: Path) -> None:
    """Nothing acknowledged is lost here, but what had been taken and numbered is."""
    async with running_site(tmp_path, module=f"{UNPROTECTED}.fleet_without_a_disk") as site:
        counts = await kill_the_cars_while_nobody_hears_them(site)
        assert counts.sent - counts.stored - counts.quarantined > 0, counts
