"""A key in place of a VIN. Pure.

VINs can be guessed one by one, so a plain hash would hide nothing: the key is an HMAC under a salt of 32 random bytes
that is used for one export and kept nowhere. The same car has another key in another export.
"""

from __future__ import annotations

import hmac
from typing import Final

SALT_BYTES: Final = 32
_KEY_CHARACTERS: Final = 24
"""96 bits: among ten million cars two share a key with a probability below 1e-14."""


def pseudonym(vin: str, salt: bytes) -> str:
    return hmac.new(salt, vin.encode(), "sha256").hexdigest()[:_KEY_CHARACTERS]
