"""What can be changed has an ETag, and a change names the one that was read: nobody overwrites what they have not seen.

The tag is the version in quotes. What is only begun and ended (a consent, a webhook, a place on a waiting list) needs
none: its end is the same whenever it comes.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Header, Response
from pydantic import BaseModel

from booking_api import error_texts
from booking_api.errors import PreconditionMissingError, StaleVersionError

IfMatch = Annotated[str | None, Header(description="The ETag that was read, or `*`.")]


def put_tag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


def version_in(if_match: str | None) -> int | None:
    """None for `*`: whichever version it is. Raises PreconditionMissingError and StaleVersionError."""
    if if_match is None:
        raise PreconditionMissingError(error_texts.NO_IF_MATCH)
    wanted = if_match.strip()
    if wanted == "*":
        return None
    digits = wanted[1:-1]
    if wanted != f'"{digits}"' or not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise StaleVersionError(error_texts.BAD_IF_MATCH)
    return int(digits)


def ensure_read(if_match: str | None, version: int | None) -> None:
    """`version` None: it does not exist yet, and no If-Match can match. Raises what `version_in` raises."""
    if version is None and if_match is None:
        return
    wanted = version_in(if_match)
    if version is None or wanted not in (None, version):
        raise StaleVersionError(error_texts.HAS_CHANGED)


def version_of(shown: BaseModel) -> int:
    """Of what nobody counts the changes of: a number that changes with what is shown."""
    return int(hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:7], 16)
