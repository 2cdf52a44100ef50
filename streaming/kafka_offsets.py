"""How far groups have come on Kafka, seen from outside of any group."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streaming.kafka_connection import client_options, kafka_errors_translated
from streaming.partitions import PARTITIONS
from streaming.settings import KafkaSettings

Offsets = Mapping[TopicPartition, int]
_CLOSE_SECONDS: Final = 5.0


class KafkaOffsets:
    """Connects at the first question. Names come and go without the settings' prefix."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._clients: tuple[AIOKafkaAdminClient, AIOKafkaConsumer] | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def admin(self) -> AIOKafkaAdminClient:
        return (await self._connected())[0]

    async def lag_by_topic(self, group: str, topics: Sequence[str]) -> dict[str, int]:
        """What the group has not handled of each topic; all that is kept, where it has not begun."""
        with kafka_errors_translated():
            committed = await self.committed(group)
            places = [TopicPartition(self._settings.prefix + topic, n) for topic in topics for n in range(PARTITIONS)]
            begins, ends = await self.begins(places), await self.ends(places)
        reached = {place: max(committed.get(place, 0), begins[place]) for place in places}
        by_topic: dict[str, int] = defaultdict(int)
        for place, records in _ahead(reached, ends).items():
            by_topic[place.topic.removeprefix(self._settings.prefix)] += records
        return dict(by_topic)

    async def lags(self) -> dict[str, int]:
        """What each group that has ever begun has not handled yet."""
        with kafka_errors_translated():
            committed = {group: await self.committed(group) for group in await self.groups()}
            begun = {group: places for group, places in committed.items() if places}
            ends = await self.ends({place for places in begun.values() for place in places})
        return {group: sum(_ahead(places, ends).values()) for group, places in begun.items()}

    async def groups(self) -> list[str]:
        prefix = self._settings.prefix
        names = sorted(name for name, *_ in await (await self.admin()).list_consumer_groups())
        return [name.removeprefix(prefix) for name in names if name.startswith(prefix)]

    async def committed(self, group: str) -> dict[TopicPartition, int]:
        """The next offset of each partition that the group has begun, of our topics."""
        found = await (await self.admin()).list_consumer_group_offsets(self._settings.prefix + group)
        ours = {place: at.offset for place, at in found.items() if place.topic.startswith(self._settings.prefix)}
        return {place: offset for place, offset in ours.items() if offset >= 0}

    async def begins(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        _, reader = await self._connected()
        return dict(await reader.beginning_offsets(list(partitions)))

    async def ends(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        _, reader = await self._connected()
        return dict(await reader.end_offsets(list(partitions)))

    async def appended_since(self, partitions: Iterable[TopicPartition], unix_ms: int) -> dict[TopicPartition, int]:
        """The first offset appended at that instant or later; where there is none, the end."""
        _, reader = await self._connected()
        places = list(partitions)
        ends = await self.ends(places)
        found = await reader.offsets_for_times(dict.fromkeys(places, unix_ms))
        return {place: at.offset if (at := found.get(place)) else ends[place] for place in places}

    async def check(self) -> None:
        """Raises an error of the contract where no broker answers."""
        with kafka_errors_translated():
            await self.groups()

    async def close(self) -> None:
        clients, self._clients = self._clients, None
        if clients is not None:
            with contextlib.suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await clients[1].stop()
                    await clients[0].close()

    async def _connected(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        async with self._starting:
            if self._clients is None:
                options = client_options(self._settings)
                admin, reader = AIOKafkaAdminClient(**options), AIOKafkaConsumer(**options)
                try:
                    await admin.start()
                    await reader.start()
                except BaseException:
                    await reader.stop()
                    await admin.close()
                    raise
                self._clients = admin, reader
            return self._clients


def _ahead(places: Offsets, ends: Offsets) -> dict[TopicPartition, int]:
    return {place: max(ends[place] - offset, 0) for place, offset in places.items()}
