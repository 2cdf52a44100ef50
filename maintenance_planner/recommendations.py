"""One recommendation per piece of work, from findings, the service plan, predictions, campaigns and low levels. Pure.

Everything at or near its due date is in the answer, so that one visit can do it all. The order of what comes in changes
nothing. A recommendation is known by its work and by the service it counts from: while nobody has done that work it
keeps its identity, whatever joins it and however its numbers move, and a replay gives the same ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID, uuid5

from maintenance_planner.campaigns import Match
from maintenance_planner.consumables import LowLevel
from maintenance_planner.finding_work import FindingWork, work_for
from maintenance_planner.interval_texts import interval_reason
from maintenance_planner.models import (
    Basis,
    DueState,
    Finding,
    IntervalStatus,
    Operation,
    Recommendation,
    ServiceRecord,
    Severity,
    Texts,
)
from maintenance_planner.plans import Warranty
from maintenance_planner.predictions import Prediction
from maintenance_planner.service_intervals import LEAD_DAYS
from maintenance_planner.work_details import details_for

SAFE_DAYS: Final[Mapping[int, int]] = {Severity.STOP: 1, Severity.SOON: 7, Severity.PLAN: 30}
"""So many days after it was found the work should be done at the latest; an advisory sets no date."""

LONG_OVER_KM: Final = 3_000.0
LONG_OVER_DAYS: Final = 90
"""Twice the lead of a reminder by distance, three times by time: from here on an overdue service is urgent."""

_NAMESPACE: Final = UUID("6f1c1f0e-6d2b-5b7e-9f0c-2a4f3d8e7b15")


@dataclass(frozen=True, slots=True)
class Needs:
    """All that asks for work on one car. `findings` are those still open, see `open_findings`; `last` by item."""

    vehicle_id: int
    now_at: datetime
    findings: Iterable[Finding] = ()
    statuses: Sequence[IntervalStatus] = ()
    predictions: Mapping[str, Prediction] = field(default_factory=dict)
    campaigns: Sequence[Match] = ()
    low: Sequence[LowLevel] = ()
    last: Mapping[str, ServiceRecord] = field(default_factory=dict)
    guarantees: Sequence[Warranty] = ()


@dataclass(slots=True)
class _Work:
    """What comes together under one item."""

    work: FindingWork | None = None
    findings: list[Finding] = field(default_factory=list)
    intervals: list[IntervalStatus] = field(default_factory=list)
    prediction: Prediction | None = None
    campaign: Match | None = None
    low: LowLevel | None = None


def recommend(needs: Needs) -> list[Recommendation]:
    """The most urgent first."""
    works: dict[str, _Work] = {}
    for finding in sorted(needs.findings, key=_gravest_first):
        asked = work_for(finding.kind)
        works.setdefault(asked.item, _Work(asked)).findings.append(finding)
    for status in needs.statuses:
        prediction = needs.predictions.get(status.item)
        if status.state is not DueState.PLANNED or _is_near(prediction, needs.now_at):
            work = works.setdefault(_item_that_does(status.item, works), _Work())
            work.intervals.append(status)
            both = filter(None, (prediction, work.prediction))
            work.prediction = min(both, key=lambda one: one.latest_safe_at, default=None)
    planned = {status.item for status in needs.statuses}
    for item, prediction in sorted(needs.predictions.items()):
        if item not in planned and _is_near(prediction, needs.now_at):
            works.setdefault(item, _Work()).prediction = prediction
    for match in needs.campaigns:
        works.setdefault(match.campaign.item, _Work()).campaign = match
    for low in needs.low:
        works.setdefault(low.consumable.item, _Work()).low = low
    made = [_recommendation(needs, item, work) for item, work in works.items()]
    return sorted(made, key=lambda one: (-one.urgency, one.item))


def open_findings(findings: Iterable[Finding], last: Mapping[str, ServiceRecord]) -> list[Finding]:
    """Those that have not ended, and whose work was not recorded on the day they were found or later."""
    return [
        finding
        for finding in findings
        if finding.ended_at is None and not _is_done(finding, last.get(work_for(finding.kind).item))
    ]


def _is_done(finding: Finding, record: ServiceRecord | None) -> bool:
    return record is not None and record.performed_on >= finding.found_at.date()


def _is_near(prediction: Prediction | None, now: datetime) -> bool:
    """From the lead of a reminder before the earliest date on."""
    return prediction is not None and prediction.p10_at - now <= timedelta(days=LEAD_DAYS)


def _gravest_first(finding: Finding) -> tuple[int, datetime, str]:
    return -finding.severity, finding.found_at, str(finding.finding_id)


def _item_that_does(item: str, works: Mapping[str, _Work]) -> str:
    """The work of a finding that does this item of the plan along the way, the first by its severity."""
    covering = (name for name, work in works.items() if work.work and item in work.work.covers)
    return item if item in works else next(covering, item)


def _recommendation(needs: Needs, item: str, work: _Work) -> Recommendation:
    record = needs.last.get(item)
    operations = _operations(work)
    return Recommendation(
        recommendation_id=recommendation_id(needs.vehicle_id, item, record),
        item=item,
        urgency=_urgency_of(work, needs.now_at),
        due_at=_due_at(work),
        latest_safe_at=_latest_of(work),
        titles=_titles(work),
        reasons=_reasons(work),
        operations=operations,
        finding_ids=sorted(finding.finding_id for finding in work.findings),
        details=replace(
            details_for(item, operations, _covered_by(work, operations, needs.guarantees)),
            fails_at=work.prediction.fails_at if work.prediction else None,
        ),
        basis=Basis(
            finding_ids=sorted(str(finding.finding_id) for finding in work.findings),
            states={status.item: str(status.state) for status in sorted(work.intervals, key=lambda one: one.item)},
            severe=sorted({name for status in work.intervals for name in status.severe}),
            predicted=work.prediction is not None,
        ),
    )


def recommendation_id(vehicle_id: int, item: str, last: ServiceRecord | None) -> UUID:
    """The same until the work is recorded as done."""
    cycle = str(last.performed_on) if last else "unrecorded"
    return uuid5(_NAMESPACE, f"{vehicle_id}/{item}/{cycle}")


def _urgency_of(work: _Work, now: datetime) -> int:
    urgencies = [int(one.severity) for one in work.findings]
    urgencies += [int(_urgency(one)) for one in work.intervals if one.state is not DueState.PLANNED]
    if work.prediction and _is_near(work.prediction, now):
        urgencies.append(int(Severity.SOON if work.prediction.latest_safe_at <= now else Severity.PLAN))
    if work.campaign:
        urgencies.append(int(Severity.SOON if work.campaign.campaign.safety else Severity.PLAN))
    if work.low:
        urgencies.append(work.low.consumable.urgency)
    return max(urgencies)


def _due_at(work: _Work) -> datetime | None:
    dates = [status.due_at for status in work.intervals if status.due_at]
    if work.prediction:
        dates.append(work.prediction.p50_at)
    return min(dates, default=None)


def _latest_of(work: _Work) -> datetime | None:
    """A finding by its severity, a measured part by its prediction, an interval when its delay becomes urgent.

    What is measured goes before the interval of the same part: a plan knows the mean car, not this one.
    """
    dates = [*map(_latest_safe_at, work.findings)]
    measured = work.prediction.item if work.prediction else None
    dates += [
        status.due_at + timedelta(days=LONG_OVER_DAYS)
        for status in work.intervals
        if status.due_at and status.state is not DueState.PLANNED and status.item != measured
    ]
    if work.prediction:
        dates.append(work.prediction.latest_safe_at)
    return min(filter(None, dates), default=None)


def _covered_by(work: _Work, operations: Sequence[Operation], guarantees: Sequence[Warranty]) -> Texts | None:
    """A campaign always; a guarantee pays for what has failed, never for regular service."""
    if work.campaign:
        return Texts(en="The maker pays for this campaign.", zh="该活动由厂家承担费用。")
    if not work.findings:
        return None
    skills = {operation["skill"] for operation in operations if operation["skill"]}
    for guarantee in guarantees:
        if "*" in guarantee.covers or skills <= guarantee.covers:
            titles = guarantee.titles
            return Texts(en=f"{titles['en']}, unless it is wear.", zh=f"{titles['zh']}（磨损除外）。")
    return None


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
    if work.campaign:
        return work.campaign.campaign.titles
    if work.work is None and work.low and not work.intervals:
        return work.low.consumable.titles
    if work.work is None and work.intervals:
        return work.intervals[0].titles
    if work.work is None and work.prediction and work.prediction.titles:
        return work.prediction.titles
    assert work.work is not None
    component = ", ".join(sorted({finding.component for finding in work.findings}))
    titles = work.work.titles
    return Texts(en=titles["en"].format(component=component), zh=titles["zh"].format(component=component))


def _reasons(work: _Work) -> dict[str, list[str]]:
    intervals = sorted(work.intervals, key=lambda status: status.item)
    texts = [*(finding.texts for finding in work.findings), *map(interval_reason, intervals)]
    if work.prediction:
        texts.append(work.prediction.reason())
    if work.low:
        texts.append(work.low.reason)
    if work.campaign:
        reason, because = work.campaign.campaign.reason, work.campaign.because
        texts.append(Texts(en=f"{reason['en']} ({because['en']})", zh=f"{reason['zh']}（{because['zh']}）"))
    return {"en": [text["en"] for text in texts], "zh": [text["zh"] for text in texts]}


def _operations(work: _Work) -> list[Operation]:
    """Each once, what a finding asks for first."""
    asked: Sequence[Operation] = work.work.operations if work.work else ()
    if work.campaign:
        asked = work.campaign.campaign.operations
    elif work.low:
        asked = (*asked, *work.low.consumable.operations)
    planned = chain.from_iterable(status.operations for status in sorted(work.intervals, key=lambda one: one.item))
    predicted = work.prediction.operations if work.prediction and not (asked or work.intervals) else ()
    return list({operation["code"]: operation for operation in chain(asked, planned, predicted)}.values())
