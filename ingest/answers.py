"""What cars are told of their messages, told together where much comes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from ingest.received import Received
from telemetry_schema.events import Acknowledgement

Answer = tuple[Received, Acknowledgement | None]
"""A message, and what its car is told of it; None where there is nobody to tell."""

WAIT_SECONDS: Final = 0.5
"""So much later a car hears of its message: a tenth of what a head unit of ours waits before it sends again (default,
to be calibrated)."""

_MANY: Final = 100
"""Cars that wait; fewer are told at once (default, to be calibrated)."""

_ENOUGH: Final = 4
"""Messages of one car: it may wait for its window, so it is told at once."""


@dataclass(slots=True)
class WaitingAnswers:
    """One `down/ack` per car, kind and content type tells of several messages. What is lost with us is no loss: the car
    sends again, and is told that the message is known.
    """

    _waiting: dict[tuple[str, str], list[Acknowledgement]] = field(default_factory=dict)
    _since: dict[tuple[str, str], float] = field(default_factory=dict)

    def add(self, told: Iterable[Answer], now: float) -> None:
        for received, acknowledgement in told:
            if acknowledgement:
                place = received.topic, received.content_type
                self._waiting.setdefault(place, []).append(acknowledgement)
                self._since.setdefault(place, now)

    def take(self, now: float, *, everything: bool = False) -> Iterator[tuple[str, str, list[Acknowledgement]]]:
        """Topic, content type and answers of those to be told now, which wait no longer."""
        at_once = everything or len(self._waiting) < _MANY
        due = [
            place
            for place, answers in self._waiting.items()
            if at_once or len(answers) >= _ENOUGH or now - self._since[place] >= WAIT_SECONDS
        ]
        for place in due:
            del self._since[place]
            yield *place, self._waiting.pop(place)
