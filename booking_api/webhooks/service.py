"""Webhooks of an organisation: made, listed, ended; their deliveries read and sent again.

The caller owns the transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from booking_api import error_texts
from booking_api.access import Access
from booking_api.errors import NotFoundError, TooManyWebhooksError, UnusableAddressError
from booking_api.webhooks import store
from booking_api.webhooks.addresses import is_usable
from booking_api.webhooks.store import Subscriber
from database.connection import Connection
from telemetry_schema.webhook_signature import SECRET_BYTES, secret_text

MOST = 10


@dataclass(frozen=True, slots=True)
class Made:
    """`secret` is told this once."""

    row: store.Row
    secret: str


async def subscribe(connection: Connection, access: Access, url: str, kinds: Sequence[str], *, private: bool) -> Made:
    """Of every event from now on. Raises UnusableAddressError and TooManyWebhooksError."""
    if not is_usable(url, private=private):
        raise UnusableAddressError(error_texts.NO_PLACE)
    subscriber = _subscriber(access)
    if len(await store.fetch_webhooks(connection, subscriber)) >= MOST:
        raise TooManyWebhooksError(error_texts.TOO_MANY_WEBHOOKS)
    webhook_id, secret = uuid4(), secret_text(secrets.token_bytes(SECRET_BYTES))
    await store.insert_webhook(connection, webhook_id, subscriber, url, secret, sorted(set(kinds)), access.now)
    return Made(await find(connection, access, webhook_id), secret)


async def webhooks(connection: Connection, access: Access) -> list[store.Row]:
    return await store.fetch_webhooks(connection, _subscriber(access))


async def find(connection: Connection, access: Access, webhook_id: UUID) -> store.Row:
    """Raises NotFoundError."""
    found = await store.fetch_webhooks(connection, _subscriber(access), webhook_id)
    if not found:
        raise NotFoundError(error_texts.NO_WEBHOOK)
    return found[0]


async def end(connection: Connection, access: Access, webhook_id: UUID) -> None:
    """Raises NotFoundError."""
    await find(connection, access, webhook_id)
    await store.end_webhook(connection, webhook_id, access.now)


async def deliveries(
    connection: Connection, access: Access, webhook_id: UUID, before_id: int | None, maximum: int
) -> list[store.Row]:
    """The latest first. Raises NotFoundError."""
    await find(connection, access, webhook_id)
    return await store.fetch_deliveries(connection, webhook_id, maximum, before_id)


async def send_again(connection: Connection, access: Access, webhook_id: UUID, delivery_id: int) -> store.Row:
    """Whatever has become of it. Raises NotFoundError."""
    await find(connection, access, webhook_id)
    await store.send_again(connection, webhook_id, delivery_id, access.now)
    found = await store.fetch_deliveries(connection, webhook_id, 1, delivery_id=delivery_id)
    if not found:
        raise NotFoundError(error_texts.NO_DELIVERY)
    return found[0]


def _subscriber(access: Access) -> Subscriber:
    organisation_id = access.caller.organisation_id
    assert organisation_id is not None  # a token of these roles without one is refused
    return Subscriber(organisation_id, "fleet" if access.caller.role == "fleet_manager" else "workshop")
