"""A real Kafka broker for tests, one for the whole run; each test has topics and groups of its own by a prefix."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from servicelane.kafka_server import KafkaMissingError, LocalKafka, find_jars, find_java
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_topics import TOPICS, ensure_topics
from streaming.settings import KafkaSettings


@pytest.fixture(scope="session")
def kafka_programs() -> None:
    """Skips where there is no Java or no broker, and says why; in CI that is a failure."""
    try:
        find_java()
        find_jars()
    except KafkaMissingError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def kafka_server(kafka_programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """For every test that lets it live."""
    with_broker = LocalKafka(tmp_path_factory.mktemp("kafka"))
    with_broker.start()
    yield with_broker
    with_broker.kill()


@pytest.fixture
def own_kafka(kafka_programs: None, tmp_path: Path) -> Iterator[LocalKafka]:
    """For a test that kills it."""
    own = LocalKafka(tmp_path / "kafka")
    own.start()
    yield own
    own.kill()


@pytest.fixture
def kafka_settings(kafka_server: LocalKafka) -> KafkaSettings:
    return settings_for(kafka_server, prefix=f"test-{uuid.uuid4().hex[:8]}.")


def settings_for(kafka: LocalKafka, prefix: str = "") -> KafkaSettings:
    """Members hear of one another quickly, so that tests need not wait."""
    return KafkaSettings(
        bootstrap=kafka.bootstrap, prefix=prefix, replication=1, heartbeat_seconds=0.1, session_seconds=4.0
    )


@asynccontextmanager
async def topics_made(settings: KafkaSettings, topics: Iterable[str] = TOPICS) -> AsyncIterator[None]:
    """The topics while the block runs."""
    async with KafkaOffsets(settings) as offsets:
        made = await ensure_topics(offsets, settings, topics)
        yield
        await (await offsets.admin()).delete_topics(made)
