"""Events in the format of server-sent events (WHATWG HTML, 9.2). Pure."""

from __future__ import annotations

from booking_api.events.cursors import Cursor

MEDIA_TYPE = "text/event-stream"
HEARTBEAT = b": still here\n\n"
"""A comment; proxies close a connection on which nothing is said."""


def message(cursor: Cursor, kind: str, data: str) -> bytes:
    """`data` is JSON on one line."""
    return f"id: {cursor}\nevent: {kind}\ndata: {data}\n\n".encode()


def opening(cursor: Cursor, retry_ms: int) -> bytes:
    """What a browser keeps from the start, so that it misses nothing even when it reconnects before the first event."""
    return f"retry: {retry_ms}\nid: {cursor}\nevent: ready\ndata: {{}}\n\n".encode()
