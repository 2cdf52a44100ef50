"""`python -m ingest bridge`, `writer` or `aggregates`: one part of ingest as a process."""

from __future__ import annotations

import argparse
import gc
from typing import Final

import uvloop

from database.connection import open_pool
from database.settings import DatabaseSettings
from ingest import upkeep
from ingest.dead_letter_limit import DeadLetterLimit
from ingest.intake_gate import IntakeGate, Part
from ingest.mqtt_bridge import MqttBridge
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.retention_settings import RetentionSettings
from ingest.settings import IngestSettings
from ingest.telemetry_writer import GROUP, TelemetryWriter
from observability.logs import configure_logs
from streaming.choice import open_stream
from streaming.worker_process import Worker, database_check, run_worker, serving_health, stopped_by_signals

ROLE = "servicelane_ingest"

_OBJECTS_PER_COLLECTION: Final = 50_000
"""New ones, before the garbage collector looks for cycles among them: about a batch, of which little is left."""


async def run_bridge() -> None:
    """Runs until SIGTERM or SIGINT; what is in hand is finished first."""
    stopping = stopped_by_signals()
    gate = make_gate("bridge")
    async with open_pool(DatabaseSettings().database_url, role=ROLE) as pool, open_stream(pool) as stream:
        bridge = MqttBridge(IngestSettings(), stream, gate)
        checks = {"database": database_check(pool), "stream": stream.check, "broker": bridge.check}
        async with serving_health(**checks, dead_letter_limit=gate.check):
            await bridge.run(stopping)


async def run_writer() -> None:
    gate = make_gate("writer")
    settings = IngestSettings()
    worker = Worker(
        ROLE,
        TOPICS,
        GROUP,
        lambda stream: RedriveWriter(TelemetryWriter(stream, gate)).handle,
        settings.records_at_once,
        settings.gather_seconds,
        settings.writer_members,
    )
    await run_worker(worker, dead_letter_limit=gate.check)


async def run_aggregates() -> None:
    """Aggregates and retention, with the rights of DATABASE_URL's user where those of ingest do not suffice."""
    stopping = stopped_by_signals()
    url, settings = DatabaseSettings().database_url, RetentionSettings()
    async with open_pool(url, role=ROLE) as pool, open_stream(pool) as stream:
        keeper = upkeep.Upkeep(pool, url, await upkeep.make_aggregates(pool, url, settings), settings)
        checks = {"database": database_check(pool), "stream": stream.check, "aggregates": keeper.check}
        consumer = stream.consumer(
            upkeep.TOPICS,
            upkeep.GROUP,
            maximum_records=upkeep.RECORDS_AT_ONCE,
            gather_seconds=upkeep.GATHER_SECONDS,
        )
        async with serving_health(**checks):
            await keeper.run(consumer, stopping)


def make_gate(part: Part) -> IntakeGate:
    settings = IngestSettings()
    limit = DeadLetterLimit(settings.dead_letter_cars, settings.dead_letter_share)
    return IntakeGate(DatabaseSettings().database_url, ROLE, part, limit)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    parts = {"bridge": run_bridge, "writer": run_writer, "aggregates": run_aggregates}
    parser.add_argument("part", choices=parts)
    arguments = parser.parse_args()
    configure_logs(f"ingest-{arguments.part}")
    gc.freeze()  # what is loaded stays, and need not be looked through again and again
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    uvloop.run(parts[arguments.part]())


if __name__ == "__main__":
    main()
