"""Feeds a decoder with very many payloads, on every processor, and says what became of them and of the memory."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import psutil

from telemetry_schema.refusals import Refusal
from tests.fuzzing.decoders import DECODERS, Decoder, Feed
from tests.fuzzing.payloads import Mill

ACCEPTED: Final = "accepted"
PORTION: Final = 25_000


@dataclass(slots=True)
class Fed:
    """`outcomes` counts by outcome: accepted, or the reason of the refusal. `crashes` name seed, number and payload."""

    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    resident_bytes: dict[int, list[int]] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return self.outcomes.total()

    @property
    def growth_bytes(self) -> int:
        """How much larger a process was after any later portion than after its first."""
        return max(max(sizes) - sizes[0] for sizes in self.resident_bytes.values())

    def add(self, other: Fed) -> None:
        self.outcomes += other.outcomes
        self.crashes += other.crashes
        for process, sizes in other.resident_bytes.items():
            self.resident_bytes.setdefault(process, []).extend(sizes)


_feeds: dict[str, Feed] = {}


def feed_portion(name: str, seed: str, count: int, decoders: dict[str, Decoder] | None = None) -> Fed:
    """`count` payloads in this process."""
    logging.disable(logging.CRITICAL)
    decoder = (decoders or DECODERS)[name]
    if name not in _feeds:
        _feeds[name] = decoder.make()
    fed = Fed()
    mill = decoder.mill(seed)
    for number, payload in enumerate(itertools.islice(mill, count)):
        fed.outcomes[_outcome(_feeds[name], payload, mill, fed, f"{seed}, number {number}")] += 1
    logging.disable(logging.NOTSET)
    fed.resident_bytes[os.getpid()] = [psutil.Process().memory_info().rss]
    return fed


def _outcome(feed: Feed, payload: bytes, mill: Mill, fed: Fed, where: str) -> str:
    try:
        feed(payload, mill)
    except Refusal as refusal:
        return str(refusal.reason)
    except Exception as error:
        if len(fed.crashes) < 5:
            fed.crashes.append(f"{where}: {error!r} on {payload.hex()}")
        return f"crashed: {type(error).__name__}"
    return ACCEPTED


def feed_everywhere(name: str, seed: str, count: int) -> Fed:
    """`count` payloads over all processors, in portions."""
    sizes = [PORTION] * (count // PORTION) + [count % PORTION] * (count % PORTION > 0)
    seeds: Sequence[str] = [f"{seed}/{name}/{number}" for number in range(len(sizes))]
    total = Fed()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        for fed in pool.map(feed_portion, itertools.repeat(name), seeds, sizes):
            total.add(fed)
    return total
