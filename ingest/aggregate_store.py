"""What is touched and waits (`telemetry.touched`), and the aggregates that are made anew from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from database.connection import Connection
from database.queries import Queries
from ingest.aggregate_spans import Span

_queries: Final = Queries(Path(__file__).parent / "queries")
_timescale: Final = Queries(Path(__file__).parent / "queries" / "timescale")


async def touch_spans(connection: Connection, step: str, spans: Sequence[Span], due_at: datetime) -> None:
    if spans:
        await _queries.run(connection, "touch_spans", step=step, due_at=due_at, **_arrays(spans))


async def take_touched(connection: Connection, step: str, now: datetime, days: int, samples: int) -> list[Span]:
    """Removes and returns what is due, of so many days of cars, and for minutes of about so many samples."""
    if step == "minute":
        rows = await _queries.all(connection, "take_touched_minutes", now=now, days=days, samples=samples)
    else:
        rows = await _queries.all(connection, "take_touched", step=step, now=now, days=days)
    return [Span(row["vehicle_id"], row["from_at"], row["to_at"]) for row in rows]


async def count_touched(connection: Connection) -> dict[str, int]:
    """Days of cars that wait, by step."""
    return {row["step"]: row["days"] for row in await _queries.all(connection, "count_touched")}


async def refresh_aggregates(connection: Connection, step: str, spans: Sequence[Span]) -> None:
    """Plain PostgreSQL. The spans are whole buckets and do not overlap."""
    if spans:
        await _queries.all(connection, "refresh_aggregates", step=step, **_arrays(spans))


async def fetch_touched_day(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """What is due on the oldest day of which something is due: vehicle_id, day_at, touched_at."""
    return await _queries.all(connection, "fetch_touched_day", now=now)


async def forget_touched(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """What was fetched, as far as it was not touched again."""
    names = ("vehicle_id", "day_at", "touched_at")
    await _queries.run(connection, "forget_touched", **{f"{name}s": [row[name] for row in rows] for name in names})


async def fetch_groups(connection: Connection) -> list[str]:
    return [row["group_name"] for row in await _queries.all(connection, "fetch_aggregate_groups")]


async def refresh_continuous_aggregate(connection: Connection, name: str, from_at: datetime, to_at: datetime) -> None:
    """TimescaleDB; outside of a transaction, by the owner."""
    await _timescale.run(connection, "refresh_continuous_aggregate", name=name, from_at=from_at, to_at=to_at)


def _arrays(spans: Sequence[Span]) -> dict[str, list[Any]]:
    return {
        "vehicle_ids": [span.vehicle_id for span in spans],
        "from_ats": [span.from_at for span in spans],
        "to_ats": [span.to_at for span in spans],
    }
