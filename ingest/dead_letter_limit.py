"""When what is set aside looks like a mistake of ours rather than of one car. Pure; times are `time.monotonic()`.

A bad deploy (a decoder that refuses good messages, a wrong clock here, a lost list of cars) sets the messages of many
cars aside at once. Cars release what is quarantined, so going on would move a fleet's data into a place where
somebody has to fetch it back. Stopping instead costs nothing: cars keep what is not acknowledged.

What is counted is cars, never messages: one broken or hostile car counts once, however much it sends, so it can stop
nobody. Both limits have to be passed: `cars` alone would let a large fleet's usual few stop it, `share` alone would let
one broken car of two do so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Overrun(NamedTuple):
    """Of `heard` cars, `affected` had a message set aside."""

    affected: int
    heard: int


@dataclass(frozen=True, slots=True)
class DeadLetterLimit:
    """Passed where at least `cars` distinct cars, and at least `share` of those heard, had a message set aside.

    Defaults, to be calibrated: where one car in a hundred is broken, 20 of 40 failing in one minute has a probability
    of 10^-29 (binomial distribution), and what is set aside in a minute is little to drive again.
    """

    cars: int = 20
    share: float = 0.5
    window_seconds: float = 60.0

    def is_passed(self, found: Overrun) -> bool:
        return found.affected >= self.cars and found.affected >= self.share * found.heard


@dataclass(slots=True)
class _Window:
    started: float
    heard: set[str] = field(default_factory=set)
    affected: set[str] = field(default_factory=set)


class DeadLetterWatch:
    """Which cars were heard in this window and the one before; the memory is bounded by the cars there are."""

    def __init__(self, limit: DeadLetterLimit) -> None:
        self._limit = limit
        self._before = _Window(0.0)
        self._now = _Window(0.0)

    def note(self, heard: Iterable[str], set_aside: Iterable[str], now: float) -> Overrun | None:
        """VINs of what came, and of what of it cannot be taken. Returns the figures where the limit is passed."""
        self._turn(now)
        self._now.heard.update(heard)
        affected_before = len(self._now.affected)
        self._now.affected.update(set_aside)
        return self._judge() if len(self._now.affected) > affected_before else None

    def forget(self) -> None:
        """Starts anew, as after a stop that somebody has ended."""
        self._before = _Window(0.0)
        self._now = _Window(0.0)

    def _judge(self) -> Overrun | None:
        affected = self._before.affected | self._now.affected
        found = Overrun(len(affected), len(self._before.heard | self._now.heard | affected))
        return found if self._limit.is_passed(found) else None

    def _turn(self, now: float) -> None:
        passed = (now - self._now.started) / self._limit.window_seconds
        if passed >= 1:
            self._before = self._now if passed < 2 else _Window(0.0)
            self._now = _Window(now)
