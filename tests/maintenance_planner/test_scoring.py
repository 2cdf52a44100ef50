"""The night's scoring says what the worker says, later; and what histories there may be."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta

from database.connection import Pool
from maintenance_planner.models import ServiceRecord
from maintenance_planner.scoring import score_all
from maintenance_planner.service import record_services
from streaming.postgres import PostgresStream
from tests.maintenance_planner.conftest import T0, Garage, daily, finding
from tests.maintenance_planner.test_worker import MONTH, STATUSES, plan, work

NOW = MONTH[-1].recorded_at
CHANGES = "select item, kind, number, texts from published.recommendation_changes order by item, changed_at, number"


async def test_scored_at_its_own_now_a_car_is_as_the_worker_left_it(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await garage.store_readings(MONTH)
    await garage.store_finding(finding(1, "battery_ageing"))
    await work(stream)
    before, log = await plan(garage), await garage.rows(CHANGES)
    assert await score_all(planner_pool, NOW - timedelta(days=1), batch=1) == 1
    assert await plan(garage) == before
    assert await garage.rows(CHANGES) == log


async def test_a_car_that_stands_still_comes_due_in_the_night_and_stays_so(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await garage.store_readings(MONTH)
    await work(stream)
    async with planner_pool.connection() as connection:
        await record_services(connection, garage.vehicle_id, [ServiceRecord("engine_oil", NOW.date(), 60_660)])
    assert "engine_oil" not in {row["item"] for row in (await plan(garage))[0]}
    await score_all(planner_pool, NOW + timedelta(days=366))
    oil = next(row for row in (await plan(garage))[0] if row["item"] == "engine_oil")
    assert oil["urgency"] == 2
    await garage.store_finding(finding(1, "battery_ageing"))
    await work(stream)
    assert oil in (await plan(garage))[0]
    told = [(row["item"], row["kind"]) for row in await garage.rows(CHANGES) if row["item"] == "engine_oil"]
    assert told == [("engine_oil", "opened"), ("engine_oil", "closed"), ("engine_oil", "opened")]


async def test_shares_take_each_car_once(stream: PostgresStream, planner_pool: Pool, garage: Garage) -> None:
    await garage.store_readings(MONTH)
    await work(stream)
    scored = [await score_all(planner_pool, NOW, share, shares=3) for share in range(3)]
    assert sorted(scored) == [0, 0, 1]


async def test_one_reading_and_none_are_planned_without_error(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await garage.store_readings(daily([59_900.0]))
    await work(stream)
    assert (await plan(garage))[1]
    assert await score_all(planner_pool, T0 + timedelta(days=400)) == 1
    await garage.rows("delete from planner.vehicle_days returning 1")
    assert await score_all(planner_pool, T0 + timedelta(days=401)) == 1
    assert {row["remaining_km"] for row in await garage.rows(STATUSES)} == {None}


async def test_a_visit_is_verified_by_what_the_car_tells_after_it(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await garage.store_readings(MONTH[:10])
    await garage.store_finding(finding(1, "slow_tyre_leak", found_at=T0 + timedelta(days=2)))
    await work(stream)
    async with planner_pool.connection() as connection:
        done = ServiceRecord("repair_tyre", (T0 + timedelta(days=9)).date(), None)
        await record_services(connection, garage.vehicle_id, [done])
    states = "select state, texts ->> 'en' as text from published.verifications"
    assert (await garage.rows(states))[0]["text"] == "Not verified yet: 7 more days on the road are needed."
    await garage.store_readings(MONTH[10:])
    await work(stream)
    assert (await garage.rows(states))[0]["state"] == "verified"
    await garage.store_finding(finding(2, "slow_tyre_leak", found_at=T0 + timedelta(days=25)))
    await work(stream)
    assert (await garage.rows(states))[0]["text"] == "Came back on 2026-05-29: slow_tyre_leak 2"


async def test_a_replaced_odometer_goes_on_counting(stream: PostgresStream, garage: Garage) -> None:
    await garage.store_readings([*MONTH[:15], *daily([40 * day for day in range(15)], MONTH[15].recorded_at)])
    await work(stream)
    (usage,) = await garage.rows("select * from published.usage")
    assert "it starts anew, as a replaced instrument does" in usage["odometer_texts"][0]["en"]
    oil = next(row for row in await garage.rows(STATUSES) if row["item"] == "engine_oil")
    assert abs(oil["remaining_km"] + 660) < 1  # due at 60,000; the car has covered 60,660


def score_by_command(url: str, as_of: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "maintenance_planner", "score", "--as-of", as_of]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False)


async def test_the_command_scores_once_and_ends(stream: PostgresStream, garage: Garage, database_url: str) -> None:
    await garage.store_readings(MONTH)
    await work(stream)
    done = await asyncio.to_thread(score_by_command, database_url, "2027-06-03T00:00:00+00:00")
    assert done.stdout == "1 cars scored as of 2027-06-03T00:00:00+00:00\n", done.stderr
    assert "engine_oil" in {row["item"] for row in (await plan(garage))[0] if row["urgency"] == 3}
    refused = await asyncio.to_thread(score_by_command, database_url, "2027-06-03")
    assert (refused.returncode, "--as-of needs an offset" in refused.stderr) == (2, True)
