"""Work bundled into visits: what is due within two months of the most urgent is done along with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from maintenance_planner.models import DueState, IntervalStatus, Operation, Recommendation, Texts
from maintenance_planner.work_details import details_for

TOGETHER: Final = timedelta(days=60)
"""An item brought forward by so much loses a sixth of a yearly interval; a visit of its own costs half a day."""

LOOK_AHEAD: Final = timedelta(days=365)
SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class VisitItem:
    item: str
    titles: Texts
    due_at: datetime | None
    operations: tuple[Operation, ...]
    minutes: tuple[int, int]
    cost_eur: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Visit:
    """`by_at`: when the first of its items is to be done.

    Minutes and costs are from, to; shared operations count once.
    """

    by_at: datetime
    items: tuple[VisitItem, ...]
    minutes: tuple[int, int]
    cost_eur: tuple[int, int]
    skills: tuple[str, ...]


def visits_of(
    recommendations: Iterable[Recommendation], statuses: Iterable[IntervalStatus], now: datetime
) -> list[Visit]:
    """The next year's, the first first."""
    asked = [(_limit(one, now), _recommended(one)) for one in recommendations]
    covered = {item for one in recommendations for item in (one.item, *one.basis.states)}
    asked += [
        (one.due_at, _planned(one))
        for one in statuses
        if one.state is DueState.PLANNED and one.due_at and one.due_at <= now + LOOK_AHEAD and one.item not in covered
    ]
    asked.sort(key=lambda pair: (pair[0], pair[1].item))
    visits: list[Visit] = []
    while asked:
        by_at = asked[0][0]
        together = [item for limit, item in asked if limit <= by_at + TOGETHER]
        asked = [pair for pair in asked if pair[0] > by_at + TOGETHER]
        visits.append(_visit(by_at, together))
    return visits


def _limit(one: Recommendation, now: datetime) -> datetime:
    """What is recommended is done within a month, or by its latest safe date; never in the past."""
    known = [at for at in (one.latest_safe_at, one.due_at) if at is not None]
    return max(min([*known, now + SOON]), now)


def _recommended(one: Recommendation) -> VisitItem:
    return VisitItem(one.item, one.titles, one.due_at, tuple(one.operations), one.details.minutes, one.details.cost_eur)


def _planned(one: IntervalStatus) -> VisitItem:
    details = details_for(one.item, one.operations)
    return VisitItem(one.item, one.titles, one.due_at, one.operations, details.minutes, details.cost_eur)


def _visit(by_at: datetime, items: Sequence[VisitItem]) -> Visit:
    operations = list({one["code"]: one for item in items for one in item.operations}.values())
    details = details_for("", operations)
    low, high = (sum(item.cost_eur[end] for item in items) for end in (0, 1))
    return Visit(
        by_at=by_at,
        items=tuple(items),
        minutes=details.minutes,
        cost_eur=(min(low, details.cost_eur[0]), min(high, details.cost_eur[1])),
        skills=tuple(details.skills),
    )
