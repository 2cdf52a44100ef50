"""`python -m ingest bridge` or `python -m ingest writer`: one part of ingest as a process."""

from __future__ import annotations

import argparse
import asyncio
import signal

from database.connection import open_pool
from database.settings import DatabaseSettings
from ingest.mqtt_bridge import MqttBridge
from ingest.settings import IngestSettings
from ingest.telemetry_writer import GROUP, TOPICS, TelemetryWriter
from observability.logs import configure_logs
from streaming.postgres import PostgresStream


async def run(part: str) -> None:
    """Runs until SIGTERM or SIGINT; what is in hand is finished first."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    settings = IngestSettings()
    async with open_pool(DatabaseSettings().database_url, role="servicelane_ingest") as pool:
        stream = PostgresStream(pool)
        if part == "bridge":
            await MqttBridge(settings, stream).run(stopping)
        else:
            consumer = stream.consumer(TOPICS, GROUP, maximum_records=settings.records_at_once)
            await consumer.run(TelemetryWriter(stream).handle, stopping)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    parser.add_argument("part", choices=("bridge", "writer"))
    arguments = parser.parse_args()
    configure_logs(f"ingest-{arguments.part}")
    asyncio.run(run(arguments.part))


if __name__ == "__main__":
    main()
