"""`python -m benchmarks.fleet_day`: what a simulated fleet sends and stores per car and day, at one frame a second.

For `servicelane capacity`. Sizes do not depend on how busy the machine is, so one run is enough.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from psycopg import sql

from database.connection import Pool, open_pool
from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from head_unit.buffer import Message
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from ingest.admission import admit
from ingest.received import Received
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from servicelane.databases import create_fresh_database
from servicelane.members import simulated_members
from servicelane.schema import migration_folders
from simulator.drive import simulate_car
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import Scenario
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.content import PROTOBUF
from telemetry_schema.topics import Up, up_topic
from vehicles import service as vehicles

_HOUR_MS: Final = 3_600_000
_END_MS: Final = 1_780_272_000_000  # midnight; the same weeks in every run
_RECEIVED_AT: Final = datetime.fromtimestamp(_END_MS / 1000, UTC)
_SEED: Final = 3
_AT_ONCE: Final = 200


@dataclass
class Sent:
    """What left the head units."""

    frames: int = 0
    batches: int = 0
    events: int = 0
    payload_bytes: int = 0
    by_hour: Counter[int] = field(default_factory=Counter)
    """Frames by the hour of the day."""

    records: list[OutgoingRecord] = field(default_factory=list)


def drive(scenario: Scenario, specs: Sequence[CarSpec], folder: Path) -> Sent:
    """Every message that the head units of the fleet have for delivery, with their default settings."""
    sent = Sent()
    for spec in specs:
        settings = HeadUnitSettings(
            spec.vin, folder / f"{spec.vin}.sqlite", "unused", durable=False, buffer_bytes=2**30
        )
        unit = HeadUnit(settings)
        for burst in simulate_car(spec, scenario, _SEED, _END_MS):
            sent.frames += len(burst.recorded_at_ms)
            sent.by_hour.update((burst.recorded_at_ms // _HOUR_MS % 24).tolist())
            unit.record_frames(burst.recorded_at_ms, burst.columns)
            for event in burst.events:
                unit.record_event(event)
        unit.flush()
        for message in unit.buffer.after(0, 10**9):
            _take(sent, spec.vin, message)
        unit.close()
    return sent


def _take(sent: Sent, vin: str, message: Message) -> None:
    kind = Up(message.kind)
    verdict = admit(Received(up_topic(vin, kind), message.payload, PROTOBUF, b"", _RECEIVED_AT))
    if verdict.is_set_aside:
        raise RuntimeError(f"a message of the simulated fleet is not admitted: {verdict.acknowledgement}")
    sent.batches += kind is Up.BATCHES
    sent.events += kind is Up.EVENTS
    sent.payload_bytes += len(message.payload)
    sent.records.append(verdict.record)


async def store(url: str, specs: Sequence[CarSpec], sent: Sent) -> dict[str, float]:
    """Bytes per frame on the stream, in the tables and in the write-ahead log, on plain PostgreSQL."""
    async with open_pool(url) as pool:
        async with pool.connection() as connection:
            for member in simulated_members(specs):
                await vehicles.enrol(connection, member.request)
        before = await _value(pool, "select pg_current_wal_lsn()")
        stream = PostgresStream(pool)
        for start in range(0, len(sent.records), _AT_ONCE):
            await stream.produce(sent.records[start : start + _AT_ONCE])
        stream_bytes = await _schema_bytes(pool, "streaming")
        consumer = stream.consumer(TOPICS, GROUP, maximum_records=_AT_ONCE)
        while await consumer.step(TelemetryWriter(stream).handle):
            pass
        wal_bytes = await _value(pool, "select pg_current_wal_lsn() - {}", before)
        return {
            "stream_bytes_per_frame": stream_bytes / sent.frames,
            "table_bytes_per_frame": await _schema_bytes(pool, "telemetry") / sent.frames,
            "wal_bytes_per_frame": float(wal_bytes) / sent.frames,
        }


async def _schema_bytes(pool: Pool, schema: str) -> int:
    query = (
        "select sum(pg_total_relation_size(oid)) from pg_class"
        " where relnamespace = {}::regnamespace and relkind in ('r', 'p')"
    )
    return int(await _value(pool, query, schema))


async def _value(pool: Pool, query: str, *values: Any) -> Any:
    async with pool.connection() as connection:
        filled = sql.SQL(query).format(*map(sql.Literal, values))
        row = await (await connection.execute(filled)).fetchone()
        assert row
        return next(iter(row.values()))


async def measure(cars: int, days: float) -> dict[str, Any]:
    scenario = Scenario("fleet day", cars, days, frame_seconds=1.0)
    specs = build_fleet(scenario, _SEED)
    with tempfile.TemporaryDirectory(prefix="fleet-day-") as folder:
        Path(folder).chmod(0o711)  # the server may run under an account of its own
        sent = drive(scenario, specs, Path(folder))
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.start()
        try:
            url = await create_fresh_database(server.url, "fleet_day")
            await migrate(url, migration_folders())
            stored = await store(url, specs, sent)
        finally:
            server.erase()
    car_days = cars * days
    return {
        "cars": cars,
        "days": days,
        "frames_per_car_day": sent.frames / car_days,
        "batches_per_car_day": sent.batches / car_days,
        "events_per_car_day": sent.events / car_days,
        "payload_bytes_per_frame": sent.payload_bytes / sent.frames,
        "busiest_hour_share": max(sent.by_hour.values()) / sent.frames,
        **stored,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet_day", description=__doc__)
    parser.add_argument("--cars", type=int, default=40)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    arguments = parser.parse_args()
    figures = asyncio.run(measure(arguments.cars, arguments.days))
    for name, value in figures.items():
        print(f"{name:28} {value:,.3f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
