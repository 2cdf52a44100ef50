"""How a webhook is signed, as the Standard Webhooks specification has it (standardwebhooks.com), version 1. Pure.

What is signed is `{id}.{timestamp}.{body}` with HMAC-SHA-256. A receiver checks the time too, so that a message that
was overheard is worth nothing later, and compares in constant time, so that the comparison tells nothing about the
digits: `is_genuine` does both, and receivers may copy it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # what every secret begins with
SECRET_BYTES: Final = 32
TOLERANCE_SECONDS: Final = 300
"""So far clocks may differ, and so long a message may be on its way."""

_VERSION: Final = "v1"


def secret_text(secret: bytes) -> str:
    """As a receiver is given it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_bytes(text: str) -> bytes:
    """Raises ValueError where the text is no secret of this kind."""
    try:
        return base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook's secret is whsec_ and base64") from error


def signed_headers(secret: bytes, message_id: str, body: bytes, at_seconds: int) -> dict[str, str]:
    """`at_seconds`: since 1970. A message that is sent again keeps its id, and has a new time."""
    signature = base64.b64encode(_digest(secret, message_id, str(at_seconds), body)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_seconds),
        "webhook-signature": f"{_VERSION},{signature}",
    }


def is_genuine(secret: bytes, headers: Mapping[str, str], body: bytes, now_seconds: int) -> bool:
    """Whether one of the signatures is of this secret, and the message of now. `headers` with names in lower case."""
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (at.isascii() and at.isdecimal() and len(at) < 12) or abs(now_seconds - int(at)) > TOLERANCE_SECONDS:
        return False
    wanted = base64.b64encode(_digest(secret, message_id, at, body))
    offered = (one.partition(",") for one in headers.get("webhook-signature", "").split(" "))
    return any(hmac.compare_digest(wanted, given.encode()) for kind, _, given in offered if kind == _VERSION)


def _digest(secret: bytes, message_id: str, at: str, body: bytes) -> bytes:
    return hmac.new(secret, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
