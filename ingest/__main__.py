"""`python -m ingest bridge` or `python -m ingest writer`: one part of ingest as a process."""

from __future__ import annotations

import argparse
import asyncio

from database.connection import open_pool
from database.settings import DatabaseSettings
from ingest.dead_letter_limit import DeadLetterLimit
from ingest.intake_gate import IntakeGate, Part
from ingest.mqtt_bridge import MqttBridge
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.settings import IngestSettings
from ingest.telemetry_writer import GROUP, TelemetryWriter
from observability.expiry import watch_expiry
from observability.logs import configure_logs
from streaming.choice import open_stream
from streaming.worker_process import Worker, database_check, run_worker, serving_health, stopped_by_signals

ROLE = "servicelane_ingest"


async def run_bridge() -> None:
    """Runs until SIGTERM or SIGINT; what is in hand is finished first."""
    stopping = stopped_by_signals()
    gate = make_gate("bridge")
    watch_expiry(IngestSettings().watched_files)
    async with open_pool(DatabaseSettings().database_url, role=ROLE) as pool, open_stream(pool) as stream:
        bridge = MqttBridge(IngestSettings(), stream, gate)
        checks = {"database": database_check(pool), "stream": stream.check, "broker": bridge.check}
        async with serving_health(**checks, dead_letter_limit=gate.check):
            await bridge.run(stopping)


async def run_writer() -> None:
    gate = make_gate("writer")
    records_at_once = IngestSettings().records_at_once
    worker = Worker(
        ROLE, TOPICS, GROUP, lambda stream: RedriveWriter(TelemetryWriter(stream, gate)).handle, records_at_once
    )
    await run_worker(worker, dead_letter_limit=gate.check)


def make_gate(part: Part) -> IntakeGate:
    settings = IngestSettings()
    limit = DeadLetterLimit(settings.dead_letter_cars, settings.dead_letter_share)
    return IntakeGate(DatabaseSettings().database_url, ROLE, part, limit)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    parser.add_argument("part", choices=("bridge", "writer"))
    arguments = parser.parse_args()
    configure_logs(f"ingest-{arguments.part}")
    asyncio.run(run_bridge() if arguments.part == "bridge" else run_writer())


if __name__ == "__main__":
    main()
