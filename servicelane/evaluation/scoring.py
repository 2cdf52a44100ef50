"""Outcomes to figures: one row for each detector, one for each fault, and what healthy cars had to hear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from servicelane.evaluation.intervals import Rate, Share
from servicelane.evaluation.lives import Outcome, Said
from servicelane.evaluation.matching import RIGHT
from simulator.faults.degradations import DEGRADATIONS

SERVICE_LEVEL: Final = 2
LEAD_DAYS: Final = 7.0
LEAD_KM: Final = 300.0
HEALTHY_PER_FAULTY: Final = 9
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class DetectorRow:
    """`early` of the gradual faults that strand: told at least 7 days or 300 km before. Delay in days from onset.

    Precision is that of a fleet with one faulty car in ten: cars to which the detector spoke truly, of all cars to
    which it spoke. False alarms are of healthy cars, per 1,000 hours of driving.
    """

    detector: str
    recall: Share
    before_stranding: Share
    early: Share
    precision: Share
    false_alarms: Rate
    median_delay_days: float | None
    median_lead_days: float | None


@dataclass(frozen=True, slots=True)
class FaultRow:
    """`by_its_detector`, and `by_any`: by another true finding or the car's own code too.

    Of the cars of which something told, how often isolation ranks the true cause first, or among the first three.
    """

    fault: str
    detector: str
    by_its_detector: Share
    by_any: Share
    stranding: int
    median_delay_days: float | None
    median_lead_days: float | None
    cause_first: Share
    cause_in_three: Share


@dataclass(frozen=True, slots=True)
class HealthyRow:
    car_years: float
    driven_h: float
    service_level: int
    advisories: int


def judged_faults(detectors: Sequence[str]) -> dict[str, str]:
    """By fault, the detector that is judged by it, of those that exist."""
    return {fault: kinds[0] for fault, kinds in RIGHT.items() if kinds[0] in detectors}


def detector_row(detector: str, faulty: Sequence[Outcome], healthy: Sequence[Outcome]) -> DetectorRow:
    """`faulty` are the cars with one of its faults; of the healthy ones nine for each of them are counted."""
    fleet = list(healthy[: HEALTHY_PER_FAULTY * len(faulty)])
    first = [_first_true(one, {detector}) for one in faulty]
    false_faulty = sum(any(_is_false(said, detector) for said in one.said) for one in faulty)
    false_healthy = sum(any(_is_false(said, detector) for said in one.said) for one in fleet)
    found = sum(said is not None for said in first)
    delays, leads, stranding, early = _timing(faulty, first)
    hits = sum(lead is not None and lead > 0 for lead in stranding)
    return DetectorRow(
        detector=detector,
        recall=Share(found, len(faulty)),
        before_stranding=Share(hits, len(stranding)),
        early=Share(sum(early), len(early)),
        precision=Share(found, found + false_faulty + false_healthy),
        false_alarms=Rate(
            sum(_is_false(said, detector) for one in healthy for said in one.said),
            sum(one.driven_h for one in healthy) / 1000.0,
        ),
        median_delay_days=_median(delays),
        median_lead_days=_median(leads),
    )


def fault_row(fault: str, outcomes: Sequence[Outcome]) -> FaultRow:
    own = [_first_true(one, {RIGHT[fault][0]}) for one in outcomes]
    places = [one.cause_place for one in outcomes if one.cause_place is not None]
    any_true = [_first_true(one, None) for one in outcomes]
    delays, leads, stranding, _ = _timing(outcomes, own)
    return FaultRow(
        fault=fault,
        detector=RIGHT[fault][0],
        by_its_detector=Share(sum(one is not None for one in own), len(own)),
        by_any=Share(sum(one is not None for one in any_true), len(any_true)),
        stranding=len(stranding),
        median_delay_days=_median(delays),
        median_lead_days=_median(leads),
        cause_first=Share(sum(place == 1 for place in places), len(places)),
        cause_in_three=Share(sum(place <= 3 for place in places), len(places)),
    )


def total(shares: Iterable[Share]) -> Share:
    """All together."""
    told = list(shares)
    return Share(sum(one.hits for one in told), sum(one.all for one in told))


def healthy_row(healthy: Sequence[Outcome]) -> HealthyRow:
    said = [one for outcome in healthy for one in outcome.said]
    return HealthyRow(
        car_years=sum(one.days for one in healthy) / 365.0,
        driven_h=sum(one.driven_h for one in healthy),
        service_level=sum(one.severity >= SERVICE_LEVEL for one in said),
        advisories=sum(one.severity < SERVICE_LEVEL for one in said),
    )


def false_words(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Each finding that nothing explains, with all that is needed to see it again."""
    for one in outcomes:
        for said in one.said:
            if not said.explained:
                case = one.case
                car = f"{case.fault or 'healthy'} car {case.number} ({one.drivetrain}), {case.part} seed {case.seed}"
                yield f"{car}: {said.kind}, {said.component}, severity {said.severity}"


def missed_words(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for one in outcomes:
        fault = one.case.fault
        if fault and _first_true(one, {RIGHT[fault][0]}) is None:
            yield f"{fault} car {one.case.number} ({one.drivetrain}), {one.case.part} seed {one.case.seed}: not found"


def _first_true(outcome: Outcome, detectors: set[str] | None) -> Said | None:
    """The first finding that names the fault, by one of these detectors or (None) by any."""
    wanted = (said for said in outcome.said if said.answers and (detectors is None or said.kind in detectors))
    return next(wanted, None)


def _is_false(said: Said, detector: str) -> bool:
    return said.kind == detector and not said.explained


def _timing(
    outcomes: Sequence[Outcome], first: Sequence[Said | None]
) -> tuple[list[float], list[float], list[float | None], list[bool]]:
    """Delays and leads (days) of those found; the lead, if any, of each that strands; if gradual ones were early."""
    delays: list[float] = []
    leads: list[float] = []
    stranding: list[float | None] = []
    early: list[bool] = []
    for one, said in zip(outcomes, first, strict=True):
        if said is not None and one.onset_s is not None:
            delays.append((said.found_s - one.onset_s) / _DAY_S)
        if one.strands_s is None:
            continue
        lead = (one.strands_s - said.found_s) / _DAY_S if said is not None else None
        stranding.append(lead)
        leads += [lead] if lead is not None else []
        if DEGRADATIONS[str(one.case.fault)].gradual:
            early.append(_is_early(one, said, lead))
    return delays, leads, stranding, early


def _is_early(outcome: Outcome, said: Said | None, lead_days: float | None) -> bool:
    if said is None or lead_days is None or outcome.strands_km is None:
        return False
    return lead_days >= LEAD_DAYS or outcome.strands_km - said.odometer_km >= LEAD_KM


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None
