"""What the API takes and gives of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from booking_api.schemas import Asked
from booking_api.webhooks.addresses import LONGEST_URL

EventKind = Annotated[str, Field(pattern=r"^visit\.[a-z_]{1,30}$")]


class NewWebhook(Asked):
    """Without `kinds`: every event of the organisation's visits from now on."""

    url: str = Field(min_length=1, max_length=LONGEST_URL)
    kinds: list[EventKind] = Field(default=[], max_length=20)


class WebhookAnswer(BaseModel):
    webhook_id: UUID
    url: str
    kinds: list[str]
    created_at: datetime


class NewWebhookAnswer(WebhookAnswer):
    """`secret` is told this once. Messages are signed with it as standardwebhooks.com describes."""

    secret: str


class DeliveryAnswer(BaseModel):
    """`next_attempt_at` null: delivered, or given up after nine attempts. `last_status`: what the receiver answered."""

    delivery_id: int
    kind: str
    booking_id: UUID
    occurred_at: datetime
    attempts: int
    attempted_at: datetime | None
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_problem: str | None
