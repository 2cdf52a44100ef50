"""What the stream tells of findings becomes an event, beside those of visits and in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from google.protobuf.message import DecodeError

from booking_api.events.store import FindingNews, insert_finding_events
from database.connection import Connection
from streaming.contract import Record
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic

GROUP: Final = "booking-api"
TOPICS: Final = (StreamTopic.FINDINGS,)

_log: Final = structlog.get_logger(__name__)


async def handle(records: Sequence[Record], connection: Connection) -> None:
    """One batch. What cannot be read is passed over: the finding itself stands in its table."""
    await insert_finding_events(connection, [news for record in records if (news := _news(record))])


def _news(record: Record) -> FindingNews | None:
    try:
        finding = wire.Finding.FromString(record.value)
        finding_id = UUID(finding.finding_id)
    except (DecodeError, ValueError) as error:
        _log.warning("finding_unreadable", reason=str(error), appended_at=record.appended_at.isoformat())
        return None
    return FindingNews(record.appended_at, _kind(finding), finding_id, finding.vin, finding.severity)


def _kind(finding: wire.Finding) -> str:
    if finding.severity == 0:
        return "finding.withdrawn"
    return "finding.ended" if finding.HasField("ended_at_ms") else "finding.found"
