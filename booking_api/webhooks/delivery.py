"""Deliveries that are due are sent: taken in one transaction, sent outside of any, settled in another.

At least once: a process that dies in between leaves a delivery that is due again a minute later, with the same id.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx

from booking_api.events.cursors import Cursor
from booking_api.webhooks import store
from booking_api.webhooks.addresses import is_reachable_place
from booking_api.webhooks.retrying import next_attempt
from database.connection import Pool
from telemetry_schema.webhook_signature import secret_bytes, signed_headers

AT_ONCE: Final = 10
TIMEOUT_SECONDS: Final = 10.0
_LENT_FOR: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`problem` None: taken by the receiver. `status`: what it answered, if anything."""

    status: int | None
    problem: str | None


async def deliver_due(pool: Pool, client: httpx.AsyncClient, now: datetime, *, private: bool) -> int:
    """As many as were tried."""
    async with pool.connection() as connection:
        due = await store.take_deliveries(connection, now, now + _LENT_FOR, AT_ONCE)
    outcomes = await asyncio.gather(*(_send(client, row, now, private=private) for row in due))
    async with pool.connection() as connection:
        for row, outcome in zip(due, outcomes, strict=True):
            await store.settle_delivery(
                connection,
                row["delivery_id"],
                delivered_at=None if outcome.problem else now,
                next_attempt_at=next_attempt(row["attempts"], now) if outcome.problem else None,
                last_status=outcome.status,
                last_problem=outcome.problem,
            )
    return len(due)


def body_of(row: store.Row) -> bytes:
    """No name, no VIN: whoever may know more reads the booking with a token."""
    cursor = Cursor(int(row["transaction_id"]), row["event_id"])
    said = {name: str(row[name]) for name in ("kind", "booking_id", "workshop_id")}
    said |= {"event_id": str(cursor), "occurred_at": row["occurred_at"].isoformat()}
    return json.dumps({**said, **row["data"]}, sort_keys=True).encode()


async def _send(client: httpx.AsyncClient, row: store.Row, now: datetime, *, private: bool) -> Outcome:
    if not await is_reachable_place(row["url"], private=private):
        return Outcome(None, "the name stands for no address of the public internet")
    body = body_of(row)
    headers = signed_headers(secret_bytes(row["secret"]), f"event_{row['event_id']}", body, int(now.timestamp()))
    headers["content-type"] = "application/json"
    try:
        async with client.stream("POST", row["url"], content=body, headers=headers) as answer:
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Outcome(None, type(error).__name__)
    return Outcome(status, None if 200 <= status < 300 else f"the receiver answered {status}")
