"""The bridge is killed at its two worst moments: before its append, and between the append and the acknowledgement.

The control of each case has the same schedule and one protection less: with it frames are lost, or doubled.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from servicelane.counting import FrameCounts
from tests.chaos.site import MUCH, Site, assert_nothing_lost_or_doubled, instead, running_site
from tests.chaos.unprotected.schema import NO_FRAME_IS_KNOWN_AGAIN

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


async def kill_before_the_append(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    with site.stream_takes_nothing():
        await site.grows(site.taken, MUCH, "frames taken by the cars while the stream takes none")
        await site.kill("ingest-bridge")
    return await site.finish()


async def test_what_was_not_appended_was_not_acknowledged(tmp_path: Path, stream: str) -> None:
    async with running_site(tmp_path, stream=stream) as site:
        assert_nothing_lost_or_doubled(await kill_before_the_append(site), MUCH)


async def test_control_a_bridge_that_acknowledges_before_the_append_loses(tmp_path: Path, stream: str) -> None:
    early = instead("ingest-bridge", "unprotected.stream_that_answers_early", "ingest", "bridge")
    async with running_site(tmp_path, stream=stream, commands=early) as site:
        counts = await kill_before_the_append(site)
        assert counts.lost > 0, counts


async def kill_after_the_append(site: Site, hold: Path) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    await site.held(hold)
    await site.kill("ingest-bridge")
    hold.unlink()
    return await site.finish()


@pytest.mark.parametrize("known_again", [True, False], ids=["as shipped", "control: no frame is known again"])
async def test_what_was_appended_and_not_acknowledged_comes_again_and_is_stored_once(
    tmp_path: Path, stream: str, known_again: bool
) -> None:
    hold = tmp_path / "hold"
    bridge = instead("ingest-bridge", "standing_still", "ingest", "bridge")
    async with running_site(
        tmp_path, stream=stream, commands=bridge, environment={"ingest-bridge": {"CHAOS_HOLD": str(hold)}}
    ) as site:
        if not known_again:
            site.execute(NO_FRAME_IS_KNOWN_AGAIN)
        counts = await kill_after_the_append(site, hold)
        if known_again:
            assert_nothing_lost_or_doubled(counts, MUCH)
        else:
            assert counts.repeated > 0, counts
