"""Deliberately bad networks: what is lost, doubled, overtaken, and when there is no network at all. Seeded.

The same seed and the same messages in the same order give the same fates; when a held message is released depends on
the wall clock too, so that the last one is not held for ever.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_M = TypeVar("_M")


@dataclass(frozen=True, slots=True)
class NetworkQuality:
    """Shares of messages from 0 to 1, in each direction; offline windows in seconds since the network began."""

    drop: float = 0.0
    repeat: float = 0.0
    reorder: float = 0.0
    offline: tuple[tuple[float, float], ...] = ()
    overtaken_by: int = 3  # how many later messages pass one that is held back
    hold_seconds: float = 0.5  # no message is held longer

    def __post_init__(self) -> None:
        if not all(0 <= share <= 1 for share in (self.drop, self.repeat, self.reorder)):
            raise ValueError("drop, repeat and reorder are shares between 0 and 1; write 0.05 for 5 %")
        if any(start < 0 or end <= start for start, end in self.offline):
            raise ValueError("an offline window is start-end in seconds, the end behind the start")

    @property
    def is_good(self) -> bool:
        return not (self.drop or self.repeat or self.reorder or self.offline)


@dataclass(slots=True)
class _Held(Generic[_M]):
    message: _M
    still_to_pass: int
    since: float


class BadLine(Generic[_M]):
    """One direction of a bad network. What `pass_on` and `overdue` return goes on, in that order."""

    def __init__(self, quality: NetworkQuality, seed: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._quality = quality
        self._chance = random.Random(seed)
        self._clock = clock
        self._held: list[_Held[_M]] = []
        self.dropped = self.repeated = self.reordered = 0

    def pass_on(self, message: _M) -> list[_M]:
        """What comes out when `message` goes in. Chance is asked equally often for every message."""
        lost, doubled, late = (self._chance.random() for _ in range(3))
        if lost < self._quality.drop:
            self.dropped += 1
            return []
        out = [message]
        if doubled < self._quality.repeat:
            self.repeated += 1
            out.append(message)
        held_back = [out.pop()] if late < self._quality.reorder else []
        if out:
            out += self._overtaken()
        for one in held_back:
            self.reordered += 1
            self._held.append(_Held(one, self._quality.overtaken_by, self._clock()))
        return out

    def overdue(self) -> list[_M]:
        """Messages that were held for long enough; to be asked for now and then."""
        limit = self._clock() - self._quality.hold_seconds
        return self._release(lambda held: held.since <= limit)

    def _overtaken(self) -> list[_M]:
        """Counts one message that goes by, and gives those that enough have overtaken."""
        for held in self._held:
            held.still_to_pass -= 1
        return self._release(lambda held: held.still_to_pass <= 0)

    def _release(self, due: Callable[[_Held[_M]], bool]) -> list[_M]:
        out = [held.message for held in self._held if due(held)]
        self._held = [held for held in self._held if not due(held)]
        return out
