"""Reminders to a system of the operator (push, SMS, a call centre), as a signed POST.

The address is the operator's, from the settings: one that owners could enter would let them make this server send
requests into its own network.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

import httpx

from maintenance_planner.reminders.channels import DeliveryError, DeliveryRefusedError
from maintenance_planner.reminders.ladder import ChannelName
from maintenance_planner.reminders.messages import Message
from telemetry_schema.webhook_signature import signed_headers

TIMEOUT_SECONDS: Final = 10.0
_TRY_AGAIN: Final = (408, 425, 429)


class WebhookChannel:
    def __init__(self, url: str, secret: bytes) -> None:
        self._url, self._secret = url, secret

    @property
    def name(self) -> ChannelName:
        return "webhook"

    async def send(self, message: Message, now: datetime) -> None:
        body = body_of(message)
        headers = signed_headers(self._secret, str(message.reminder_id), body, int(now.timestamp()))
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                answer = await client.post(
                    self._url, content=body, headers={**headers, "content-type": "application/json"}
                )
        except httpx.HTTPError as error:
            raise DeliveryError(f"the webhook could not be reached ({type(error).__name__})") from error
        if answer.is_success:
            return
        refused = answer.is_client_error and answer.status_code not in _TRY_AGAIN
        raise (DeliveryRefusedError if refused else DeliveryError)(f"the webhook answered {answer.status_code}")


def body_of(message: Message) -> bytes:
    """The same bytes for the same message."""
    told = message.told
    return json.dumps(
        {
            "type": "reminder.made",
            "reminder_id": str(message.reminder_id),
            "made_at": message.made_at.isoformat(),
            "owner_id": message.owner_id,
            "vin": message.vin,
            "urgency": message.urgency,
            "language": message.language,
            "title": told.title,
            "lines": told.lines,
        },
        ensure_ascii=False,
    ).encode()
