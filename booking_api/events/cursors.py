"""A place in the order of events, as clients keep it. Pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

PATTERN: Final = r"^(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})$"


class Cursor(NamedTuple):
    """Events come in the order of their transactions, then of their numbers."""

    transaction_id: int
    event_id: int

    def __str__(self) -> str:
        return f"{self.transaction_id}-{self.event_id}"


BEGINNING: Final = Cursor(0, 0)


def read_cursor(text: str) -> Cursor | None:
    """None: not one that was given out."""
    if not re.fullmatch(PATTERN, text):
        return None
    transaction_id, event_id = map(int, text.split("-"))
    return Cursor(transaction_id, event_id) if max(transaction_id, event_id) < 2**63 else None
