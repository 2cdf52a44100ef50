"""Keeps the aggregates true to what is stored: by minute, hour and day.

Notices on `telemetry.stored.v1` say what is new. What they touch is noted in `telemetry.touched` and made anew from the
stored rows when it is due, so that repeats, late rows and their order cannot change the result.

* Plain PostgreSQL: minutes from samples, hours from minutes, days from hours, a little at a time, because a transaction
  that writes for long holds the readers of the stream back.
* TimescaleDB: its own policies refresh the last days; what came later than they look back is refreshed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from database.connection import Connection, Pool, connect
from ingest import aggregate_store as store
from ingest.aggregate_spans import DAY, HOUR, MINUTE, Span, before, bucket_start, since, touched_minutes
from observability.metrics import AGGREGATES_REFRESHED, AGGREGATES_TOO_OLD
from streaming.contract import Record


@dataclass(frozen=True, slots=True)
class Step:
    """`days_at_once` days of cars are made anew in one transaction."""

    name: str
    bucket: timedelta
    days_at_once: int
    waits: timedelta
    """From the first touch; what is touched again meanwhile is made anew once."""


STEPS: Final = (
    Step("minute", MINUTE, 60, timedelta(seconds=90)),
    Step("hour", HOUR, 20, timedelta(minutes=10)),
    Step("day", DAY, 200, timedelta(hours=1)),
)
"""A minute is made when it is over for 90 s: by then the batch of 60 frames that ends it has usually arrived."""

SAMPLES_AT_ONCE: Final = 6_000
"""With the days: what one transaction takes on, so that it is short."""

POLICIES_LOOK_BACK: Final = timedelta(days=3)
"""The least of what `telemetry.create_continuous_aggregate` gives them."""

_LATE_WAITS: Final = timedelta(minutes=10)
_MARGIN: Final = timedelta(days=2)
"""At the edge of retention a day may be deleted in part, by whole chunks and at another moment."""

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Aggregates(Protocol):
    async def note(self, records: Sequence[Record], connection: Connection, now: datetime) -> None:
        """Notes what the notices touch, in the transaction of their offsets."""

    async def refresh(self, now: datetime) -> int:
        """Makes some of what is due anew, in short transactions; 0 where nothing was due."""


@dataclass(frozen=True, slots=True)
class PlainAggregates:
    """Tables. Samples are kept for `samples_kept`; None: for ever."""

    pool: Pool
    samples_kept: timedelta | None = None

    async def note(self, records: Sequence[Record], connection: Connection, now: datetime) -> None:
        await store.touch_spans(connection, "minute", touched_minutes(records), now + STEPS[0].waits)

    async def refresh(self, now: datetime) -> int:
        return sum([await self._refresh_step(number, now) for number in range(len(STEPS))])

    async def _refresh_step(self, number: int, now: datetime) -> int:
        step = STEPS[number]
        async with self.pool.connection() as connection:
            taken = await store.take_touched(connection, step.name, now, step.days_at_once, SAMPLES_AT_ONCE)
            done = self._kept(await self._put_back_what_is_not_over(connection, step, taken, now), now)
            await store.refresh_aggregates(connection, step.name, done)
            for coarser in STEPS[number + 1 : number + 2]:
                await _touch_coarser(connection, coarser, done, now)
        AGGREGATES_REFRESHED.labels(step=step.name).inc(len(done))
        return len(taken)

    async def _put_back_what_is_not_over(
        self, connection: Connection, step: Step, taken: Sequence[Span], now: datetime
    ) -> Sequence[Span]:
        """Minutes show when they are over, hours and days as far as they have come."""
        if step.bucket != MINUTE:
            return taken
        over_at = bucket_start(now - step.waits, MINUTE)
        await store.touch_spans(connection, step.name, since(taken, over_at), now + step.waits)
        return before(taken, over_at)

    def _kept(self, spans: Sequence[Span], now: datetime) -> list[Span]:
        kept = since(spans, kept_from(self.samples_kept, now))
        AGGREGATES_TOO_OLD.inc(len(spans) - len(kept))
        return kept


async def _touch_coarser(connection: Connection, coarser: Step, spans: Sequence[Span], now: datetime) -> None:
    wider = sorted({span.widened(coarser.bucket) for span in spans})
    await store.touch_spans(connection, coarser.name, wider, now + coarser.waits)


@dataclass(frozen=True, slots=True)
class TimescaleAggregates:
    """Continuous aggregates, which only their owner (the user of `owner_url`) may refresh."""

    pool: Pool
    owner_url: str
    samples_kept: timedelta | None = None

    async def note(self, records: Sequence[Record], connection: Connection, now: datetime) -> None:
        late = before(touched_minutes(records), bucket_start(now - POLICIES_LOOK_BACK, DAY) + DAY)
        await store.touch_spans(connection, "minute", late, now + _LATE_WAITS)

    async def refresh(self, now: datetime) -> int:
        """One day. If it is touched again meanwhile, it stays noted."""
        async with self.pool.connection() as connection:
            groups = await store.fetch_groups(connection)
            rows = await store.fetch_touched_day(connection, now)
        if not rows:
            return 0
        day_at = rows[0]["day_at"]
        if day_at >= kept_from(self.samples_kept, now):
            await self._refresh_day(day_at, groups)
            AGGREGATES_REFRESHED.labels(step="day").inc()
        else:
            AGGREGATES_TOO_OLD.inc(len(rows))
        async with self.pool.connection() as connection:
            await store.forget_touched(connection, rows)
        return len(rows)

    async def _refresh_day(self, day_at: datetime, groups: Sequence[str]) -> None:
        async with await connect(self.owner_url, autocommit=True) as owner:
            for step in STEPS:
                for group in groups:
                    name = f"telemetry.{group}_by_{step.name}"
                    await store.refresh_continuous_aggregate(owner, name, day_at, day_at + DAY)


def kept_from(samples_kept: timedelta | None, now: datetime) -> datetime:
    """Before this, retention may have deleted samples, so that their aggregates must stay as they are."""
    return _BEGINNING if samples_kept is None else bucket_start(now - samples_kept, DAY) + _MARGIN
