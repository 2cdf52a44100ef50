"""Webhooks: an organisation is told of what happens to its visits, and sees how telling it went."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import Database, access_to
from booking_api.idempotency import OnceRoute
from booking_api.paging import link_next
from booking_api.webhook_schemas import DeliveryAnswer, NewWebhook, NewWebhookAnswer, WebhookAnswer
from booking_api.webhooks import service

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=OnceRoute)
Managing = Annotated[Access, Depends(access_to(Action.MANAGE_WEBHOOKS))]
DeliveryId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.post("", status_code=201)
async def subscribe(
    request: Request, body: NewWebhook, response: Response, access: Managing, connection: Database
) -> NewWebhookAnswer:
    """The answer holds the secret that messages are signed with; it is not told again.

    A message says which visit and what has become of it, no more. It is sent until the receiver answers 2xx, nine times
    within two days at most, always with the same `webhook-id`: what was seen already, a receiver passes over.
    """
    private = request.app.state.settings.webhook_private_addresses
    made = await service.subscribe(connection, access, body.url, body.kinds, private=private)
    response.headers["Location"] = f"/v1/webhooks/{made.row['webhook_id']}"
    return NewWebhookAnswer(**made.row, secret=made.secret)


@router.get("")
async def list_webhooks(access: Managing, connection: Database) -> list[WebhookAnswer]:
    """Ten at most."""
    return [WebhookAnswer(**row) for row in await service.webhooks(connection, access)]


@router.delete("/{webhook_id}", status_code=204)
async def end_webhook(webhook_id: UUID, access: Managing, connection: Database) -> None:
    """Nothing more is sent, what was still to be sent included."""
    await service.end(connection, access, webhook_id)


@router.get("/{webhook_id}/deliveries")
async def list_deliveries(
    webhook_id: UUID,
    request: Request,
    response: Response,
    access: Managing,
    connection: Database,
    cursor: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[DeliveryAnswer]:
    """The latest first."""
    found = await service.deliveries(connection, access, webhook_id, cursor, limit)
    link_next(request, response, found, limit, found[-1]["delivery_id"] if found else None)
    return [DeliveryAnswer(**row) for row in found]


@router.post("/{webhook_id}/deliveries/{delivery_id}/attempts", status_code=202)
async def send_again(
    webhook_id: UUID, delivery_id: DeliveryId, access: Managing, connection: Database
) -> DeliveryAnswer:
    """At once, also what was delivered or given up."""
    return DeliveryAnswer(**await service.send_again(connection, access, webhook_id, delivery_id))
