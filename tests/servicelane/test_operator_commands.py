"""`servicelane quarantine …`, `continuity` and `trace` against a database that the real writer has filled."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

from booking_api.quarantine import Filter
from database.connection import Pool
from ingest import store
from ingest.admission import admit
from ingest.dead_letter_limit import Overrun
from ingest.received import Received
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.telemetry_writer import GROUP, TelemetryWriter
from servicelane import continuity_command, quarantine_command
from servicelane.state_file import StackState, write_state
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.content import PROTOBUF
from telemetry_schema.topics import Up, up_topic
from tests.ingest.conftest import BOOT, T0, T0_MS, VIN, enrol, make_batch


class Stack:
    """As much of a running stack as these commands see: its state file, its database, a writer that runs."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self.folder = folder
        self.pool = pool
        self.stream = PostgresStream(pool)

    async def receive(self, *payloads: bytes) -> None:
        messages = [Received(up_topic(VIN, Up.BATCHES), payload, PROTOBUF, b"", T0) for payload in payloads]
        await self.stream.produce([admit(message).record for message in messages])
        while (await self.stream.lags()).get(GROUP, 1):
            await asyncio.sleep(0.02)

    async def number(self, reason: str) -> int:
        """Of the first message that was set aside for this reason."""
        query = "select min(quarantine_id) as number from telemetry.quarantine where reason = %s"
        async with self.pool.connection() as connection:
            row = await (await connection.execute(query.encode(), [reason])).fetchone()
        assert row is not None
        return int(row["number"])

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        writer = RedriveWriter(TelemetryWriter(self.stream))
        task = asyncio.create_task(self.stream.consumer(TOPICS, GROUP).run(writer.handle, stopping))
        yield
        stopping.set()
        await task


@pytest.fixture
async def stack(tmp_path: Path, pool: Pool, database_url: str) -> AsyncIterator[Stack]:
    write_state(tmp_path, StackState(os.getpid(), database_url, "127.0.0.1", 1, "http://127.0.0.1:1", {}))
    running = Stack(tmp_path, pool)
    async with running.writing():
        yield running


def paper() -> tuple[Console, StringIO]:
    text = StringIO()
    return Console(file=text, width=400), text


async def test_a_person_lists_shows_and_drives_again(stack: Stack) -> None:
    await stack.receive(encode_batch(make_batch(1)), encode_batch(make_batch(2, (5000, 6000))), b"\xff\xfe")
    console, text = paper()
    assert await quarantine_command.list_messages(console, stack.folder, Filter()) == 0
    assert "unknown_vehicle" in text.getvalue()
    assert "Enrol the car, then drive the message again." in text.getvalue()
    stranger, broken = await stack.number("unknown_vehicle"), await stack.number("undecodable")
    assert await quarantine_command.show(console, stack.folder, stranger) == 0
    assert "vehicle_speed_kmh" in text.getvalue()
    assert f"servicelane quarantine redrive {stranger}" in text.getvalue()
    async with stack.pool.connection() as connection:
        await enrol(connection)

    console, text = paper()
    by_reason = Filter(reason="unknown_vehicle")
    assert await quarantine_command.redrive(console, stack.folder, [], by_reason, None) == 0
    assert text.getvalue().strip() == "2 stored"
    console, text = paper()
    assert await quarantine_command.redrive(console, stack.folder, [stranger, broken, 99], Filter(), None) == 1
    assert f"{stranger}: passed over, it was driven again already" in text.getvalue()
    assert "99: passed over, there is no such message" in text.getvalue()
    assert "1 still quarantined: undecodable" in text.getvalue()
    assert await quarantine_command.show(console, stack.folder, 99) == 1
    assert await quarantine_command.redrive(console, stack.folder, [], by_reason, None) == 0
    assert "Nothing waits that fits." in text.getvalue()


async def test_a_clock_is_corrected_by_hand(stack: Stack) -> None:
    async with stack.pool.connection() as connection:
        await enrol(connection)
    await stack.receive(encode_batch(make_batch(1, [-T0_MS])))
    console, text = paper()
    assert (
        await quarantine_command.redrive(
            console, stack.folder, [await stack.number("clock_before_2000")], Filter(), T0_MS
        )
        == 0
    )
    assert text.getvalue().strip() == "1 stored"


async def test_continuity_is_told_in_words(stack: Stack) -> None:
    async with stack.pool.connection() as connection:
        await enrol(connection)
    await stack.receive(*[encode_batch(make_batch(n, (n * 10_000,))) for n in (1, 2, 5)])
    console, text = paper()
    assert await continuity_command.continuity(console, stack.folder, VIN) == 1
    assert "2 messages are missing (3-4)" in text.getvalue()
    assert "still in the car or on their way" in text.getvalue()
    await stack.receive(*[encode_batch(make_batch(n, (n * 10_000,))) for n in (3, 4)])
    console, text = paper()
    assert await continuity_command.continuity(console, stack.folder, VIN) == 0
    assert "everything up to sequence 5 is here" in text.getvalue()
    assert await continuity_command.continuity(console, stack.folder, "1M8GDM9A0KP000001") == 2


async def test_one_message_is_traced(stack: Stack) -> None:
    async with stack.pool.connection() as connection:
        await enrol(connection)
    await stack.receive(encode_batch(make_batch(2)))
    console, text = paper()
    assert await continuity_command.trace(console, stack.folder, VIN, BOOT, 2, None) == 0
    assert "2 of sample: recorded 2026-05-04 08:00:00" in text.getvalue()
    assert await continuity_command.trace(console, stack.folder, VIN, BOOT, 1, None) == 1
    assert await continuity_command.trace(console, stack.folder, VIN, UUID(int=7), 1, None) == 1
    assert "missing" in text.getvalue()
    assert "unknown: nothing as late" in text.getvalue()


async def test_a_stopped_intake_is_resumed_once(stack: Stack) -> None:
    async with stack.pool.connection() as connection:
        await store.insert_intake_stop(connection, "bridge", Overrun(30, 40))
    console, text = paper()
    assert await quarantine_command.resume(console, stack.folder, 5) == 0
    assert await quarantine_command.resume(console, stack.folder, 5) == 0
    assert text.getvalue().splitlines() == ["Ingest goes on.", "Ingest has not stopped; nothing to do."]


async def test_without_a_stack_each_says_how_to_start_one(tmp_path: Path) -> None:
    console, text = paper()
    assert await quarantine_command.list_messages(console, tmp_path, Filter()) == 1
    assert await quarantine_command.show(console, tmp_path, 1) == 1
    assert await quarantine_command.redrive(console, tmp_path, [1], Filter(), None) == 1
    assert await quarantine_command.resume(console, tmp_path, 0) == 1
    assert await continuity_command.continuity(console, tmp_path, VIN) == 2
    assert text.getvalue().count("servicelane up") == 5
