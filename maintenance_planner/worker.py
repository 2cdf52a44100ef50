"""Plans a car again when something of it was stored or found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from database.connection import Connection
from maintenance_planner import service
from maintenance_planner.models import Touched
from streaming.contract import Record
from telemetry_schema.topics import StreamTopic

GROUP: Final = "maintenance-planner"
TOPICS: Final = (StreamTopic.STORED, StreamTopic.FINDINGS)
RECORDS_AT_ONCE: Final = 10_000
"""Each car of a batch is planned once, so large batches cost less."""

GATHER_SECONDS: Final = 0.5
"""Nothing is due by the second, and a car that is just sending is planned once for many notices."""


async def handle(records: Sequence[Record], connection: Connection) -> None:
    """One batch of records of one topic. What they say is read from the tables, so their order does not matter."""
    touched: dict[str, Touched | None] = {}
    for record in records:
        if record.topic == StreamTopic.FINDINGS:
            touched[record.key] = None
        else:
            touched[record.key] = _joined(touched.get(record.key), _span(record))
    await service.plan_touched(connection, touched)


def _span(record: Record) -> Touched:
    notice = json.loads(record.value)
    return Touched(_instant(notice["from_ms"]), _instant(notice["to_ms"]))


def _joined(known: Touched | None, fresh: Touched) -> Touched:
    if known is None:
        return fresh
    return Touched(min(known.from_at, fresh.from_at), max(known.to_at, fresh.to_at))


def _instant(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC)
