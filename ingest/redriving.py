"""A kept message, judged again by the admission of today. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ingest.admission import Verdict, admit
from ingest.received import Received
from streaming.contract import Record
from telemetry_schema.clock_correction import corrected
from telemetry_schema.content import PROTOBUF
from telemetry_schema.topics import StreamTopic, Up, parse_up_topic, up_topic

_KINDS: Final = {
    StreamTopic.BATCHES: Up.BATCHES,
    StreamTopic.EVENTS: Up.EVENTS,
    StreamTopic.COMMAND_RESULTS: Up.COMMAND_RESULTS,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`record` is None where the message cannot be taken; then `verdict` says why."""

    verdict: Verdict
    record: Record | None

    @property
    def boot_id(self) -> UUID | None:
        answer = self.verdict.acknowledgement
        return answer.boot_id if answer else None

    @property
    def sequence(self) -> int | None:
        answer = self.verdict.acknowledgement
        return answer.sequence or None if answer else None

    @property
    def frames(self) -> int | None:
        """Of a message that could be read and still cannot be taken."""
        return int(self.verdict.record.headers["frames"]) if self.verdict.is_set_aside and self.boot_id else None


def judge_again(kept: Mapping[str, Any], clock_offset_ms: int | None) -> Judgement:
    """`kept` is a row of the quarantine. The identity is the one it came under; nothing here can give it another.

    Raises Refusal where the clock of bytes that cannot be read is to be corrected.
    """
    received = _received(kept)
    topic = parse_up_topic(received.topic)
    if clock_offset_ms is not None and topic is not None:
        payload = corrected(received.payload, received.content_type, topic.kind, clock_offset_ms)
        received = Received(received.topic, payload, PROTOBUF, received.correlation, received.received_at)
    verdict = admit(received)
    if verdict.is_set_aside:
        return Judgement(verdict, None)
    sent = verdict.record
    return Judgement(verdict, Record(sent.topic, sent.key, sent.value, sent.headers, received.received_at))


def _received(kept: Mapping[str, Any]) -> Received:
    """As the broker delivered it; what the writer set aside bears the name of the stream's topic."""
    topic = kept["topic"]
    if topic in _KINDS:
        topic = up_topic(kept["vin"], _KINDS[StreamTopic(topic)])
    named = kept["boot_id"] is not None and kept["sequence"] is not None
    correlation = kept["boot_id"].bytes + kept["sequence"].to_bytes(8, "big") if named else b""
    return Received(topic, bytes(kept["payload"]), kept["content_type"], correlation, kept["received_at"])
