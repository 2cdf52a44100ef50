"""How a bridge stands at the broker: alone with a lasting session, or as one of several that share the messages.

A bridge alone keeps its session while it is away: the broker holds what comes and delivers it when it is back.
Bridges that share take turns, message by message, so the order of one car's messages on the stream is not kept; the
product does not rest on it. The broker keeps a member's turn for as long as its session lasts and never hands what it
held to another (Mosquitto 2.0.11, tests/ingest/test_shared_bridges.py). So a member's session ends with its
connection: the others get everything from then on, and cars send again what it had not answered.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Final

from ingest.settings import IngestSettings
from telemetry_schema.topics import UP_FILTER

_ALONE_SECONDS: Final = 14 * 24 * 3600
_NAME: Final = "servicelane-bridge"
_GROUP: Final = "servicelane-bridges"


@dataclass(frozen=True, slots=True)
class BridgeSession:
    """`expiry_seconds` after its connection has ended the broker forgets the session and its subscription."""

    client_id: str
    topic_filter: str
    expiry_seconds: int
    shared: bool


def session_of(settings: IngestSettings) -> BridgeSession:
    """Members need names of their own: the host's, which is the container's, unless INGEST_BRIDGE_ID gives one."""
    if settings.bridge_shared:
        member = settings.bridge_id or f"{_NAME}-{socket.gethostname()}"
        return BridgeSession(member, f"$share/{_GROUP}/{UP_FILTER}", 0, shared=True)
    return BridgeSession(settings.bridge_id or _NAME, UP_FILTER, _ALONE_SECONDS, shared=False)
