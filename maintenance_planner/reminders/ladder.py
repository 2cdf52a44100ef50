"""The ladder: when an owner is reminded of a recommendation, more often and louder the graver it is. Pure.

A rung is climbed once. What became graver starts on the ladder of its new urgency; what became milder and grave again
repeats nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

ChannelName = Literal["in_app", "email", "webhook"]
CHANNELS: Final[tuple[ChannelName, ...]] = ("in_app", "email", "webhook")

_APP: Final = frozenset[ChannelName]({"in_app"})
_MAIL: Final = frozenset[ChannelName]({"in_app", "email"})
_ALL: Final = frozenset[ChannelName](CHANNELS)

BETWEEN: Final = timedelta(days=7)
"""Of one car's reminders that say only that something new is advised or to be planned."""

THROUGH_QUIET_HOURS: Final = 4
"""From this urgency on (stop) nobody waits for the morning."""


@dataclass(frozen=True, slots=True)
class Rung:
    """`before`: so long before the latest safe date; None: as soon as the recommendation is there."""

    before: timedelta | None
    channels: frozenset[ChannelName]

    def name(self, urgency: int) -> str:
        return f"{urgency}/opened" if self.before is None else f"{urgency}/{self.before.days}d"


LADDER: Final[Mapping[int, tuple[Rung, ...]]] = {
    1: (Rung(None, _APP),),
    2: (Rung(None, _MAIL), Rung(timedelta(days=14), _MAIL), Rung(timedelta(days=3), _ALL)),
    3: (Rung(None, _ALL), Rung(timedelta(days=3), _ALL), Rung(timedelta(0), _ALL)),
    4: (Rung(None, _ALL), Rung(timedelta(0), _ALL)),
}
"""By urgency, the quietest first. Defaults: an operator's figures on what owners follow should replace them."""

LONGEST_LEAD: Final = max(rung.before for rungs in LADDER.values() for rung in rungs if rung.before is not None)


@dataclass(frozen=True, slots=True)
class Open:
    """A recommendation and the names of the rungs that were climbed for its owner."""

    recommendation_id: UUID
    urgency: int
    safe_until: datetime | None
    climbed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """What to tell of one recommendation: every rung that is climbed by it, and by which channels to say so."""

    recommendation_id: UUID
    urgency: int
    rungs: tuple[str, ...]
    channels: frozenset[ChannelName]


def steps(of_car: Iterable[Open], now: datetime, last_reminded_at: datetime | None) -> list[Step]:
    """Of one car's recommendations, those to tell now, in one message. Empty: nothing, or not yet.

    News that can wait, waits until a week after the car's last reminder, or for something that cannot.
    """
    found = [(step, waits) for one in of_car if (reached := _reached(one, now)) for step, waits in [reached]]
    recently = last_reminded_at is not None and now - last_reminded_at < BETWEEN
    if recently and all(waits for _, waits in found):
        return []
    return [step for step, _ in found]


def _reached(one: Open, now: datetime) -> tuple[Step, bool] | None:
    """With whether it can wait. Several rungs at once, as of a car that was away, are one step: the highest speaks."""
    ladder = LADDER[one.urgency]
    fresh = [rung for rung in ladder if _is_reached(rung, one.safe_until, now)]
    names = tuple(rung.name(one.urgency) for rung in fresh)
    if not fresh or names[-1] in one.climbed:
        return None
    unclimbed = tuple(name for name in names if name not in one.climbed)
    waits = fresh[-1].before is None and one.urgency <= 2
    return Step(one.recommendation_id, one.urgency, unclimbed, fresh[-1].channels), waits


def _is_reached(rung: Rung, safe_until: datetime | None, now: datetime) -> bool:
    if rung.before is None:
        return True
    return safe_until is not None and now >= safe_until - rung.before


def channels_of(found: Collection[Step], wanted: Collection[str]) -> list[ChannelName]:
    """By which one message of these steps leaves: what its loudest step asks and its owner wants."""
    asked = frozenset[ChannelName]().union(*(step.channels for step in found))
    return [name for name in CHANNELS if name in asked and name in wanted]
