"""`python -m streaming`: what the stream needs beside its producers and consumers.

retention (the default): deletes now and then what is old and handled, with the owner's rights.
relay: carries what was produced within transactions to Kafka.
topics: creates the topics on Kafka, or says why it cannot.
"""

from __future__ import annotations

import argparse
import sys

import structlog
import uvloop

from database.connection import open_pool
from database.settings import DatabaseSettings
from observability.disk import watch_disk
from observability.logs import configure_logs
from streaming.contract import StreamSetUpError
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_topics import ensure_topics
from streaming.relay import keep_relaying
from streaming.retention import Retention
from streaming.settings import KafkaSettings, StreamingSettings, StreamKind
from streaming.switching import refuse_unfinished
from streaming.worker_process import serving_health, stopped_by_signals

_log = structlog.get_logger(__name__)


async def run(part: str) -> None:
    settings, kafka = StreamingSettings(), KafkaSettings()
    url = DatabaseSettings().database_url
    if part == "relay":
        await keep_relaying(url, kafka, stopped_by_signals())
    elif part == "topics":
        await make_topics(url, kafka)
    else:
        on_kafka = KafkaOffsets(kafka) if settings.kind is StreamKind.KAFKA else None
        await keep_retention(url, settings, on_kafka)


async def keep_retention(url: str, settings: StreamingSettings, on_kafka: KafkaOffsets | None) -> None:
    stopping = stopped_by_signals()
    if settings.disk_folder:
        watch_disk(settings.disk_folder)
    retention = Retention(url, settings, on_kafka)
    async with serving_health(retention=retention.check):
        await retention.run(stopping)


async def make_topics(database_url: str, settings: KafkaSettings) -> None:
    async with open_pool(database_url, maximum=1) as pool, pool.connection() as connection:
        await refuse_unfinished(connection, StreamKind.KAFKA)
    async with KafkaOffsets(settings) as offsets:
        created = await ensure_topics(offsets, settings)
    _log.info("topics", created=created)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m streaming", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="?", choices=("retention", "relay", "topics"), default="retention")
    part = parser.parse_args().part
    configure_logs(f"stream-{part}")
    try:
        uvloop.run(run(part))
    except StreamSetUpError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
