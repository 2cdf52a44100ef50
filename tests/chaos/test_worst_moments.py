"""Each part is killed at the moment at which most would be lost or doubled, as shipped and with a protection removed.

The control of each case follows it: on the same schedule, without the protection, frames are lost or doubled.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from servicelane.counting import FrameCounts
from tests.chaos.site import UNPROTECTED, Site, assert_nothing_lost_or_doubled, running_site
from tests.chaos.unprotected.schema import NO_FRAME_IS_KNOWN_AGAIN, THE_STREAM_IS_NOT_LOGGED

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

MUCH = 2_000  # frames
MORE = 3_000  # of two spells of MUCH at least: what grows during a spell was partly under way before


def command(module: str, *words: str) -> list[str]:
    return ["-m", f"tests.chaos.{module}", *words]


async def kill_the_bridge_while_the_stream_takes_nothing(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    with site.locked("streaming.records"):
        await site.waits_for("streaming.records")
        await site.kill("ingest-bridge")
    return await site.finish()


async def test_a_bridge_that_is_killed_before_its_append_has_acknowledged_nothing_of_it(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        assert_nothing_lost_or_doubled(await kill_the_bridge_while_the_stream_takes_nothing(site), MUCH)


async def test_control_a_bridge_that_acknowledges_before_the_append_loses(tmp_path: Path) -> None:
    early = command("unprotected.stream_that_answers_early", "ingest", "bridge")
    async with running_site(tmp_path, commands={"ingest-bridge": early}) as site:
        counts = await kill_the_bridge_while_the_stream_takes_nothing(site)
        assert counts.lost > 0, counts


async def kill_the_bridge_between_append_and_acknowledgement(site: Site, hold: Path) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    await site.held(hold)
    await site.kill("ingest-bridge")
    hold.unlink()
    return await site.finish()


@pytest.mark.parametrize("known_again", [True, False], ids=["as shipped", "control: no frame is known again"])
async def test_what_was_appended_and_not_acknowledged_comes_again_and_is_stored_once(
    tmp_path: Path, known_again: bool
) -> None:
    bridge = {"ingest-bridge": command("standing_still", "ingest", "bridge")}
    hold = tmp_path / "hold"
    async with running_site(tmp_path, commands=bridge, environment={"CHAOS_HOLD": str(hold)}) as site:
        if not known_again:
            site.execute(NO_FRAME_IS_KNOWN_AGAIN)
        counts = await kill_the_bridge_between_append_and_acknowledgement(site, hold)
        if known_again:
            assert_nothing_lost_or_doubled(counts, MUCH)
        else:
            assert counts.repeated > 0, counts


async def kill_the_writer_while_its_rows_wait(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    with site.locked("telemetry.samples"):
        await site.waits_for("telemetry.samples")
        await site.kill("ingest-writer")
    return await site.finish()


async def test_a_writer_that_is_killed_before_its_rows_finds_its_records_again(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        assert_nothing_lost_or_doubled(await kill_the_writer_while_its_rows_wait(site), MUCH)


async def test_control_a_writer_that_commits_its_offsets_first_loses(tmp_path: Path) -> None:
    hasty = command("unprotected.offsets_first", "ingest", "writer")
    async with running_site(tmp_path, commands={"ingest-writer": hasty}) as site:
        counts = await kill_the_writer_while_its_rows_wait(site)
        assert counts.lost > 0, counts


async def kill_the_writer_between_rows_and_offsets(site: Site, hold: Path) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    await site.held(hold)
    await site.kill("ingest-writer")
    hold.unlink()
    return await site.finish()


ROWS_FIRST = "unprotected.rows_first"


@pytest.mark.parametrize(
    ("module", "known_again"),
    [("standing_still", True), ("standing_still", False), (ROWS_FIRST, True), (ROWS_FIRST, False)],
    ids=["as shipped", "one transaction alone", "frames known again alone", "control: neither"],
)
async def test_one_transaction_and_frames_that_are_known_again_protect_each_alone(
    tmp_path: Path, module: str, known_again: bool
) -> None:
    hold = tmp_path / "hold"
    writer = {"ingest-writer": command(module, "ingest", "writer")}
    async with running_site(tmp_path, commands=writer, environment={"CHAOS_HOLD": str(hold)}) as site:
        if not known_again:
            site.execute(NO_FRAME_IS_KNOWN_AGAIN)
        counts = await kill_the_writer_between_rows_and_offsets(site, hold)
        if module == ROWS_FIRST and not known_again:
            assert counts.repeated > 0, counts
        else:
            assert_nothing_lost_or_doubled(counts, MUCH)


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
    async with running_site(tmp_path, module=f"{UNPROTECTED}.fleet_without_a_disk") as site:
        counts = await kill_the_cars_while_nobody_hears_them(site)
        assert counts.sent - counts.stored - counts.quarantined > 0, counts


async def kill_the_server_while_the_stream_is_full(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    with site.paused("ingest-writer"):
        await site.grows(site.acknowledged, MUCH, "frames acknowledged and not yet stored")
        await site.kill("postgresql")
    return await site.finish()


@pytest.mark.parametrize("logged", [True, False], ids=["as shipped", "control: the stream is not logged"])
async def test_what_is_acknowledged_outlives_the_server(tmp_path: Path, logged: bool) -> None:
    async with running_site(tmp_path) as site:
        if not logged:
            site.execute(THE_STREAM_IS_NOT_LOGGED)
        counts = await kill_the_server_while_the_stream_is_full(site)
        if logged:
            assert_nothing_lost_or_doubled(counts, MORE)
        else:
            assert counts.lost > 0, counts
