"""From the bridge's admission over the stream into the tables: each hostile message is stored or in the quarantine."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest

from database.connection import Pool
from ingest.admission import Verdict, admit
from ingest.received import Received
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from streaming.postgres import PostgresStream
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Up, up_topic
from tests.fuzzing.decoders import DECODERS, RECEIVED_AT, VIN
from tests.ingest.conftest import enrol

SEED = os.environ.get("FUZZ_SEED", "20260101")
SOURCES = {
    Up.BATCHES: ("batch", "batch in JSON"), Up.EVENTS: ("event", "event in JSON"),
    Up.COMMAND_RESULTS: ("command result", "command result in JSON"),
}  # fmt: skip
AT_ONCE = 500


def messages(seed: str) -> Iterator[Received]:
    """One of each kind and language in turn, as from one car that has gone mad; some claim to be another's."""
    mills = {
        (kind, name): iter(DECODERS[name].mill(f"{seed}/{name}")) for kind, names in SOURCES.items() for name in names
    }
    for number in itertools.count(1):
        for (kind, name), mill in mills.items():
            correlation = UUID(int=number).bytes + number.to_bytes(8, "big") if number % 3 else b""
            yield Received(up_topic(VIN, kind), next(mill), DECODERS[name].content_type, correlation, RECEIVED_AT)


async def carry(pool: Pool, received: Sequence[Received]) -> list[Verdict]:
    stream = PostgresStream(pool)
    verdicts = [admit(message) for message in received]
    await stream.produce([verdict.record for verdict in verdicts])
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(TelemetryWriter(stream).handle):
        pass
    return verdicts


async def rows(pool: Pool, query: str) -> list[dict[str, object]]:
    async with pool.connection() as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def kept(pool: Pool) -> tuple[set[tuple[UUID, int]], set[bytes]]:
    """What is stored, by provenance, and what is in the quarantine, by the digest of its bytes."""
    stored = await rows(
        pool,
        "select boot_id, sequence from published.stored_frames"
        " union select boot_id, sequence from telemetry.command_results",
    )
    quarantined = await rows(pool, "select sha256(payload) as digest from telemetry.quarantine where frames > 0")
    return {(row["boot_id"], row["sequence"]) for row in stored}, {bytes(row["digest"]) for row in quarantined}  # type: ignore


async def check(pool: Pool, count: int) -> Counter[str]:
    async with pool.connection() as connection:
        await enrol(connection)
    source = messages(SEED)
    verdicts = []
    for start in range(0, count, AT_ONCE):
        verdicts += await carry(pool, list(itertools.islice(source, min(AT_ONCE, count - start))))
    stored, quarantined = await kept(pool)
    outcomes = Counter(_outcome(verdict, stored, quarantined) for verdict in verdicts)
    assert outcomes.total() == count
    return outcomes


def _outcome(verdict: Verdict, stored: set[tuple[UUID, int]], quarantined: set[bytes]) -> str:
    """Where one message is; `lost` where it is nowhere."""
    told, record = verdict.acknowledgement, verdict.record
    assert told is not None
    if told.disposition == wire.DISPOSITION_STORED and (told.boot_id, told.sequence) in stored:
        return "stored"
    return "quarantined" if hashlib.sha256(record.value).digest() in quarantined else f"lost: {record.value.hex()}"


async def test_every_hostile_message_is_stored_or_in_the_quarantine(pool: Pool) -> None:
    outcomes = await check(pool, 2_000)
    assert outcomes.keys() == {"stored", "quarantined"}
    assert min(outcomes.values()) > 200


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_hundred_thousand_hostile_messages_are_stored_or_in_the_quarantine(pool: Pool) -> None:
    outcomes = await check(pool, int(os.environ.get("FUZZ_MESSAGES", 100_000)))
    assert outcomes.keys() == {"stored", "quarantined"}


async def test_a_message_that_vanishes_on_the_way_is_seen(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above, checked: a writer without a quarantine."""

    async def forget(*_: object) -> None: ...

    monkeypatch.setattr(TelemetryWriter, "_quarantine", forget)
    outcomes = await check(pool, 200)
    assert any(outcome.startswith("lost") for outcome in outcomes)
