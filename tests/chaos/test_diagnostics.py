"""Diagnostics is killed again and again: its findings are those of a run that nobody disturbed.

The undisturbed run handles the same records, from the same stream, in a database of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from database.connection import Connection, Pool, open_pool
from database.migrations import migrate
from diagnostics.worker import GROUP as DIAGNOSTICS_GROUP
from diagnostics.worker import TOPICS as DIAGNOSTICS_TOPICS
from diagnostics.worker import DiagnosticsWorker
from ingest.telemetry_writer import GROUP as WRITER_GROUP
from ingest.telemetry_writer import TelemetryWriter
from servicelane.databases import create_fresh_database
from servicelane.device_settings import device_settings
from servicelane.fleet_enrolment import FleetMember, enrol_fleet
from servicelane.local_stream import stream_of
from servicelane.members import simulated_members
from servicelane.schema import migration_folders
from servicelane.settling import wait_until_settled
from servicelane.supervisor import Part
from simulator.fleet import build_fleet
from simulator.scenario import load_scenario
from streaming.contract import OutgoingRecord, Record
from streaming.postgres import PostgresStream
from telemetry_schema.topics import StreamTopic
from tests.chaos.site import SETTLE_SECONDS, Site, instead, running_site
from tests.journeys.conftest import until

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]

SCENARIO = """
name = "chaos-diagnostics"
cars = 6
days = 24

[[faults]]
kind = "battery_ageing"
ramp_days = [12, 16]

[[faults]]
kind = "coil_failure"

[[faults]]
kind = "slow_tyre_leak"
"""
SEED = 5
RECORDED = (StreamTopic.BATCHES, StreamTopic.EVENTS)
FOUND = (
    "select * from diagnostics.findings order by finding_id",
    "select * from diagnostics.trips order by vehicle_id, started_at",
    "select * from diagnostics.parked_readings order by vehicle_id, recorded_at",
    "select * from diagnostics.code_episodes order by vehicle_id, ecu, code, first_seen_at",
)


class Drives:
    """Simulated cars with hidden faults, sent once through the stack."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.scenario = folder / "scenario.toml"
        self.scenario.write_text(SCENARIO)
        self.process: asyncio.subprocess.Process

    @property
    def members(self) -> list[FleetMember]:
        return simulated_members(build_fleet(load_scenario(self.scenario), SEED))

    async def start(self) -> None:
        stack = self.site.stack
        async with open_pool(stack.database_url) as pool, pool.connection() as connection:
            await enrol_fleet(connection, stack.device_settings(), self.members, self.folder / "fleet.json")
        words = ["-m", "simulator", "run", "--scenario", str(self.scenario), "--fleet", str(self.folder / "fleet.json")]
        words += ["--truth", str(self.folder / "truth.json"), "--buffers", str(self.folder / "buffers")]
        words += ["--seed", str(SEED), "--broker-port", str(stack.broker.device_port), "--maximum-pending", "60"]
        self.process = await stack.supervisor.start_reporting(Part("simulator", words, restarts=False))
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said = json.loads(line)

    async def end(self) -> None:
        assert await self.process.wait() == 0, self.site.stack.supervisor.end_of_log("simulator")


async def findings(url: str) -> list[list[dict[str, Any]]]:
    async with open_pool(url) as pool, pool.connection() as connection:
        return [await (await connection.execute(query.encode())).fetchall() for query in FOUND]


async def undisturbed(drives: Drives) -> list[list[dict[str, Any]]]:
    stack = drives.site.stack
    records = await recorded(drives.site)
    url = await create_fresh_database(stack.database_url, "undisturbed")
    await migrate(url, migration_folders())
    async with open_pool(url) as pool:
        async with pool.connection() as connection:
            settings = device_settings(drives.folder, url)
            await enrol_fleet(connection, settings, drives.members, drives.folder / "again.json")
        await work_through(pool, records)
    return await findings(url)


async def recorded(site: Site) -> list[OutgoingRecord]:
    """Everything that cars have said, as the stream has it."""
    heard: list[OutgoingRecord] = []

    async def hear(records: Sequence[Record], _connection: Connection) -> None:
        heard.extend(OutgoingRecord(one.topic, one.key, one.value, one.headers) for one in records)

    async with open_pool(site.stack.database_url) as pool, stream_of(pool, site.stack.stream.environment) as stream:
        consumer = stream.consumer(RECORDED, "audit", maximum_records=5_000)
        while await consumer.step(hear):
            pass
    return heard


async def work_through(pool: Pool, records: Sequence[OutgoingRecord]) -> None:
    stream = PostgresStream(pool)
    await stream.produce(records)
    writer = stream.consumer(RECORDED, WRITER_GROUP, maximum_records=500)
    while await writer.step(TelemetryWriter(stream).handle):
        pass
    worker = stream.consumer(DIAGNOSTICS_TOPICS, DIAGNOSTICS_GROUP, maximum_records=2_000)
    while await worker.step(DiagnosticsWorker(stream).handle):
        pass


async def settle(site: Site) -> list[list[dict[str, Any]]]:
    environment = site.stack.stream.environment
    async with open_pool(site.stack.database_url) as pool:
        async with stream_of(pool, environment) as stream:

            async def known() -> bool:
                return DIAGNOSTICS_GROUP in await stream.lags()

            await until(known, 60, "the diagnosis has begun: it may have been killed at each start so far")
        await wait_until_settled(pool, SETTLE_SECONDS, environment)
    return await findings(site.stack.database_url)


async def test_findings_after_many_kills_are_those_of_an_undisturbed_run(tmp_path: Path, stream: str) -> None:
    async with running_site(tmp_path, stream=stream, cars=0) as site:
        drives = Drives(site, tmp_path)
        await drives.start()
        kills = 0
        while drives.process.returncode is None or kills < 3:
            await asyncio.sleep(1.5)
            await site.kill("diagnostics")
            kills += 1
        await drives.end()
        found = await settle(site)
        assert found == await undisturbed(drives)
        assert all(found), "every table has something to compare"


async def kill_while_it_writes(site: Site, drives: Drives) -> None:
    """All that the cars said waits; then diagnostics takes a part of it in hand and is killed."""
    with site.paused("diagnostics"):
        await drives.start()
        await drives.end()
        await site.lag_ends(WRITER_GROUP)
        with site.locked("diagnostics.trips"):
            site.wake("diagnostics")
            await site.waits_for("diagnostics.trips")
            await site.kill("diagnostics")


@pytest.mark.parametrize("transaction", [True, False], ids=["as shipped", "control: offsets first"])
async def test_a_kill_in_the_middle_of_a_diagnosis_costs_no_finding(tmp_path: Path, transaction: bool) -> None:
    hasty = instead("diagnostics", "unprotected.offsets_first", "diagnostics")
    async with running_site(tmp_path, cars=0, commands={} if transaction else hasty) as site:
        drives = Drives(site, tmp_path)
        await kill_while_it_writes(site, drives)
        found, expected = await settle(site), await undisturbed(drives)
        assert expected[0], "the undisturbed run has findings"
        assert (found == expected) is transaction
