"""Which of the possible visits suits best, and why, in words. Pure.

Each visit has an expected cost in euros, summed from parts; the cheapest is recommended. The weights are engineering
values, calibrated with `servicelane evaluate booking` and to be calibrated again on bookings. A day is asymmetric, as
in attended planning: a little for too early (what is done sooner is due again sooner), ten times as much for too late.
Urgent work has a hard limit: see `shortlist`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from booking_api.advisers import receiving
from booking_api.languages import Text
from booking_api.local_days import instant
from booking_api.models import DayPart, Slot, Wishes, Workshop
from booking_api.positions import haversine_km
from booking_api.reason_texts import SKILLS, Reason, days_text, reason
from booking_api.risk import Life, risk_until
from booking_api.scheduling import DAY_MINUTES

MAXIMUM_SLOTS: Final = 10
HARD_LIMIT_URGENCY: Final = 3
NOON_MINUTES: Final = 12 * 60


@dataclass(frozen=True, slots=True)
class Weights:
    """Euros. `failure` and `wait_per_day` by urgency; `per_km` for both ways, with the time of the drive."""

    per_km: float = 0.8
    early_per_day: float = 0.4
    late_per_day: float = 4.0
    wait_per_day: Mapping[int, float] = field(default_factory=lambda: {1: 0.15, 2: 0.8, 3: 8.0, 4: 25.0})
    failure: Mapping[int, float] = field(default_factory=lambda: {1: 80.0, 2: 400.0, 3: 1500.0, 4: 4000.0})
    other_weekday: float = 8.0
    other_day_part: float = 6.0
    day_off_preferred: float = 10.0
    load: float = 6.0
    load_power: float = 2.0
    scarce: float = 100.0
    ordered_tight: float = 6.0
    other_workshop: float = 4.0
    other_adviser: float = 1.5


DEFAULT_WEIGHTS: Final = Weights()
_QUIET: Final = 0.3
_TIGHT_MINUTES: Final = DAY_MINUTES
"""Ordered parts that are to come less than a day before the visit may well be late."""
RELEASED_MINUTES: Final = 20 * 60
"""Technicians kept for urgent cars are open to everybody from the afternoon before: hardly any urgent car comes now."""
_TOLD_RISK: Final = 0.01


@dataclass(frozen=True, slots=True)
class Candidate:
    """A start that is free: `on` that local day, `wall_minutes` after midnight. `load` of that day: 0 to 1.

    `scarce`: nobody is free but who has skills that urgent cars may need and this work does not. `ready_minute`: when
    ordered parts come, 0 where none are ordered.
    """

    workshop: Workshop
    start_minute: int
    end_minute: int
    on: date
    wall_minutes: int
    load: float
    scarce: bool = False
    ready_minute: int = 0

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
    life: Life | None = None

    @property
    def limit_minute(self) -> int | None:
        """From here on urgent work is too late."""
        if self.urgency < HARD_LIMIT_URGENCY:
            return None
        return self.due_minute if self.latest_safe_minute is None else self.latest_safe_minute


def rank(candidates: Sequence[Candidate], need: Need, wishes: Wishes, weights: Weights = DEFAULT_WEIGHTS) -> list[Slot]:
    """The best first, at most ten; `soonest` and, where a position is given, `closest` are always among them."""
    distances = distances_km((one.workshop for one in candidates), wishes)
    scored = sorted(
        ((expected_cost(one, need, wishes, distances, weights), one) for one in candidates),
        key=lambda pair: (pair[0], pair[1].start_minute, pair[1].workshop.workshop_id),
    )
    ordered = [one for _, one in scored]
    labels = _labels(ordered, distances)
    unlabelled = [_key(one) for one in ordered[: 2 * MAXIMUM_SLOTS] if _key(one) not in labels]
    shown = {*labels, *unlabelled[: MAXIMUM_SLOTS - len(labels)]}
    return [_slot(one, labels.get(_key(one), ()), need, wishes, weights) for one in ordered if _key(one) in shown]


def expected_cost(
    one: Candidate, need: Need, wishes: Wishes, distances: Mapping[str, float], weights: Weights = DEFAULT_WEIGHTS
) -> float:
    return sum(_costs(one, need, wishes, distances.get(one.workshop.workshop_id), weights))


_PARTS: Final = ("risk", "travel", "timing", "preference", "parts", "load", "protection", "continuity")


def score_parts(
    candidate: Candidate, need: Need, wishes: Wishes, weights: Weights = DEFAULT_WEIGHTS
) -> dict[str, float]:
    """What each consideration takes from the score, in euros."""
    distance = distances_km([candidate.workshop], wishes).get(candidate.workshop.workshop_id)
    costs = _costs(candidate, need, wishes, distance, weights)
    return {name: -cost if cost else 0.0 for name, cost in zip(_PARTS, costs, strict=True)}


def _costs(one: Candidate, need: Need, wishes: Wishes, distance: float | None, weights: Weights) -> tuple[float, ...]:
    kept = one.scarce and need.urgency < HARD_LIMIT_URGENCY and one.start_minute - need.now_minute > RELEASED_MINUTES
    tight = one.ready_minute and one.start_minute - one.ready_minute < _TIGHT_MINUTES
    return (
        _risk_cost(one.start_minute, need, weights),
        _travel_cost(distance, weights),
        _timing_cost(one.start_minute, need, weights),
        _preference_cost(one, wishes, weights),
        weights.ordered_tight if tight else 0.0,
        weights.load * one.load**weights.load_power,
        weights.scarce if kept else 0.0,
        _other_place_cost(one.workshop, wishes, weights) + _other_adviser_cost(one, wishes, weights),
    )


def pressing_cost(start_minute: int, need: Need, weights: Weights) -> float:
    """What waiting costs at least: no later visit costs less of it."""
    return _risk_cost(start_minute, need, weights) + _waiting_cost(start_minute, need, weights)


def _risk_cost(start_minute: int, need: Need, weights: Weights) -> float:
    return weights.failure[need.urgency] * risk_of(start_minute, need)


def _waiting_cost(start_minute: int, need: Need, weights: Weights) -> float:
    return weights.wait_per_day[need.urgency] * _days(need.now_minute, start_minute)


def _other_adviser_cost(one: Candidate, wishes: Wishes, weights: Weights) -> float:
    return weights.other_adviser if wishes.adviser_ids and not known_adviser_there(one, wishes) else 0.0


def known_adviser_there(one: Candidate, wishes: Wishes) -> bool:
    adviser = receiving(one.workshop, one.on, one.wall_minutes, one.start_minute, wishes.adviser_ids)
    return adviser is not None and adviser.resource_id in wishes.adviser_ids


def risk_of(start_minute: int, need: Need) -> float:
    """The probability that what the visit is for has failed by then."""
    return risk_until(need.life, need.now_minute, start_minute) if need.life else 0.0


def distances_km(workshops: Iterable[Workshop], wishes: Wishes) -> dict[str, float]:
    """By workshop; nothing where no position is given."""
    if wishes.position is None:
        return {}
    distinct = {one.workshop_id: one for one in workshops}
    return {name: haversine_km(wishes.position, one.position) for name, one in distinct.items()}


def place_cost(workshop: Workshop, distance: float | None, wishes: Wishes, weights: Weights) -> float:
    """What every visit to this workshop costs, whenever it is."""
    return _travel_cost(distance, weights) + _other_place_cost(workshop, wishes, weights)


def _travel_cost(distance: float | None, weights: Weights) -> float:
    return weights.per_km * distance if distance is not None else 0.0


def _other_place_cost(workshop: Workshop, wishes: Wishes, weights: Weights) -> float:
    usual = wishes.usual_workshop_id
    return weights.other_workshop if usual is not None and usual != workshop.workshop_id else 0.0


def reasons_of(candidate: Candidate, need: Need, wishes: Wishes, labels: Sequence[str] = ()) -> tuple[Text, ...]:
    """Why this visit, the weightiest first."""
    telling: tuple[Reason, ...] = ("soonest", "closest")
    found = [reason(label) for label in telling if label in labels]
    found += _timing_reasons(candidate.start_minute, need)
    if (risk := risk_of(candidate.start_minute, need)) >= _TOLD_RISK:
        found.append(reason("risk", percent=str(round(100 * risk))))
    distance = distances_km([candidate.workshop], wishes).get(candidate.workshop.workshop_id)
    if distance is not None:
        found.append(reason("distance", km=f"{distance:.0f}" if distance >= 10 else f"{distance:.1f}"))
    checks: tuple[tuple[Reason, bool], ...] = (
        ("preferred_day", _on_preferred_day(candidate, wishes)),
        ("preferred_part", candidate.day_part == wishes.day_part),
        ("parts_come", bool(candidate.ready_minute)),
        ("usual_workshop", wishes.usual_workshop_id == candidate.workshop.workshop_id),
        ("known_adviser", known_adviser_there(candidate, wishes)),
        ("quiet_day", candidate.load < _QUIET),
    )
    found += [reason(code) for code, holds in checks if holds]
    return (*found, *(reason("skill", skill=SKILLS[skill]) for skill in sorted(need.skills & SKILLS.keys())))


def _timing_cost(start_minute: int, need: Need, weights: Weights) -> float:
    cost = _waiting_cost(start_minute, need, weights)
    if need.due_minute is not None:
        late = _days(need.due_minute, start_minute)
        cost += weights.late_per_day * late if late > 0 else weights.early_per_day * -late * (need.urgency == 1)
    return cost


def _preference_cost(one: Candidate, wishes: Wishes, weights: Weights) -> float:
    cost = 0.0
    if wishes.weekdays and one.on.weekday() not in wishes.weekdays:
        cost += weights.other_weekday
    if wishes.preferred_on is not None:
        cost += weights.day_off_preferred * abs((one.on - wishes.preferred_on).days)
    if wishes.day_part is not None and one.day_part != wishes.day_part:
        cost += weights.other_day_part
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


def _labels(ordered: Sequence[Candidate], distances: Mapping[str, float]) -> dict[tuple[str, int], tuple[str, ...]]:
    """By candidate: `recommended` the best, `soonest`, and `closest` the best one of the nearest workshop."""
    if not ordered:
        return {}
    named = {"recommended": ordered[0], "soonest": min(ordered, key=lambda one: one.start_minute)}
    if distances:
        named["closest"] = min(ordered, key=lambda one: distances[one.workshop.workshop_id])
    labels: dict[tuple[str, int], tuple[str, ...]] = {}
    for label, one in named.items():
        labels[_key(one)] = (*labels.get(_key(one), ()), label)
    return labels


def _slot(one: Candidate, labels: tuple[str, ...], need: Need, wishes: Wishes, weights: Weights) -> Slot:
    rounded = {name: round(value, 3) for name, value in score_parts(one, need, wishes, weights).items()}
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


def _on_preferred_day(one: Candidate, wishes: Wishes) -> bool:
    return one.on.weekday() in wishes.weekdays or one.on == wishes.preferred_on


def _days(start_minute: int, end_minute: int) -> float:
    return (end_minute - start_minute) / DAY_MINUTES
