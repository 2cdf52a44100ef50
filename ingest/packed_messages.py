"""Several messages of one car as one record of the stream: what a car sends at once costs the stream one row. Pure.

Packed is what one car sent in the same instant, in its order. The header `messages` says how many there are; the value
begins with their lengths (4 bytes each, big-endian). The writer takes them apart again: everything after it, the
quarantine too, knows single messages only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from streaming.contract import OutgoingRecord, Record
from telemetry_schema.topics import StreamTopic

HEADER: Final = "messages"
PACK_BYTES: Final = 2**16
"""Of messages in one record, or one that is larger: far below what Kafka takes (1 MB)."""

_LENGTH_BYTES: Final = 4


def packed(records: Iterable[OutgoingRecord]) -> Iterator[OutgoingRecord]:
    """Batches of one car whose headers are one object, as few records; everything else as it is. Order within a car
    and topic stays.
    """
    alike: dict[tuple[str, str, int], list[OutgoingRecord]] = defaultdict(list)
    headers_of: dict[tuple[int, int], Mapping[str, str]] = {}
    for record in records:
        alike[record.topic, record.key, id(record.headers)].append(record)
    for (topic, _, _), of_one in alike.items():
        if topic == StreamTopic.BATCHES and len(of_one) > 1:
            yield from (_pack(part, headers_of) for part in _parts(of_one))
        else:
            yield from of_one


def unpacked(records: Iterable[Record]) -> Iterator[Record]:
    """Single messages. What is not packed as it says stays as it is, for the quarantine to keep."""
    for record in records:
        if HEADER in record.headers:
            yield from _unpack(record)
        else:
            yield record


def _parts(records: Sequence[OutgoingRecord]) -> Iterator[Sequence[OutgoingRecord]]:
    start = total = 0
    for number, record in enumerate(records):
        if total and total + len(record.value) > PACK_BYTES:
            yield records[start:number]
            start, total = number, 0
        total += len(record.value)
    yield records[start:]


def _pack(records: Sequence[OutgoingRecord], headers_of: dict[tuple[int, int], Mapping[str, str]]) -> OutgoingRecord:
    """Packs of as many messages whose headers were one object have headers that are one object again."""
    first = records[0]
    if len(records) == 1:
        return first
    values = [record.value for record in records]
    lengths = np.array([len(value) for value in values], dtype=">u4").tobytes()
    alike = id(first.headers), len(records)
    if alike not in headers_of:
        headers_of[alike] = {**first.headers, HEADER: str(len(records))}
    return OutgoingRecord(first.topic, first.key, b"".join((lengths, *values)), headers_of[alike])


def _unpack(record: Record) -> Sequence[Record]:
    topic, key, value, headers, appended_at = record
    told = headers[HEADER]
    begin = _LENGTH_BYTES * int(told) if told.isascii() and told.isdigit() else 0
    if not 0 < begin <= len(value):
        return [record]
    ends = list(accumulate(np.frombuffer(value[:begin], dtype=">u4").tolist(), initial=begin))
    if ends[-1] != len(value):
        return [record]
    return [Record(topic, key, value[start:end], headers, appended_at) for start, end in pairwise(ends)]
