"""The process of aggregates and retention: it works by itself, and says when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from prometheus_client import REGISTRY

from database.connection import Connection, Pool, open_pool
from ingest import upkeep
from ingest.retention_settings import RetentionSettings
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from ingest.upkeep import Upkeep, make_aggregates
from streaming.contract import Record
from streaming.postgres import PostgresStream
from streaming.watched_handler import HandlerFailingError
from tests.ingest.conftest import enrol, make_batch, record_of

SETTINGS = RetentionSettings(keep_everything=True)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_REFRESH_EVERY_SECONDS", 0.02)


async def until(pool: Pool, query: str) -> list[dict[str, Any]]:
    """The rows, once there are some."""
    async with asyncio.timeout(20):
        while True:
            async with pool.connection() as connection:
                if rows := await (await connection.execute(query.encode())).fetchall():
                    return rows
            await asyncio.sleep(0.02)


async def test_what_the_writer_stores_is_aggregated_by_the_running_process(
    pool: Pool, stream: PostgresStream, database_url: str
) -> None:
    async with pool.connection() as connection:
        await enrol(connection)
    await stream.produce([record_of(make_batch(1, [0, 1000], {"system_voltage_v": [12.0, 14.0]}))])
    await stream.consumer(TOPICS, GROUP).step(TelemetryWriter(stream).handle)
    stopping = asyncio.Event()
    async with open_pool(database_url, role="servicelane_ingest") as own:
        keeper = Upkeep(own, database_url, await make_aggregates(own, database_url, SETTINGS), SETTINGS)
        running = asyncio.create_task(keeper.run(PostgresStream(own).consumer(upkeep.TOPICS, upkeep.GROUP), stopping))
        await until(pool, "update telemetry.touched set due_at = now() where step = 'minute' returning 1")
        (minute,) = await until(pool, "select * from published.low_voltage_by_minute")
        assert (minute["system_voltage_v_count"], minute["system_voltage_v_mean"]) == (2, 13.0)
        await keeper.check()
        stopping.set()
        await asyncio.wait_for(running, 5)
    assert REGISTRY.get_sample_value("servicelane_aggregates_waiting", {"step": "hour"}) == 1


class Broken:
    """Aggregates that cannot be made."""

    async def note(self, records: Sequence[Record], connection: Connection, now: datetime) -> None: ...

    async def refresh(self, now: datetime) -> int:
        raise RuntimeError("cannot")


async def keep_checking(keeper: Upkeep) -> None:
    while True:
        await keeper.check()
        await asyncio.sleep(0)


async def test_a_process_that_comes_to_nothing_is_not_ready(
    pool: Pool, stream: PostgresStream, database_url: str
) -> None:
    keeper, stopping = Upkeep(pool, database_url, Broken(), SETTINGS), asyncio.Event()
    await keeper.check()
    running = asyncio.create_task(keeper.run(stream.consumer(upkeep.TOPICS, upkeep.GROUP), stopping))
    with pytest.raises(HandlerFailingError, match="attempts failed"):
        await asyncio.wait_for(keep_checking(keeper), 20)
    stopping.set()
    await asyncio.wait_for(running, 5)
