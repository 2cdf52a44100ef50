"""The hash of an account's password, as the broker reads it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

ITERATIONS: Final = 101
"""What mosquitto_passwd writes. The passwords are 144 random bits, not chosen by people, so no more is needed."""


def hash_password(password: str, salt: bytes | None = None) -> str:
    """PBKDF2-HMAC-SHA512 as Mosquitto's password file holds it: `$7$iterations$salt$digest`, both in base64."""
    salt = secrets.token_bytes(12) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
