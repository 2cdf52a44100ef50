"""Every topic of the stream on Kafka: partitions, replicas, retention, compaction (`python -m streaming topics`).

* As many partitions as keys are shared out among (`partitions`), and no other number ever.
* Nothing is compacted. The key is the VIN, and no record stands for the ones before it: compaction would keep one
  batch of each car.
* No retention by time or size: Kafka would delete what a group has not handled yet. `kafka_retention` deletes what is
  old and handled, by the same rule as on PostgreSQL.
* `appended_at` is the broker's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from streaming.contract import StreamSetUpError
from streaming.kafka_connection import kafka_errors_translated
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_producer import RECORD_BYTES, refuse_other_partitions
from streaming.partitions import PARTITIONS
from streaming.settings import KafkaSettings
from telemetry_schema.topics import StreamTopic

TOPICS: Final = tuple(StreamTopic)

SETTINGS: Final[Mapping[str, str]] = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "segment.bytes": str(256 * 2**20),  # what retention frees goes segment by segment
    "segment.ms": str(24 * 3600 * 1000),
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": str(RECORD_BYTES + 2**16),
}


async def ensure_topics(offsets: KafkaOffsets, settings: KafkaSettings, topics: Iterable[str] = TOPICS) -> list[str]:
    """Creates what is missing and returns its names when they are ready. Raises StreamSetUpError, saying what to do."""
    admin = await offsets.admin()
    wanted = [settings.prefix + topic for topic in topics]
    with kafka_errors_translated():
        known = {found["topic"]: len(found["partitions"]) for found in await admin.describe_topics() if found}
        for name in wanted:
            if name in known:
                refuse_other_partitions(name, known[name])
        missing = [name for name in wanted if name not in known]
        if not missing:
            return []
        answer = await admin.create_topics([_new(name, settings.replication) for name in missing])
        created = _created(answer, settings)
        await offsets.ends(TopicPartition(name, number) for name in missing for number in range(PARTITIONS))
    return created


def _new(name: str, replication: int) -> NewTopic:
    in_sync = str(max(replication - 1, 1))
    return NewTopic(name, PARTITIONS, replication, topic_configs={**SETTINGS, "min.insync.replicas": in_sync})


def _created(answer: Any, settings: KafkaSettings) -> list[str]:
    created = []
    for topic, code, *more in answer.topic_errors:
        error = for_code(code)
        if not code:
            created.append(topic)
        elif error is not TopicAlreadyExistsError:  # another process was faster
            words = next((word for word in more if word), error.__name__)
            raise StreamSetUpError(
                f"Kafka does not create topic {topic}: {words} Each record is to be kept {settings.replication} times "
                "(STREAMING_KAFKA_REPLICATION); a single broker can keep it once."
            )
    return created
