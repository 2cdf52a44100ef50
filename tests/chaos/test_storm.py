"""Random parts are killed under load, by a seed: nothing acknowledged is lost, nothing is stored twice.

`CHAOS_MINUTES=30 CHAOS_SEED=7 make test-long TESTS=tests/chaos/test_storm.py`: longer, or the same order again.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.chaos.site import Site, assert_nothing_lost_or_doubled, running_site

MINUTES = float(os.environ.get("CHAOS_MINUTES", 1.5))
SEED = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(10**6)))

pytestmark = [pytest.mark.long, pytest.mark.timeout(MINUTES * 60 + 600)]

VICTIMS = {
    "postgres": ("fleet", "broker", "ingest-bridge", "ingest-writer", "diagnostics", "postgresql"),
    "kafka": (
        "fleet",
        "broker",
        "ingest-bridge",
        "ingest-writer",
        "diagnostics",
        "postgresql",
        "kafka",
        "stream-relay",
    ),
}


async def rage(site: Site, victims: Sequence[str], chance: random.Random, minutes: float) -> Counter[str]:
    """Every part once in any order, then any part, until the time is over."""
    killed: Counter[str] = Counter()
    ends_at = time.monotonic() + minutes * 60
    rounds = chance.sample(victims, len(victims))
    while rounds or time.monotonic() < ends_at:
        await asyncio.sleep(chance.uniform(0.0, 4.0))
        victim = rounds.pop() if rounds else chance.choice(victims)
        print(f"killed at {time.monotonic():.1f}: {victim}")
        await site.kill(victim)
        killed[victim] += 1
    return killed


async def test_a_storm_of_kills_loses_and_doubles_nothing(tmp_path: Path, stream: str) -> None:
    print(f"CHAOS_SEED={SEED}")
    async with running_site(tmp_path, stream=stream, cars=30, frames_per_second=300) as site:
        await site.fleet.start()
        await site.grows(site.stored, 500, "frames stored")
        killed = await rage(site, VICTIMS[stream], random.Random(SEED), MINUTES)
        counts = await site.finish()
        print(f"{dict(killed)}: {counts}")
        assert set(killed) == set(VICTIMS[stream])
        assert_nothing_lost_or_doubled(counts, at_least=2_000)
