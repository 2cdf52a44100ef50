"""What an owner could give up, one thing at a time, to get a visit after all, each with the visit it opens. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from booking_api.languages import Text
from booking_api.models import Transport, Workshop
from booking_api.ranking import Candidate
from booking_api.reason_texts import RELAXATIONS
from booking_api.scheduling import Window


@dataclass(frozen=True, slots=True)
class Relaxation:
    """`code` is one of RELAXATIONS; `candidate` is free, as every offer is."""

    code: str
    candidate: Candidate

    @property
    def text(self) -> Text:
        return RELAXATIONS[self.code]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was looked for in vain. `near`: the workshops within the distance asked for; `visits`: what is free."""

    near: Sequence[Workshop]
    every: Sequence[Workshop]
    visits: Callable[[Workshop, Transport, Window], Iterator[Candidate]]
    transport: Transport
    window: Window
    horizon: Window


def relaxations(asked: Asked) -> list[Relaxation]:
    """The nearest in time of each kind, those with the least change first."""
    found = ((code, _closest(asked, *tried)) for code, tried in _tries(asked))
    return [Relaxation(code, candidate) for code, candidate in found if candidate]


def _tries(asked: Asked) -> Iterator[tuple[str, tuple[Sequence[Workshop], Transport, Window]]]:
    """One at a time; only where none of them opens anything is everything given up at once."""
    yield "other_time", (asked.near, asked.transport, asked.horizon)
    if len(asked.near) < len(asked.every):
        yield "farther", (asked.every, asked.transport, asked.window)
    if asked.transport != "drop_off":
        yield "bring_it", (asked.near, "drop_off", asked.window)
        yield "bring_it_other_time", (asked.near, "drop_off", asked.horizon)
    if len(asked.near) < len(asked.every):
        yield "farther_other_time", (asked.every, "drop_off", asked.horizon)


def _closest(asked: Asked, workshops: Sequence[Workshop], transport: Transport, window: Window) -> Candidate | None:
    """The free visit closest to the time that was asked for."""
    found = (one for place in workshops for one in _up_to_one_beyond(asked, asked.visits(place, transport, window)))
    return min(found, key=lambda one: _minutes_from(one.start_minute, asked.window), default=None)


def _up_to_one_beyond(asked: Asked, visits: Iterator[Candidate]) -> Iterator[Candidate]:
    """What comes after the first one behind the time that was asked for is farther from it."""
    for one in visits:
        yield one
        if one.start_minute >= asked.window.until_minute:
            return


def _minutes_from(minute: int, window: Window) -> tuple[int, int]:
    return max(window.from_minute - minute, minute - window.until_minute, 0), minute
