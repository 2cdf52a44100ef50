"""The channels that this installation has."""

from __future__ import annotations

from maintenance_planner.reminders.channels import Channel, InAppChannel
from maintenance_planner.reminders.email_channel import EmailChannel
from maintenance_planner.reminders.webhook_channel import WebhookChannel
from maintenance_planner.settings import MailSettings, ScheduleSettings
from telemetry_schema.webhook_signature import SECRET_BYTES, secret_bytes


class ChannelSettingsError(ValueError):
    """A channel is half configured; the message says what is missing."""


def configured_channels(schedule: ScheduleSettings, mail: MailSettings) -> list[Channel]:
    """Raises ChannelSettingsError."""
    channels: list[Channel] = [InAppChannel()]
    if mail.host is not None:
        channels.append(EmailChannel(mail))
    if schedule.webhook_url is not None:
        channels.append(WebhookChannel(schedule.webhook_url, _secret(schedule)))
    return channels


def _secret(schedule: ScheduleSettings) -> bytes:
    try:
        secret = secret_bytes(schedule.webhook_secret.get_secret_value() if schedule.webhook_secret else "")
    except ValueError:
        secret = b""
    if len(secret) < SECRET_BYTES:
        raise ChannelSettingsError(
            "MAINTENANCE_PLANNER_WEBHOOK_URL is set: set MAINTENANCE_PLANNER_WEBHOOK_SECRET too, whsec_ and at least "
            f"{SECRET_BYTES} bytes in base64 that its receiver knows (openssl rand -base64 {SECRET_BYTES})"
        )
    return secret
