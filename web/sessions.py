"""Who has signed in, sealed into a cookie: encrypted and authenticated, and worthless once its time is over. Pure.

The server keeps nothing of a session but the numbers of those that were signed out of, so a restart signs nobody out. A
role that the issuer takes away ends with the session, after `session_hours` at most.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.fernet import Fernet, InvalidToken

from booking_api.models import Caller

_LONGEST_COOKIE: Final = 4096
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Seal:
    """Seals small JSON objects for a purpose; what was sealed for one cannot be used for another."""

    def __init__(self, secret: str) -> None:
        """`secret`: any text that cannot be guessed."""
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))

    def close(self, purpose: str, content: Mapping[str, Any]) -> str:
        return self._fernet.encrypt(json.dumps({"for": purpose, **content}).encode()).decode()

    def open(self, purpose: str, sealed: str | None, lifetime_seconds: float) -> dict[str, Any] | None:
        """None: missing, broken, of another key or purpose, or too old."""
        if not sealed or len(sealed) > _LONGEST_COOKIE:
            return None
        try:
            content = json.loads(self._fernet.decrypt(sealed.encode(), ttl=int(lifetime_seconds)))
        except (InvalidToken, ValueError):
            return None
        return content if isinstance(content, dict) and content.pop("for", None) == purpose else None


def session_of(caller: Caller) -> dict[str, Any]:
    """A new one, with a number of its own."""
    known = {"subject": caller.subject, "role": caller.role, "organisation_id": caller.organisation_id}
    return known | {"session_id": str(uuid4())}


def caller_of(session: Mapping[str, Any]) -> Caller:
    return Caller(session["subject"], session["role"], session["organisation_id"])


def number_of(session: Mapping[str, Any]) -> UUID:
    return UUID(session["session_id"])


def ensure_secret(path: Path) -> str:
    """What stands in the file; made where there is none. Only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError), open(os.open(path, _NEW, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text()
