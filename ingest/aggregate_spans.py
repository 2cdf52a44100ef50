"""Which buckets of the aggregates a stored frame touches. Pure; spans are half open, `to_at` not included."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from streaming.contract import Record

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one car's time."""

    vehicle_id: int
    from_at: datetime
    to_at: datetime

    def widened(self, bucket: timedelta) -> Span:
        """To whole buckets, counted from 1970 in UTC as `date_bin` does."""
        ends_at = bucket_start(self.to_at, bucket)
        return Span(
            self.vehicle_id, bucket_start(self.from_at, bucket), ends_at if ends_at == self.to_at else ends_at + bucket
        )


def bucket_start(instant: datetime, bucket: timedelta) -> datetime:
    return instant - (instant - _EPOCH) % bucket


def touched_minutes(records: Iterable[Record]) -> list[Span]:
    """From notices on `telemetry.stored.v1`, each span once. What is no notice of samples touches nothing."""
    return sorted({span for record in records for span in _span_of(record)})


def _span_of(record: Record) -> Iterator[Span]:
    notice = json.loads(record.value)
    if "samples" in notice["kinds"]:
        newest_at = _EPOCH + timedelta(milliseconds=notice["to_ms"])
        span = Span(notice["vehicle_id"], _EPOCH + timedelta(milliseconds=notice["from_ms"]), newest_at)
        yield Span(span.vehicle_id, bucket_start(span.from_at, MINUTE), bucket_start(newest_at, MINUTE) + MINUTE)


def before(spans: Iterable[Span], instant: datetime) -> list[Span]:
    """What of the spans lies before an instant."""
    return [Span(one.vehicle_id, one.from_at, min(one.to_at, instant)) for one in spans if one.from_at < instant]


def since(spans: Iterable[Span], instant: datetime) -> list[Span]:
    """What of the spans lies at or after an instant."""
    return [Span(one.vehicle_id, max(one.from_at, instant), one.to_at) for one in spans if one.to_at > instant]
