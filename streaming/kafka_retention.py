"""Deletes from Kafka what is old and handled, by the rule of `retention`: never what a group has still to handle.

A group is one that has committed an offset. Brokers forget the offsets of a group without members after
`offsets.retention.minutes`, so that has to be longer than a worker may ever be away (deploy/kafka).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from observability import metrics
from streaming.kafka_connection import kafka_errors_translated
from streaming.kafka_offsets import KafkaOffsets


async def delete_old_kafka_records(offsets: KafkaOffsets, before: datetime) -> int:
    """Deletes handled records appended before `before` and returns how many."""
    with kafka_errors_translated():
        reached = slowest([await offsets.committed(group) for group in await offsets.groups()])
        if not reached:
            return 0
        young = await offsets.appended_since(reached, int(before.timestamp() * 1000))
        begins = await offsets.begins(reached)
        ends = {place: min(offset, young[place]) for place, offset in reached.items()}
        deleted = {place: end - begins[place] for place, end in ends.items() if end > begins[place]}
        if deleted:
            admin = await offsets.admin()
            await admin.delete_records({place: RecordsToDelete(ends[place]) for place in deleted})
    for place, records in deleted.items():
        metrics.STREAM_DELETED.labels(topic=place.topic).inc(records)
    return sum(deleted.values())


def slowest(committed: Iterable[Mapping[TopicPartition, int]]) -> dict[TopicPartition, int]:
    """How far the slowest of the groups has come in each partition that any of them reads."""
    reached: dict[TopicPartition, int] = {}
    for offsets in committed:
        for place, offset in offsets.items():
            reached[place] = min(offset, reached.get(place, offset))
    return reached
