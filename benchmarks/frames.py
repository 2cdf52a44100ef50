"""The way of a frame, part by part, on frames of simulated cars."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from benchmarks.timing import Figure, measure
from database.connection import Pool, open_pool
from diagnostics.worker import GROUP as DIAGNOSTICS_GROUP
from diagnostics.worker import TOPICS as DIAGNOSTICS_TOPICS
from diagnostics.worker import DiagnosticsWorker
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from ingest import upkeep
from ingest.admission import admit
from ingest.aggregates import PlainAggregates
from ingest.received import Received
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from servicelane.members import simulated_members
from simulator.drive import Burst, simulate_car
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import Scenario
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.batches import decode_batch, encode_batch
from telemetry_schema.frames import FrameBatch, Identity
from telemetry_schema.topics import Up, up_topic
from vehicles import service as vehicles

_SCENARIO = Scenario("benchmark", 8, 6)
_END_MS = 1_780_272_000_000
_SEED = 3


async def measure_frames(url: str) -> AsyncIterator[Figure]:
    """Every part in the order of the way."""
    specs = build_fleet(_SCENARIO, _SEED)
    lives = [(spec, list(simulate_car(spec, _SCENARIO, _SEED, _END_MS))) for spec in specs]
    frames = sum(len(burst.recorded_at_ms) for _, bursts in lives for burst in bursts)

    async def simulate() -> None:
        for spec in specs:
            for _ in simulate_car(spec, _SCENARIO, _SEED, _END_MS):
                pass

    yield await measure("simulator", "frame", frames, simulate, runs=1)
    yield await measure("head_unit: buffer on disk", "frame", frames, lambda: _record(lives), runs=2)
    batches = [batch for spec, bursts in lives for batch in _batches(spec, bursts)]
    payloads = [encode_batch(batch) for batch in batches]
    yield await measure("telemetry_schema: encode", "frame", frames, lambda: _each(encode_batch, batches))
    yield await measure("telemetry_schema: decode", "frame", frames, lambda: _each(decode_batch, payloads))
    received = [_received(batch, payload) for batch, payload in zip(batches, payloads, strict=True)]
    yield await measure("ingest: admission", "frame", frames, lambda: _each(admit, received))
    async for figure in _measure_server_parts(url, specs, [admit(one).record for one in received], frames):
        yield figure


async def _measure_server_parts(
    url: str, specs: Sequence[CarSpec], records: Sequence[OutgoingRecord], frames: int
) -> AsyncIterator[Figure]:
    async with open_pool(url) as pool, open_pool(url, role="servicelane_ingest") as ingest:
        await _enrol(pool, specs)
        stream = PostgresStream(ingest)
        yield await measure("streaming: append", "frame", frames, lambda: _append(stream, records), runs=1)
        yield await measure("ingest: writer", "frame", frames, lambda: _write(stream), runs=1)
        async with open_pool(url, role="servicelane_diagnostics") as diagnostics:
            own = PostgresStream(diagnostics)
            yield await measure("diagnostics", "frame", frames, lambda: _diagnose(own), runs=1)
        yield await measure("ingest: aggregates", "frame", frames, lambda: _aggregate(ingest), runs=1)


async def _record(lives: Sequence[tuple[CarSpec, Sequence[Burst]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for spec, bursts in lives:
            unit = HeadUnit(HeadUnitSettings(spec.vin, Path(folder) / f"{spec.vin}.sqlite", "unused"))
            for burst in bursts:
                unit.record_frames(burst.recorded_at_ms, burst.columns)
            unit.close()


def _batches(spec: CarSpec, bursts: Sequence[Burst]) -> list[FrameBatch]:
    boot = uuid4()
    return [
        FrameBatch(Identity(spec.vin, boot, 1, number), burst.recorded_at_ms, burst.columns)
        for number, burst in enumerate(bursts, 1)
        if len(burst.recorded_at_ms)
    ]


def _received(batch: FrameBatch, payload: bytes) -> Received:
    topic = up_topic(batch.identity.vin, Up.BATCHES)
    return Received(topic, payload, "application/x-protobuf", b"", datetime.fromtimestamp(_END_MS / 1000, UTC))


async def _each(work: object, items: Sequence[object]) -> None:
    assert callable(work)
    for item in items:
        work(item)


async def _enrol(pool: Pool, specs: Sequence[CarSpec]) -> None:
    async with pool.connection() as connection:
        for member in simulated_members(specs):
            await vehicles.enrol(connection, member.request)


async def _append(stream: PostgresStream, records: Sequence[OutgoingRecord]) -> None:
    for start in range(0, len(records), 50):
        await stream.produce(records[start : start + 50])


async def _write(stream: PostgresStream) -> None:
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(TelemetryWriter(stream).handle):
        await asyncio.sleep(0)


async def _diagnose(stream: PostgresStream) -> None:
    consumer = stream.consumer(DIAGNOSTICS_TOPICS, DIAGNOSTICS_GROUP, maximum_records=2000)
    while await consumer.step(DiagnosticsWorker(stream).handle):
        await asyncio.sleep(0)


async def _aggregate(pool: Pool) -> None:
    """Each minute, hour and day once; the server's work is in the wall time."""
    aggregates, now = PlainAggregates(pool), datetime.fromtimestamp(_END_MS / 1000, UTC) + timedelta(days=1)
    consumer = PostgresStream(pool).consumer(upkeep.TOPICS, upkeep.GROUP, maximum_records=upkeep.RECORDS_AT_ONCE)
    while await consumer.step(lambda records, connection: aggregates.note(records, connection, now)):
        await asyncio.sleep(0)
    for hours in (1, 2, 4):
        while await aggregates.refresh(now + timedelta(hours=hours)):
            await asyncio.sleep(0)
