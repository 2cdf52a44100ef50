"""Records as rows of PostgreSQL's binary COPY format (its documentation, under COPY). Pure.

psycopg writes any row; these are always the same five fields, and there are tens of thousands of them a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from streaming.contract import OutgoingRecord
from streaming.partitions import partition_of

_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_FIVE_FIELDS: Final = b"\0\5"
_TWO_BYTES: Final = b"\0\0\0\2"
_JSONB_VERSION: Final = b"\1"
_as_json: Final = json.JSONEncoder(ensure_ascii=False).encode


def copy_rows(records: Sequence[OutgoingRecord]) -> bytes:
    """Topic, partition, key, value and headers of each; headers that are one object are written once."""
    headers_of: dict[int, bytes] = {}
    pieces = [_BEGIN]
    for record in records:
        headers = headers_of.get(id(record.headers))
        if headers is None:
            headers = _field(_JSONB_VERSION + _as_json(dict(record.headers)).encode())
            headers_of[id(record.headers)] = headers
        pieces += (_place(record.topic, record.key), len(record.value).to_bytes(4, "big"), record.value, headers)
    pieces.append(_END)
    return b"".join(pieces)


@lru_cache(maxsize=2**17)
def _place(topic: str, key: str) -> bytes:
    """The fields before the value."""
    partition = partition_of(key).to_bytes(2, "big")
    return b"".join((_FIVE_FIELDS, _field(topic.encode()), _TWO_BYTES, partition, _field(key.encode())))


def _field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value
