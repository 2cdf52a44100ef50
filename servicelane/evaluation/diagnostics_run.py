"""The whole evaluation of diagnostics: simulated fleets, recorded drives, and faults put into these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Final

from diagnostics.detectors import DETECTORS
from diagnostics.history import Car, Trip
from diagnostics.trips import trips_of
from servicelane.evaluation.cases import HEALTHY_LIVES_PER_YEAR, Case
from servicelane.evaluation.injected import INJECTABLE, InjectedOutcome, inject_case
from servicelane.evaluation.intervals import Rate, Share
from servicelane.evaluation.lives import Outcome, live
from servicelane.evaluation.matching import RIGHT
from servicelane.evaluation.recorded_drives import MEASUREMENT_ERROR, RecordedDrive, findings_on
from servicelane.evaluation.scoring import (
    SERVICE_LEVEL,
    DetectorRow,
    FaultRow,
    HealthyRow,
    detector_row,
    false_words,
    fault_row,
    healthy_row,
    judged_faults,
    missed_words,
)
from simulator.faults.ranges import Part

PROCESSES: Final = 2
CAR_YEARS_PER_FAULT: Final = 5
"""Healthy car-years for each fault of a detector: ten lives of half a year, nine of which its fleet needs."""
_AT_ONCE: Final = 4
RECORDED_VIN: Final = "VSSZZZ5F2JR001130"

Heard = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class InjectedRow:
    """Found, and after how many trips with the fault; false findings of service level or below, by case."""

    fault: str
    detector: str
    found: Share
    median_trips: float | None
    cases_with_false: int


@dataclass(frozen=True, slots=True)
class RecordedResult:
    """`findings` on drives as recorded: file labels and what was said. None of service level is expected."""

    drives: int
    hours: float
    service_level: tuple[str, ...]
    advisories: tuple[str, ...]
    on_measurement_errors: tuple[str, ...]
    false_alarms: Rate
    injected: tuple[InjectedRow, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    part: Part
    seed: int
    cars: int
    detectors: tuple[DetectorRow, ...]
    faults: tuple[FaultRow, ...]
    healthy: HealthyRow
    false: tuple[str, ...]
    missed: tuple[str, ...]
    not_judged: tuple[str, ...]
    recorded: RecordedResult | None
    leads_days: dict[str, list[float]]


def evaluate_diagnostics(
    part: Part, seed: int, cars: int, drives: Sequence[RecordedDrive] = (), heard: Heard = lambda *_: None
) -> Evaluation:
    """`cars` faulty cars for each detector, ten healthy lives of half a year for each of these. Deterministic."""
    judged = judged_faults(list(DETECTORS))
    with ProcessPoolExecutor(PROCESSES) as pool:
        run = partial(_lives, pool, heard)
        faulty = run("faulty cars", list(_faulty_cases(part, seed, cars, judged)))
        healthy = run("healthy cars", [Case(part, seed, number) for number in range(_healthy_lives(cars))])
        recorded = _recorded(pool, part, seed, cars, drives, judged, heard) if drives else None
    by_fault = {fault: [one for one in faulty if one.case.fault == fault] for fault in judged}
    detectors = sorted(set(judged.values()), key=list(DETECTORS).index)
    of_detector = {kind: [one for one in faulty if judged[str(one.case.fault)] == kind] for kind in detectors}
    return Evaluation(
        part=part,
        seed=seed,
        cars=cars,
        detectors=tuple(detector_row(kind, of_detector[kind], healthy) for kind in detectors),
        faults=tuple(fault_row(fault, outcomes) for fault, outcomes in by_fault.items()),
        healthy=healthy_row(healthy),
        false=tuple(false_words([*healthy, *faulty])),
        missed=tuple(missed_words(faulty)),
        not_judged=tuple(sorted(RIGHT.keys() - judged.keys())),
        recorded=recorded,
        leads_days={kind: _leads(outcomes, kind) for kind, outcomes in of_detector.items()},
    )


def _healthy_lives(cars: int) -> int:
    return cars * CAR_YEARS_PER_FAULT * HEALTHY_LIVES_PER_YEAR


def _faulty_cases(part: Part, seed: int, cars: int, judged: dict[str, str]) -> Iterable[Case]:
    """At least `cars` of each detector, shared out among the faults that it is judged by."""
    for fault, detector in judged.items():
        kinds = sum(kind == detector for kind in judged.values())
        for number in range(-(-cars // kinds)):
            yield Case(part, seed, number, fault)


def _lives(pool: ProcessPoolExecutor, heard: Heard, what: str, cases: Sequence[Case]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for outcome in pool.map(live, cases, chunksize=_AT_ONCE):
        outcomes.append(outcome)
        heard(what, len(outcomes), len(cases))
    return outcomes


def _leads(outcomes: Sequence[Outcome], detector: str) -> list[float]:
    """Days from the first true finding of the detector to stranding, of the cars that strand and were found."""
    found = [next((s.found_s for s in one.said if s.answers and s.kind == detector), None) for one in outcomes]
    return sorted(
        round((one.strands_s - at_s) / 86_400.0, 2)
        for one, at_s in zip(outcomes, found, strict=True)
        if one.strands_s is not None and at_s is not None
    )


def _recorded(
    pool: ProcessPoolExecutor,
    part: Part,
    seed: int,
    cars: int,
    drives: Sequence[RecordedDrive],
    judged: dict[str, str],
    heard: Heard,
) -> RecordedResult:
    car = Car(RECORDED_VIN, "petrol", {})
    sound = [drive for drive in drives if drive.label != MEASUREMENT_ERROR]
    said = [(one.alarm.severity, f"{one.alarm.kind}, {one.alarm.component}") for one in findings_on(sound, car)]
    wrong = [drive for drive in drives if drive.label == MEASUREMENT_ERROR]
    on_wrong = [f"{one.alarm.kind}, {one.alarm.component}" for one in findings_on(drives, car)] if wrong else []
    hours = sum(drive.hours for drive in sound)
    return RecordedResult(
        drives=len(drives),
        hours=sum(drive.hours for drive in drives),
        service_level=tuple(words for severity, words in said if severity >= SERVICE_LEVEL),
        advisories=tuple(words for severity, words in said if severity < SERVICE_LEVEL),
        on_measurement_errors=tuple(on_wrong),
        false_alarms=Rate(len(said), hours / 1000.0),
        injected=tuple(_injected(pool, part, seed, cars, sound, car, judged, heard)),
    )


def _injected(
    pool: ProcessPoolExecutor,
    part: Part,
    seed: int,
    cars: int,
    drives: Sequence[RecordedDrive],
    car: Car,
    judged: dict[str, str],
    heard: Heard,
) -> Iterable[InjectedRow]:
    healthy: list[list[Trip]] = [trips_of([drive.samples], car) for drive in drives]
    faults = [fault for fault in INJECTABLE if fault in judged]
    for place, fault in enumerate(faults, 1):
        one_case = partial(inject_case, drives, healthy, car, part, seed, fault=fault)
        outcomes = [one for one in pool.map(one_case, range(cars), chunksize=25) if one is not None]
        heard("faults in recorded drives", place, len(faults))
        if outcomes:
            yield _injected_row(fault, outcomes)


def _injected_row(fault: str, outcomes: Sequence[InjectedOutcome]) -> InjectedRow:
    after = [one.found_after for one in outcomes if one.found_after is not None]
    return InjectedRow(
        fault=fault,
        detector=RIGHT[fault][0],
        found=Share(len(after), len(outcomes)),
        median_trips=median(after) if after else None,
        cases_with_false=sum(bool(one.false) for one in outcomes),
    )
