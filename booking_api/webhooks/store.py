"""Webhooks and their deliveries, in the schema `booking`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from database.connection import Connection
from database.queries import Queries

Row = dict[str, Any]

_queries: Final = Queries(Path(__file__).parents[1] / "queries")


class Subscriber(NamedTuple):
    """`side`: workshop or fleet."""

    organisation_id: str
    side: str


async def insert_webhook(
    connection: Connection,
    webhook_id: UUID,
    subscriber: Subscriber,
    url: str,
    secret: str,
    kinds: Sequence[str],
    now: datetime,
) -> None:
    words = {"webhook_id": webhook_id, "url": url, "secret": secret, "kinds": list(kinds), "now": now}
    await _queries.run(connection, "insert_webhook", **words, **subscriber._asdict())


async def fetch_webhooks(connection: Connection, subscriber: Subscriber, webhook_id: UUID | None = None) -> list[Row]:
    return await _queries.all(connection, "fetch_webhooks", webhook_id=webhook_id, **subscriber._asdict())


async def end_webhook(connection: Connection, webhook_id: UUID, now: datetime) -> None:
    await _queries.run(connection, "end_webhook", webhook_id=webhook_id, now=now)


async def fetch_deliveries(
    connection: Connection, webhook_id: UUID, maximum: int, before_id: int | None = None, delivery_id: int | None = None
) -> list[Row]:
    """The latest first."""
    words = {"before_id": before_id, "delivery_id": delivery_id, "maximum": maximum}
    return await _queries.all(connection, "fetch_deliveries", webhook_id=webhook_id, **words)


async def send_again(connection: Connection, webhook_id: UUID, delivery_id: int, now: datetime) -> None:
    await _queries.run(connection, "send_delivery_again", webhook_id=webhook_id, delivery_id=delivery_id, now=now)


async def take_deliveries(connection: Connection, now: datetime, again_at: datetime, maximum: int) -> list[Row]:
    """With the webhook's `url` and `secret` and the event's fields."""
    return await _queries.all(connection, "take_deliveries", now=now, again_at=again_at, maximum=maximum)


async def settle_delivery(
    connection: Connection,
    delivery_id: int,
    *,
    delivered_at: datetime | None,
    next_attempt_at: datetime | None,
    last_status: int | None,
    last_problem: str | None,
) -> None:
    await _queries.run(
        connection,
        "settle_delivery",
        delivery_id=delivery_id,
        delivered_at=delivered_at,
        next_attempt_at=next_attempt_at,
        last_status=last_status,
        last_problem=last_problem,
    )
