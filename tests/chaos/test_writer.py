"""The writer is killed while its rows wait, and between its rows and its offsets; and its group changes in mid-batch.

The control of each case has the same schedule and a protection less: with it frames are lost, or doubled.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from servicelane.counting import FrameCounts
from tests.chaos.site import MUCH, Site, assert_nothing_lost_or_doubled, instead, running_site
from tests.chaos.unprotected.schema import NO_FRAME_IS_KNOWN_AGAIN

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

ROWS_FIRST = "unprotected.rows_first"
EVICTION_SECONDS = 14  # streaming.kafka_member: a session ends after 10


async def kill_while_rows_wait(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    with site.locked("telemetry.samples"):
        await site.waits_for("telemetry.samples")
        await site.kill("ingest-writer")
    return await site.finish()


async def test_records_whose_rows_were_not_written_are_handled_again(tmp_path: Path, stream: str) -> None:
    async with running_site(tmp_path, stream=stream) as site:
        assert_nothing_lost_or_doubled(await kill_while_rows_wait(site), MUCH)


async def test_control_a_writer_that_commits_its_offsets_first_loses(tmp_path: Path, stream: str) -> None:
    hasty = instead("ingest-writer", "unprotected.offsets_first", "ingest", "writer")
    async with running_site(tmp_path, stream=stream, commands=hasty) as site:
        counts = await kill_while_rows_wait(site)
        assert counts.lost > 0, counts


async def kill_between_rows_and_offsets(site: Site, hold: Path) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    await site.held(hold)
    await site.kill("ingest-writer")
    hold.unlink()
    return await site.finish()


@pytest.mark.parametrize(
    ("module", "known_again"),
    [("standing_still", True), ("standing_still", False), (ROWS_FIRST, True), (ROWS_FIRST, False)],
    ids=["as shipped", "one transaction alone", "frames known again alone", "control: neither"],
)
async def test_one_transaction_and_frames_that_are_known_again_protect_each_alone(
    tmp_path: Path, module: str, known_again: bool
) -> None:
    """On PostgreSQL. On Kafka only the second protects, see below."""
    hold = tmp_path / "hold"
    writer = instead("ingest-writer", module, "ingest", "writer")
    async with running_site(
        tmp_path, commands=writer, environment={"ingest-writer": {"CHAOS_HOLD": str(hold)}}
    ) as site:
        if not known_again:
            site.execute(NO_FRAME_IS_KNOWN_AGAIN)
        counts = await kill_between_rows_and_offsets(site, hold)
        if module == ROWS_FIRST and not known_again:
            assert counts.repeated > 0, counts
        else:
            assert_nothing_lost_or_doubled(counts, MUCH)


async def change_the_group_in_mid_batch(site: Site, hold: Path) -> FrameCounts:
    """Two more writers come and one goes while the first stands between its rows and its offsets.

    It is asleep for so long that its partitions are given away; then it wakes, and commits what it holds no more.
    """
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    await site.held(hold)
    await start_writers(site, 2, 3)
    with site.paused("ingest-writer"):
        hold.unlink()
        await asyncio.sleep(EVICTION_SECONDS)
        await site.kill("ingest-writer-3")
        await site.grows(site.stored, 1, "frames stored by the others")
    await site.grows(site.stored, MUCH, "frames stored by all of them")
    return await site.finish()


async def start_writers(site: Site, *numbers: int) -> None:
    (writer,) = (part for part in site.stack.parts() if part.name == "ingest-writer")
    for number in numbers:
        another = {key: text for key, text in writer.environment.items() if key != "STREAMING_HEALTH_PORT"}
        await site.stack.supervisor.start(
            replace(writer, name=f"ingest-writer-{number}", arguments=["-m", "ingest", "writer"], environment=another)
        )


@pytest.mark.parametrize("known_again", [True, False], ids=["as shipped", "control: no frame is known again"])
async def test_a_group_that_changes_in_mid_batch_stores_every_frame_once(
    tmp_path: Path, kafka_programs: None, known_again: bool
) -> None:
    hold = tmp_path / "hold"
    writer = instead("ingest-writer", ROWS_FIRST, "ingest", "writer")
    environment = {"ingest-writer": {"CHAOS_HOLD": str(hold)}}
    async with running_site(tmp_path, stream="kafka", commands=writer, environment=environment) as site:
        if not known_again:
            site.execute(NO_FRAME_IS_KNOWN_AGAIN)
        counts = await change_the_group_in_mid_batch(site, hold)
        if known_again:
            assert_nothing_lost_or_doubled(counts, 2 * MUCH)
        else:
            assert counts.repeated > 0, counts
