"""What is wrong with a car, as its owner sees it: faults with their findings, and findings without one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from booking_api.fault_schemas import Drive, FaultAnswer, FaultsAnswer
from booking_api.schemas import CodeAnswer, DueAnswer, FindingAnswer

_FINDING: Final = "finding:"
_CODE_FINDING: Final = "trouble_code"
_STOP: Final = 4


@dataclass(frozen=True, slots=True)
class Concern:
    """`concern_id`: of the fault, or of the finding where there is none. `advice` None: the catalogue says nothing.

    `work`: what is recommended because of it.
    """

    concern_id: UUID
    sentence: str
    severity: int
    since: datetime
    drive: Drive
    advice: str | None
    findings: tuple[FindingAnswer, ...]
    codes: tuple[CodeAnswer, ...]
    work: tuple[DueAnswer, ...]


def concerns_of(
    faults: FaultsAnswer, findings: Sequence[FindingAnswer], codes: Sequence[CodeAnswer], due: Sequence[DueAnswer]
) -> list[Concern]:
    """The worst first."""
    found = [_of_fault(one, findings, codes, due) for one in faults.faults]
    told = {finding.finding_id for one in found for finding in one.findings}
    found += [_of_finding(one, codes, due) for one in findings if one.finding_id not in told]
    return sorted(found, key=lambda one: (-one.severity, one.since))


def _of_fault(
    fault: FaultAnswer, findings: Sequence[FindingAnswer], codes: Sequence[CodeAnswer], due: Sequence[DueAnswer]
) -> Concern:
    its = tuple(one for one in findings if _belongs(one, fault))
    names = {one.entry for one in fault.symptoms} | {one.component for one in fault.symptoms}
    return Concern(
        concern_id=fault.fault_id,
        sentence=fault.sentence,
        severity=fault.severity,
        since=fault.started_at,
        drive=fault.drive,
        advice=fault.drive_advice,
        findings=its,
        codes=tuple(one for one in codes if one.code in names or one.code.partition("-")[0] in names),
        work=_work(its, due),
    )


def _belongs(finding: FindingAnswer, fault: FaultAnswer) -> bool:
    if finding.kind == _CODE_FINDING:
        return any(finding.component in (one.component, one.entry) for one in fault.symptoms)
    return any(
        one.entry == _FINDING + finding.kind and one.component in ("", finding.component) for one in fault.symptoms
    )


def _of_finding(finding: FindingAnswer, codes: Sequence[CodeAnswer], due: Sequence[DueAnswer]) -> Concern:
    return Concern(
        concern_id=finding.finding_id,
        sentence=finding.text,
        severity=finding.severity,
        since=finding.onset_at or finding.found_at,
        drive="no" if finding.severity >= _STOP else "yes",
        advice=None,
        findings=(finding,),
        codes=tuple(one for one in codes if one.code == finding.component),
        work=_work((finding,), due),
    )


def _work(findings: Sequence[FindingAnswer], due: Sequence[DueAnswer]) -> tuple[DueAnswer, ...]:
    ids = {one.finding_id for one in findings}
    return tuple(one for one in due if ids & set(one.finding_ids))
