"""When partitions that held little are due again. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from streaming.partitions import PARTITIONS
from streaming.retrying import Partition

_LONGEST_OF_EMPTY_SECONDS: Final = 1.0
"""The contract: what comes in a partition that did not hold little before is handled within a second."""


@dataclass(slots=True)
class Beat:
    """There is one every `seconds`, the same for all members of a group in a process: what was taken at different times
    comes together again, and nobody else's batch puts it off. Without seconds nothing rests.

    Within it the partitions are due in as many turns as there are members, so that each works while the others wait and
    not against them. Topics begin with different turns: whoever has a partition of one has it of all of them.
    """

    seconds: float
    topics: Sequence[str]
    members: int = 1
    in_hand: set[int] = field(default_factory=set)
    """The numbers of partitions that members have locked, of all topics."""

    _due_at: dict[Partition, float] = field(default_factory=dict)

    def note(self, partitions: Iterable[Partition], now: float, *, little: bool) -> None:
        """With each batch that begins: those that held little are left alone until their next turn, others are not."""
        rests = little and self.seconds > 0
        self._due_at |= {partition: self._next(partition, now) if rests else now for partition in partitions}

    def note_nothing_else(self, topic: str, now: float) -> None:
        """Where no partition of this topic but those in hand held anything: the empty ones rest too, for a second at
        most. What comes in one of them next would else be a batch by itself, a moment later.
        """
        for partition in (Partition(topic, number) for number in set(range(PARTITIONS)) - self.in_hand):
            if self.seconds and now >= self._due_at.get(partition, now):
                self._due_at[partition] = min(self._next(partition, now), now + _LONGEST_OF_EMPTY_SECONDS)

    def resting(self, now: float) -> set[Partition]:
        """The partitions to leave alone now."""
        return {partition for partition, due_at in self._due_at.items() if due_at > now}

    def pause_seconds(self, looked_at: float, now: float) -> float | None:
        """Where nothing was found at `looked_at`: from `now` until the first that rested then is due, which it may be
        by now. None where none rested.
        """
        due_at = min((self._due_at[partition] for partition in self.resting(looked_at)), default=None)
        return None if due_at is None else max(due_at - now, 0.0)

    def _next(self, partition: Partition, now: float) -> float:
        turn = (partition.number + self.topics.index(partition.topic)) % self.members / self.members
        return (math.floor(now / self.seconds - turn) + 1 + turn) * self.seconds
