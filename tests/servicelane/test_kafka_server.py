"""A Kafka of one's own: it says what is missing, and comes back with its data on the same address."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import pytest

from servicelane import kafka_server
from servicelane.doctor import examine
from servicelane.kafka_server import KafkaError, KafkaMissingError, LocalKafka
from servicelane.ports import accepts_connections
from servicelane.stack import LocalStack, StackError, StackOptions
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_topics import TOPICS, ensure_topics
from streaming.settings import StreamKind
from tests.kafka_fixtures import settings_for


async def test_it_keeps_data_and_address_when_it_is_killed_and_started_again(own_kafka: LocalKafka) -> None:
    async with KafkaOffsets(settings_for(own_kafka)) as offsets:
        assert len(await ensure_topics(offsets, settings_for(own_kafka))) == len(TOPICS)
    own_kafka.kill()
    assert not own_kafka.alive
    again = LocalKafka(own_kafka.folder)
    assert again.bootstrap == own_kafka.bootstrap
    again.start()
    try:
        async with KafkaOffsets(settings_for(again)) as offsets:
            assert await ensure_topics(offsets, settings_for(again)) == []
    finally:
        again.stop()
    assert not accepts_connections("127.0.0.1", again.port)


def test_an_identity_that_looks_like_an_option_is_none(
    kafka_programs: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in 64 begins with a hyphen."""
    monkeypatch.setattr(kafka_server.uuid, "uuid4", lambda: UUID(bytes=b"\xfb" * 16))
    broker = LocalKafka(tmp_path)
    broker.start()
    try:
        assert "cluster.id=-" in (tmp_path / "data" / "meta.properties").read_text()
    finally:
        broker.stop()


def test_a_broker_that_cannot_start_shows_the_end_of_its_log(kafka_programs: None, tmp_path: Path) -> None:
    broken = LocalKafka(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text("version=1\n")
    with pytest.raises(KafkaError, match=r"kafka\.log"):
        broken.start()
    assert not broken.alive


async def test_without_java_a_stack_on_kafka_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("STREAMING_KAFKA_BOOTSTRAP", raising=False)
    with pytest.raises(StackError, match="make setup-kafka"):
        async with LocalStack(StackOptions(tmp_path / "data", stream=StreamKind.KAFKA), lambda _words: None):
            pass
    (check,) = [check for check in examine(tmp_path, StreamKind.KAFKA) if check.name == "Kafka"]
    assert "make setup-kafka" in check.advice


def test_an_old_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(KafkaMissingError, match=r"Java 17 or later.*11\.0\.2"):
        kafka_server.find_java()


def test_missing_files_of_the_broker_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_server, "JARS", tmp_path)
    with pytest.raises(KafkaMissingError, match="make setup-kafka"):
        kafka_server.find_jars()


def test_a_kafka_that_is_named_and_does_not_answer_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMING_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    (check,) = [check for check in examine(tmp_path, StreamKind.KAFKA) if check.name == "Kafka"]
    assert "127.0.0.1:1 does not answer" in check.advice
