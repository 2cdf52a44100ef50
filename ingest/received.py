"""One message as the broker delivered it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Received(NamedTuple):
    """The broker's ACL guarantees that the topic's VIN is the sender's.

    `mid` is what it is acknowledged by on the connection it came on, 0: not at all.
    """

    topic: str
    payload: bytes
    content_type: str
    correlation: bytes
    received_at: datetime
    mid: int = 0
    is_retained: bool = False
