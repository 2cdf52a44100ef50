"""One recommendation per piece of work, from findings and from what the service plan says. Pure.

Everything at or near its due date is in the answer, so that one visit can do it all. The order of findings and of
intervals changes nothing, and what opened a recommendation names it, so a replay gives the same ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID, uuid5

from maintenance_planner.finding_work import FindingWork, work_for
from maintenance_planner.interval_texts import interval_reason
from maintenance_planner.models import (
    DueState,
    Finding,
    IntervalStatus,
    Operation,
    Recommendation,
    ServiceRecord,
    Severity,
    Texts,
)

SAFE_DAYS: Final[Mapping[int, int]] = {Severity.STOP: 1, Severity.SOON: 7, Severity.PLAN: 30}
"""So many days after it was found the work should be done at the latest; an advisory sets no date."""

LONG_OVER_KM: Final = 3_000.0
LONG_OVER_DAYS: Final = 90
"""Twice the lead of a reminder by distance, three times by time: from here on an overdue service is urgent."""

_NAMESPACE: Final = UUID("6f1c1f0e-6d2b-5b7e-9f0c-2a4f3d8e7b15")


@dataclass(slots=True)
class _Work:
    """What comes together under one item."""

    work: FindingWork | None = None
    findings: list[Finding] = field(default_factory=list)
    intervals: list[IntervalStatus] = field(default_factory=list)


def recommend(vehicle_id: int, findings: Iterable[Finding], statuses: Iterable[IntervalStatus]) -> list[Recommendation]:
    """The most urgent first. `findings` are those still open, see `open_findings`."""
    works: dict[str, _Work] = {}
    for finding in sorted(findings, key=_gravest_first):
        asked = work_for(finding.kind)
        works.setdefault(asked.item, _Work(asked)).findings.append(finding)
    for status in statuses:
        if status.state is not DueState.PLANNED:
            item = _item_that_does(status.item, works)
            works.setdefault(item, _Work()).intervals.append(status)
    made = [_recommendation(vehicle_id, item, work) for item, work in works.items()]
    return sorted(made, key=lambda one: (-one.urgency, one.item))


def open_findings(findings: Iterable[Finding], last: Mapping[str, ServiceRecord]) -> list[Finding]:
    """Those whose work was not recorded on the day they were found or later."""
    return [finding for finding in findings if not _is_done(finding, last.get(work_for(finding.kind).item))]


def _is_done(finding: Finding, record: ServiceRecord | None) -> bool:
    return record is not None and record.performed_on >= finding.found_at.date()


def _gravest_first(finding: Finding) -> tuple[int, datetime, str]:
    return -finding.severity, finding.found_at, str(finding.finding_id)


def _item_that_does(item: str, works: Mapping[str, _Work]) -> str:
    """The work of a finding that does this item of the plan along the way, the first by its severity."""
    covering = (name for name, work in works.items() if work.work and item in work.work.covers)
    return item if item in works else next(covering, item)


def _recommendation(vehicle_id: int, item: str, work: _Work) -> Recommendation:
    cycles = sorted(f"{status.item}:{status.cycle}" for status in work.intervals)
    openers = sorted(str(finding.finding_id) for finding in work.findings) or cycles
    return Recommendation(
        recommendation_id=uuid5(_NAMESPACE, "/".join([str(vehicle_id), item, *openers])),
        item=item,
        urgency=int(max(chain((one.severity for one in work.findings), map(_urgency, work.intervals)))),
        due_at=min((status.due_at for status in work.intervals if status.due_at), default=None),
        latest_safe_at=min(filter(None, map(_latest_safe_at, work.findings)), default=None),
        titles=_titles(work),
        reasons=_reasons(work),
        operations=_operations(work),
        finding_ids=sorted(finding.finding_id for finding in work.findings),
    )


def _urgency(status: IntervalStatus) -> int:
    if status.state is DueState.DUE_SOON:
        return Severity.ADVISORY
    over_km = status.remaining_km is not None and status.remaining_km < -LONG_OVER_KM
    over_days = status.remaining_days is not None and status.remaining_days < -LONG_OVER_DAYS
    return Severity.SOON if over_km or over_days else Severity.PLAN


def _latest_safe_at(finding: Finding) -> datetime | None:
    days = SAFE_DAYS.get(finding.severity)
    return finding.found_at + timedelta(days=days) if days else None


def _titles(work: _Work) -> Texts:
    if work.work is None:
        return work.intervals[0].titles
    component = ", ".join(sorted({finding.component for finding in work.findings}))
    titles = work.work.titles
    return Texts(en=titles["en"].format(component=component), zh=titles["zh"].format(component=component))


def _reasons(work: _Work) -> dict[str, list[str]]:
    intervals = sorted(work.intervals, key=lambda status: status.item)
    texts = [*(finding.texts for finding in work.findings), *map(interval_reason, intervals)]
    return {"en": [text["en"] for text in texts], "zh": [text["zh"] for text in texts]}


def _operations(work: _Work) -> list[Operation]:
    """Each once, what a finding asks for first."""
    asked: Sequence[Operation] = work.work.operations if work.work else ()
    planned = chain.from_iterable(status.operations for status in sorted(work.intervals, key=lambda one: one.item))
    return list({operation["code"]: operation for operation in chain(asked, planned)}.values())
