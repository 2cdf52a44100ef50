"""Sends records to Kafka, whole batches at a time, each record into the partition of its key.

A record costs a batch's share and not a future of its own: a tenth of the time that sending one by one takes. The
producer is idempotent and waits for every replica in sync, so what it tries again by itself is on the stream once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from streaming.contract import OutgoingRecord, StreamSetUpError, UnusableRecordError
from streaming.kafka_connection import client_options, kafka_errors_translated
from streaming.partitions import PARTITIONS, partition_of
from streaming.settings import KafkaSettings

RECORD_BYTES: Final = 8 * 2**20
"""The largest value. Topics take a little more (`kafka_topics`), for the key, the headers and the batch around it."""

_BATCH_BYTES: Final = 2**19
"""Of a batch of several records; a single record may be larger."""

_SEND_SECONDS: Final = 20.0
"""Then the caller is told that Kafka does not take records. The batches stay with the producer, in their order."""

_CLOSE_SECONDS: Final = 5.0


class _Batch(NamedTuple):
    topic: str
    partition: int
    records: Any  # aiokafka's BatchBuilder


class KafkaProducer:
    """`prefix` stands before each topic's name. Connects at the first send."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._sound_topics: set[str] = set()

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Returns when every record is on every replica in sync. Raises errors of the contract."""
        with kafka_errors_translated():
            async with asyncio.timeout(_SEND_SECONDS):
                producer = await self._started()
                for topic in {record.topic for record in records}:
                    await self._check_topic(producer, topic)
                await self._send(producer, records)

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), _CLOSE_SECONDS)

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **client_options(self._settings), enable_idempotence=True, acks="all", max_batch_size=_BATCH_BYTES
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def _check_topic(self, producer: AIOKafkaProducer, topic: str) -> None:
        if topic in self._sound_topics:
            return
        refuse_other_partitions(topic, len(await producer.partitions_for(self._settings.prefix + topic)))
        self._sound_topics.add(topic)

    async def _send(self, producer: AIOKafkaProducer, records: Sequence[OutgoingRecord]) -> None:
        """A batch follows the one before it in its partition only when that one is kept: a failure leaves no gap."""
        try:
            for batches in _in_rounds(producer, records):
                sent = [
                    await producer.send_batch(
                        batch.records, self._settings.prefix + batch.topic, partition=batch.partition
                    )
                    for batch in batches
                ]
                await asyncio.gather(*sent)
        except KafkaError as error:
            if not error.retriable and not isinstance(error, KafkaTimeoutError):
                await self.close()  # it has lost its place with the broker: only a new one can go on
            raise


def refuse_too_large(records: Iterable[OutgoingRecord]) -> None:
    """Raises UnusableRecordError before anything of the records is produced."""
    for record in records:
        if len(record.value) > RECORD_BYTES:
            raise UnusableRecordError(
                f"A record of {record.topic} has {len(record.value):,} bytes; on Kafka it may have {RECORD_BYTES:,}."
            )


def refuse_other_partitions(topic: str, found: int) -> None:
    """Raises StreamSetUpError where a topic has another number of partitions than keys are shared out among."""
    if found != PARTITIONS:
        raise StreamSetUpError(
            f"Topic {topic} has {found} partitions, Servicelane needs {PARTITIONS}: with another number the order of a "
            "car's records would break. Let its groups finish, delete it and run `python -m streaming topics`, or name "
            "other topics with STREAMING_KAFKA_PREFIX."
        )


def _in_rounds(producer: AIOKafkaProducer, records: Iterable[OutgoingRecord]) -> Iterator[list[_Batch]]:
    """The first batch of each partition, then the second of each, …: mostly one round."""
    by_partition: dict[tuple[str, int], list[_Batch]] = {}
    for record in records:
        place = (record.topic, partition_of(record.key))
        batches = by_partition.get(place)
        if batches is None:
            batches = by_partition[place] = [_Batch(*place, producer.create_batch())]
        if not _append(batches[-1], record):
            batches.append(_Batch(*place, producer.create_batch()))
            _append(batches[-1], record)
    for batches in by_partition.values():
        for batch in batches:
            batch.records.close()
    for round_ in zip_longest(*by_partition.values()):
        yield [batch for batch in round_ if batch is not None]


def _append(batch: _Batch, record: OutgoingRecord) -> bool:
    """False where the batch is full. The first record always fits."""
    headers = [(name, text.encode()) for name, text in record.headers.items()]
    appended = batch.records.append(timestamp=None, key=record.key.encode(), value=record.value, headers=headers)
    return appended is not None
