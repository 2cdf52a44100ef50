"""What was set aside, and the request to drive it again. For operators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from booking_api import error_texts, store
from booking_api.errors import NotFoundError
from booking_api.languages import Text
from database.connection import Connection
from streaming.contract import OutgoingRecord, Stream
from telemetry_schema.description import describe
from telemetry_schema.redrives import MAXIMUM_MESSAGES, RedriveRequest, encode_redrive
from telemetry_schema.refusal_advice import advice
from telemetry_schema.topics import StreamTopic, Up, parse_up_topic

_KINDS: Final = {
    StreamTopic.BATCHES: Up.BATCHES,
    StreamTopic.EVENTS: Up.EVENTS,
    StreamTopic.COMMAND_RESULTS: Up.COMMAND_RESULTS,
}
_NEVER: Final[dict[str, Text]] = {
    "refused": {"en": "it claims another car", "zh": "该消息声称属于另一辆车"},
    "stored": {"en": "its frames are stored; only single values were set aside", "zh": "数据已存储，仅剔除了个别数值"},
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is to be listed. `waiting`: only what may still be driven again."""

    vin: str | None = None
    reason: str | None = None
    since: datetime | None = None
    waiting: bool = True
    before_id: int | None = None
    maximum: int = 100


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """`decoded` is what can be read of it today, without values; `advice` what to do."""

    row: store.Row
    decoded: dict[str, Any]
    advice: Text


@dataclass(frozen=True, slots=True)
class Requested:
    """`passed_over`: why some of the named messages are not driven again, by number."""

    quarantine_ids: tuple[int, ...]
    passed_over: dict[int, Text]


async def kept_messages(connection: Connection, wanted: Filter) -> list[store.Row]:
    """The latest first."""
    return await store.fetch_quarantine(
        connection,
        vin=wanted.vin,
        reason=wanted.reason,
        since=wanted.since,
        waiting=wanted.waiting,
        before_id=wanted.before_id,
        maximum=wanted.maximum,
    )


async def kept_message(connection: Connection, quarantine_id: int) -> KeptMessage:
    """Raises NotFoundError."""
    rows = await store.fetch_quarantine(connection, quarantine_ids=[quarantine_id], maximum=1)
    if not rows:
        raise NotFoundError(error_texts.NO_MESSAGE)
    payload = await store.fetch_payload(connection, quarantine_id)
    decoded = describe(payload, rows[0]["content_type"], _kind(rows[0]["topic"]))
    return KeptMessage(rows[0], decoded, advice(rows[0]["reason"]))


async def request_redrive(
    connection: Connection,
    stream: Stream,
    quarantine_ids: Sequence[int],
    requested_by: str,
    clock_offset_ms: int | None = None,
) -> Requested:
    """Asks ingest to take these through its admission again; joins the connection's transaction where it can."""
    cars: defaultdict[str, list[int]] = defaultdict(list)
    passed_over: dict[int, Text] = {}
    numbers = list(dict.fromkeys(quarantine_ids))
    rows = await store.fetch_quarantine(connection, quarantine_ids=numbers, maximum=len(numbers))
    known = {row["quarantine_id"]: row for row in rows}
    for number in numbers:
        if why := _why_not(known.get(number)):
            passed_over[number] = why
        else:
            cars[known[number]["vin"] or ""].append(number)
    await stream.produce(
        [
            OutgoingRecord(StreamTopic.REDRIVE, vin, encode_redrive(RedriveRequest(ids, requested_by, clock_offset_ms)))
            for vin, of_car in cars.items()
            for ids in _portions(of_car)
        ],
        connection,
    )
    return Requested(tuple(number for of_car in cars.values() for number in of_car), passed_over)


def _why_not(row: store.Row | None) -> Text | None:
    if row is None:
        return {"en": "there is no such message", "zh": "没有该消息"}
    if row["redriven_at"] is not None:
        return {"en": "it was driven again already", "zh": "该消息已重新投递"}
    return _NEVER.get(row["disposition"])


def _portions(numbers: Sequence[int]) -> list[tuple[int, ...]]:
    return [tuple(numbers[start : start + MAXIMUM_MESSAGES]) for start in range(0, len(numbers), MAXIMUM_MESSAGES)]


def _kind(topic: str) -> Up | None:
    if topic in _KINDS:
        return _KINDS[StreamTopic(topic)]
    found = parse_up_topic(topic)
    return found.kind if found else None
