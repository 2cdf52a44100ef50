"""Diagnostics while many cars drive: a minute of each at one frame a second, as the worker meets it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from benchmarks.timing import Figure
from database.connection import open_pool
from diagnostics.worker import GROUP, TOPICS, DiagnosticsWorker
from ingest.telemetry_writer import GROUP as WRITER_GROUP
from ingest.telemetry_writer import TOPICS as WRITER_TOPICS
from ingest.telemetry_writer import TelemetryWriter
from servicelane.members import simulated_members
from simulator.drive import Burst, parts_of, simulate_car
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import Scenario
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.events import encode_event
from telemetry_schema.frames import FrameBatch, Identity
from telemetry_schema.topics import StreamTopic
from vehicles import service as vehicles

_CARS: Final = 100
_MINUTES: Final = 60
_SCENARIO: Final = Scenario("driving", _CARS, 3, frame_seconds=1.0)
_END_MS: Final = 1_780_272_000_000
_SEED: Final = 11
_BOOT: Final = UUID("00000000-0000-4000-8000-000000000003")


@dataclass(slots=True)
class _Spent:
    frames: int = 0
    notices: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0


async def measure_driving(url: str) -> AsyncIterator[Figure]:
    """The first half of the minutes fills the tables and is not measured."""
    specs = build_fleet(_SCENARIO, _SEED)
    spent = _Spent()
    async with (
        open_pool(url) as pool,
        open_pool(url, role="servicelane_ingest") as ingest,
        open_pool(url, role="servicelane_diagnostics") as own,
    ):
        async with pool.connection() as connection:
            for member in simulated_members(specs):
                await vehicles.enrol(connection, member.request)
        written, read = PostgresStream(ingest), PostgresStream(own)
        writer = written.consumer(WRITER_TOPICS, WRITER_GROUP)
        reader = read.consumer(TOPICS, GROUP, maximum_records=2000)
        handle = DiagnosticsWorker(read).handle
        for minute, messages in enumerate(_minutes(specs)):
            await written.produce([message for message, _ in messages])
            while await writer.step(TelemetryWriter(written).handle):
                pass
            wall, cpu = time.perf_counter(), time.process_time()
            handled = 0
            while some := await reader.step(handle):
                handled += some
            if minute >= _MINUTES // 2:
                spent.cpu_s += time.process_time() - cpu
                spent.wall_s += time.perf_counter() - wall
                spent.frames += sum(frames for _, frames in messages)
                spent.notices += handled
    yield _figure("diagnostics: driving", "frame", spent.frames, spent)
    yield _figure("diagnostics: driving", "notice", spent.notices, spent)


def _figure(part: str, unit: str, units: int, spent: _Spent) -> Figure:
    return Figure(part, unit, units, spent.cpu_s / units * 1e6, spent.wall_s / units * 1e6)


def _minutes(specs: Sequence[CarSpec]) -> Iterator[list[tuple[OutgoingRecord, int]]]:
    """One minute of every car at a time: messages, and how many frames each holds."""
    lives = [_messages(spec) for spec in specs]
    for _ in range(_MINUTES):
        yield [message for life in lives for message in next(life, [])]


def _messages(spec: CarSpec) -> Iterator[list[tuple[OutgoingRecord, int]]]:
    """By minute in which the car says something."""
    sequence = 0
    headers = {"content-type": "application/x-protobuf", "received-at": "2026-06-01T00:00:00+00:00", "vin": spec.vin}
    for burst in simulate_car(spec, _SCENARIO, _SEED, _END_MS):
        for part in parts_of(burst, 60_000) if len(burst.recorded_at_ms) > 1 else [burst]:
            messages = []
            for topic, payload, frames in _payloads(spec, part, sequence):
                sequence += 1
                messages.append((OutgoingRecord(topic, spec.vin, payload, headers), frames))
            yield messages


def _payloads(spec: CarSpec, part: Burst, sequence: int) -> Iterator[tuple[StreamTopic, bytes, int]]:
    if len(part.recorded_at_ms):
        sequence += 1
        batch = FrameBatch(Identity(spec.vin, _BOOT, 1, sequence), part.recorded_at_ms, part.columns)
        yield StreamTopic.BATCHES, encode_batch(batch), batch.frames
    for event in part.events:
        sequence += 1
        event.vin, event.boot_id, event.boot_number, event.sequence = spec.vin, _BOOT.bytes, 1, sequence
        yield StreamTopic.EVENTS, encode_event(event), 0
