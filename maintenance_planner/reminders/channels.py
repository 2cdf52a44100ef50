"""One interface for every way a reminder can leave, and the one way that needs no network."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from maintenance_planner.reminders.ladder import ChannelName
from maintenance_planner.reminders.messages import Message


class DeliveryError(RuntimeError):
    """Not delivered. It is tried again, later each time."""


class DeliveryRefusedError(DeliveryError):
    """Not delivered, and the same again would not be either: it is not tried again."""


class Channel(Protocol):
    """Add one: a file with a class like this, and its line in `configured.py`."""

    @property
    def name(self) -> ChannelName: ...

    async def send(self, message: Message, now: datetime) -> None:
        """Returns once the other side has taken it. Raises DeliveryError and DeliveryRefusedError.

        The same message may come again after a crash: `message.reminder_id` is what the other side knows it by.
        """


class InAppChannel:
    """Delivered is shown: the list of reminders holds what this channel has delivered."""

    @property
    def name(self) -> ChannelName:
        return "in_app"

    async def send(self, message: Message, now: datetime) -> None:
        return None
