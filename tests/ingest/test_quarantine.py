"""The quarantine keeps every message that is not the same as one it has."""

from __future__ import annotations

import pytest

from database.connection import Pool
from ingest.admission import admit
from ingest.received import Received
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from streaming.postgres import PostgresStream
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.topics import Up, up_topic
from tests.ingest.conftest import BOOT, T0, VIN

NAMED = BOOT.bytes + (9).to_bytes(8, "big")


async def kept(pool: Pool, messages: list[Received]) -> list[bytes]:
    stream = PostgresStream(pool)
    await stream.produce([admit(message).record for message in messages])
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(TelemetryWriter(stream).handle):
        pass
    async with pool.connection() as connection:
        rows = await connection.execute(b"select payload from telemetry.quarantine order by quarantine_id")
        return [bytes(row["payload"]) for row in await rows.fetchall()]


def garbage(payload: bytes, correlation: bytes = NAMED, content_type: str = PROTOBUF) -> Received:
    return Received(up_topic(VIN, Up.BATCHES), payload, content_type, correlation, T0)


async def test_the_same_message_sent_again_is_kept_once(pool: Pool) -> None:
    assert await kept(pool, [garbage(b"\xff one"), garbage(b"\xff one")]) == [b"\xff one"]


async def test_other_bytes_under_the_same_name_are_kept_too(pool: Pool) -> None:
    """A car that forgot its numbers must not hide one broken message behind another."""
    assert await kept(pool, [garbage(b"\xff one"), garbage(b"\xff two")]) == [b"\xff one", b"\xff two"]


@pytest.mark.parametrize("payload", [b"", b"\xff" * 262_144])
async def test_what_has_no_name_is_kept_each_time_it_comes(pool: Pool, payload: bytes) -> None:
    """Better twice than not at all: nothing says that it is the same message."""
    assert await kept(pool, [garbage(payload, b"", JSON)] * 2) == [payload, payload]
