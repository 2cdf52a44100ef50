"""PostgreSQL and Kafka are killed with what they have just taken. The control of each case has one protection less."""

from __future__ import annotations

from pathlib import Path

import pytest

from servicelane.counting import FrameCounts
from tests.chaos.site import MORE, MUCH, Site, assert_nothing_lost_or_doubled, instead, running_site
from tests.chaos.unprotected.schema import THE_STREAM_IS_NOT_LOGGED

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


async def kill_postgresql_while_it_alone_has_the_frames(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.stored, MUCH, "frames stored")
    with site.paused("ingest-writer"):
        await site.grows(site.acknowledged, MUCH, "frames acknowledged and not yet stored")
        await site.kill("postgresql")
    return await site.finish()


@pytest.mark.parametrize("logged", [True, False], ids=["as shipped", "control: the stream is not logged"])
async def test_what_postgresql_has_taken_outlives_it(tmp_path: Path, logged: bool) -> None:
    async with running_site(tmp_path) as site:
        if not logged:
            site.execute(THE_STREAM_IS_NOT_LOGGED)
        counts = await kill_postgresql_while_it_alone_has_the_frames(site)
        if logged:
            assert_nothing_lost_or_doubled(counts, MORE)
        else:
            assert counts.lost > 0, counts


async def kill_kafka_while_records_are_on_their_way(site: Site) -> FrameCounts:
    await site.fleet.start()
    await site.grows(site.acknowledged, MUCH, "frames acknowledged")
    with site.paused("kafka"):
        await site.grows(site.taken, MUCH, "frames taken by the cars while Kafka takes none")
        await site.kill("kafka")
    return await site.finish()


async def test_what_kafka_has_acknowledged_outlives_it(tmp_path: Path, kafka_programs: None) -> None:
    async with running_site(tmp_path, stream="kafka") as site:
        assert_nothing_lost_or_doubled(await kill_kafka_while_records_are_on_their_way(site), MORE)


async def test_control_a_bridge_that_waits_for_no_replica_loses(tmp_path: Path, kafka_programs: None) -> None:
    careless = instead("ingest-bridge", "unprotected.kafka_without_acknowledgements", "ingest", "bridge")
    async with running_site(tmp_path, stream="kafka", commands=careless) as site:
        counts = await kill_kafka_while_records_are_on_their_way(site)
        assert counts.lost > 0, counts
