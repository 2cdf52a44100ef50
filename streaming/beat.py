"""When partitions that held little are due again. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from streaming.retrying import Partition


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
    _due_at: dict[Partition, float] = field(default_factory=dict)

    def note(self, partitions: Iterable[Partition], now: float, *, little: bool) -> None:
        """With each batch that begins: those that held little are left alone until their next turn, others are not."""
        rests = little and self.seconds > 0
        self._due_at |= {partition: self._next(partition, now) if rests else now for partition in partitions}

    def resting(self, now: float) -> set[Partition]:
        """The partitions to leave alone now."""
        return {partition for partition, due_at in self._due_at.items() if due_at > now}

    def pause_seconds(self, now: float) -> float:
        """Where nothing else was found: until the first of them is due, 0 where none rests."""
        return min((self._due_at[partition] - now for partition in self.resting(now)), default=0.0)

    def _next(self, partition: Partition, now: float) -> float:
        turn = (partition.number + self.topics.index(partition.topic)) % self.members / self.members
        return (math.floor(now / self.seconds - turn) + 1 + turn) * self.seconds
