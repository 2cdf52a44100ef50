"""Which of the possible visits suits best, and why, in words. Pure.

Each weight is an engineering value, to be calibrated on bookings; one point is worth a detour of 10 km. The cost of a
day is asymmetric, as in attended planning: a little for too early (what is done sooner is due again sooner), ten times
as much for too late. Urgent work has a hard limit: see `safe_enough`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from booking_api.languages import Text
from booking_api.local_days import instant
from booking_api.models import DayPart, Position, Slot, Wishes, Workshop
from booking_api.reason_texts import SKILLS, Reason, days_text, reason
from booking_api.scheduling import DAY_MINUTES

MAXIMUM_SLOTS: Final = 10
HARD_LIMIT_URGENCY: Final = 3
NOON_MINUTES: Final = 12 * 60
EARTH_RADIUS_KM: Final = 6371.0
_PER_KM: Final = 0.1
_EARLY_PER_DAY: Final = 0.05
_LATE_PER_DAY: Final = 0.5
_UNSAFE_PER_DAY: Final = 5.0
_WAIT_PER_DAY: Final[Mapping[int, float]] = {1: 0.02, 2: 0.1, 3: 0.5, 4: 2.0}
_PREFERRED: Final = 1.0
_LOAD: Final = 0.5
_QUIET: Final = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A start that is free: `on` that local day, `wall_minutes` after midnight. `load` of that day: 0 to 1."""

    workshop: Workshop
    start_minute: int
    end_minute: int
    on: date
    wall_minutes: int
    load: float

    @property
    def day_part(self) -> DayPart:
        return "morning" if self.wall_minutes < NOON_MINUTES else "afternoon"


@dataclass(frozen=True, slots=True)
class Need:
    """How pressing the work is, in epoch minutes."""

    now_minute: int
    urgency: int = 1
    due_minute: int | None = None
    latest_safe_minute: int | None = None
    skills: frozenset[str] = frozenset()

    @property
    def limit_minute(self) -> int | None:
        """From here on urgent work is too late."""
        if self.urgency < HARD_LIMIT_URGENCY:
            return None
        return self.due_minute if self.latest_safe_minute is None else self.latest_safe_minute


def safe_enough(candidates: Sequence[Candidate], need: Need) -> tuple[list[Candidate], bool]:
    """What lies before the limit; where nothing does, the soonest there is, and True: better late than no visit."""
    limit = need.limit_minute
    safe = [one for one in candidates if limit is None or one.start_minute <= limit]
    if safe or not candidates:
        return safe, False
    return sorted(candidates, key=lambda one: one.start_minute)[:MAXIMUM_SLOTS], True


def rank(candidates: Sequence[Candidate], need: Need, wishes: Wishes) -> list[Slot]:
    """The best first, at most ten; `soonest` and, where a position is given, `closest` are always among them."""
    scored = sorted(
        ((score_parts(one, need, wishes), one) for one in candidates),
        key=lambda pair: (-sum(pair[0].values()), pair[1].start_minute, pair[1].workshop.workshop_id),
    )
    labels = _labels([one for _, one in scored], wishes)
    unlabelled = [_key(one) for _, one in scored if _key(one) not in labels]
    shown = {*labels, *unlabelled[: MAXIMUM_SLOTS - len(labels)]}
    return [_slot(one, parts, labels.get(_key(one), ()), need, wishes) for parts, one in scored if _key(one) in shown]


def score_parts(candidate: Candidate, need: Need, wishes: Wishes) -> dict[str, float]:
    """What each consideration adds; costs are negative."""
    distance = _distance_km(candidate, wishes)
    return {
        "travel": -_PER_KM * distance if distance is not None else 0.0,
        "timing": -_timing_cost(candidate.start_minute, need),
        "preference": _PREFERRED * (_on_preferred_day(candidate, wishes) + _in_preferred_part(candidate, wishes)),
        "load": -_LOAD * candidate.load,
    }


def haversine_km(one: Position, other: Position) -> float:
    """The distance as the crow flies, on a sphere."""
    latitudes = math.radians(one.latitude_deg), math.radians(other.latitude_deg)
    half_lat = (latitudes[1] - latitudes[0]) / 2
    half_lon = math.radians(other.longitude_deg - one.longitude_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def reasons_of(candidate: Candidate, need: Need, wishes: Wishes, labels: Sequence[str] = ()) -> tuple[Text, ...]:
    """Why this visit, the weightiest first."""
    telling: tuple[Reason, ...] = ("soonest", "closest")
    found = [reason(label) for label in telling if label in labels]
    found += _timing_reasons(candidate.start_minute, need)
    if (distance := _distance_km(candidate, wishes)) is not None:
        found.append(reason("distance", km=f"{distance:.0f}" if distance >= 10 else f"{distance:.1f}"))
    checks: tuple[tuple[Reason, bool], ...] = (
        ("preferred_day", _on_preferred_day(candidate, wishes)),
        ("preferred_part", _in_preferred_part(candidate, wishes)),
        ("quiet_day", candidate.load < _QUIET),
    )
    found += [reason(code) for code, holds in checks if holds]
    return (*found, *(reason("skill", skill=SKILLS[skill]) for skill in sorted(need.skills & SKILLS.keys())))


def _timing_cost(start_minute: int, need: Need) -> float:
    cost = _WAIT_PER_DAY[need.urgency] * _days(need.now_minute, start_minute)
    if need.due_minute is not None:
        late = _days(need.due_minute, start_minute)
        cost += _LATE_PER_DAY * late if late > 0 else _EARLY_PER_DAY * -late * (need.urgency == 1)
    if need.latest_safe_minute is not None:
        cost += _UNSAFE_PER_DAY * max(0.0, _days(need.latest_safe_minute, start_minute))
    return cost


def _timing_reasons(start_minute: int, need: Need) -> list[Text]:
    if need.latest_safe_minute is not None and start_minute > need.latest_safe_minute:
        return [reason("after_safe_date")]
    if need.due_minute is None:
        return []
    days = round(_days(start_minute, need.due_minute))
    if days == 0:
        return [reason("when_due")]
    return [reason("before_due" if days > 0 else "after_due", days=days_text(abs(days)))]


def _labels(scored: Sequence[Candidate], wishes: Wishes) -> dict[tuple[str, int], tuple[str, ...]]:
    """By candidate: `recommended` the best, `soonest`, and `closest` the best one of the nearest workshop."""
    if not scored:
        return {}
    named = {"recommended": scored[0], "soonest": min(scored, key=lambda one: one.start_minute)}
    if wishes.position is not None:
        named["closest"] = min(scored, key=lambda one: _distance_km(one, wishes) or 0.0)
    labels: dict[tuple[str, int], tuple[str, ...]] = {}
    for label, one in named.items():
        labels[_key(one)] = (*labels.get(_key(one), ()), label)
    return labels


def _slot(one: Candidate, parts: Mapping[str, float], labels: tuple[str, ...], need: Need, wishes: Wishes) -> Slot:
    rounded = {name: round(value, 3) for name, value in parts.items()}
    return Slot(
        workshop=one.workshop,
        starts_at=instant(one.start_minute),
        ends_at=instant(one.end_minute),
        labels=labels,
        score=round(sum(rounded.values()), 3),
        parts=rounded,
        reasons=reasons_of(one, need, wishes, labels),
    )


def _key(one: Candidate) -> tuple[str, int]:
    return one.workshop.workshop_id, one.start_minute


def _distance_km(one: Candidate, wishes: Wishes) -> float | None:
    return None if wishes.position is None else haversine_km(wishes.position, one.workshop.position)


def _on_preferred_day(one: Candidate, wishes: Wishes) -> bool:
    return one.on.weekday() in wishes.weekdays


def _in_preferred_part(one: Candidate, wishes: Wishes) -> bool:
    return one.day_part == wishes.day_part


def _days(start_minute: int, end_minute: int) -> float:
    return (end_minute - start_minute) / DAY_MINUTES
