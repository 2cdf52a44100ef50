"""Which partition a key belongs to."""

from __future__ import annotations

import zlib
from typing import Final

PARTITIONS: Final = 16
"""Of every topic: the most members of one group that can work at the same time. Another number would put a key's new
records into another partition than its old ones and so break their order: it cannot change while records are kept."""


def partition_of(key: str) -> int:
    """The same on every machine and in every version, unlike `hash()` and PostgreSQL's `hashtext`."""
    return zlib.crc32(key.encode()) % PARTITIONS
