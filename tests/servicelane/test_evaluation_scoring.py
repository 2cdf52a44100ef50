"""Outcomes made by hand, counted by hand."""

from __future__ import annotations

import pytest

from servicelane.evaluation.cases import Case
from servicelane.evaluation.diagnostics_goals import goals
from servicelane.evaluation.diagnostics_run import Evaluation
from servicelane.evaluation.intervals import Rate, Share
from servicelane.evaluation.lives import Outcome, Said
from servicelane.evaluation.scoring import detector_row, fault_row, healthy_row

DAY = 86_400.0


def said(kind: str, day: float, *, true: bool, explained: bool | None = None, severity: int = 2) -> Said:
    return Said(kind, "", severity, day * DAY, 100.0 * day, true, true if explained is None else explained)


def sick(number: int, *told: Said, strands: float | None = 40.0) -> Outcome:
    strands_s = None if strands is None else strands * DAY
    km = None if strands is None else 100.0 * strands
    return Outcome(Case("evaluation", 1, number, "coolant_loss"), "petrol", told, 50.0, 60.0, 10 * DAY, strands_s, km)


def well(number: int, *told: Said) -> Outcome:
    return Outcome(Case("evaluation", 1, number), "petrol", told, 100.0, 182.5)


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = Share(9, 10).interval
    assert (low, high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))
    assert Share(0, 0).value is None


def test_no_event_still_leaves_three_in_the_exposure_possible() -> None:
    low, high = Rate(0, 1000.0).interval
    assert low == 0.0
    assert high == pytest.approx(3.689e-3, rel=1e-3)


def test_a_detector_is_counted_on_its_faults_and_nine_healthy_cars_for_each() -> None:
    faulty = [
        sick(0, said("coolant_loss", 20, true=True)),
        sick(1, said("coolant_loss", 38, true=True)),
        sick(2, said("coolant_loss", 45, true=True)),
        sick(3, said("cooling_overheating", 20, true=True)),
        sick(4, said("coolant_loss", 5, true=False), strands=None),
    ]
    healthy = [well(number) for number in range(45)] + [well(45, said("coolant_loss", 3, true=False))]
    row = detector_row("coolant_loss", faulty, healthy)
    assert (row.recall.hits, row.recall.all) == (3, 5)
    assert (row.before_stranding.hits, row.before_stranding.all) == (2, 4)
    assert (row.early.hits, row.early.all) == (1, 4)  # two days and 200 km before are neither 7 days nor 300 km
    assert (row.precision.hits, row.precision.all) == (3, 4)  # the 46th healthy car is beyond nine for each
    assert row.false_alarms.events == 1
    assert row.median_delay_days == 28.0
    assert row.median_lead_days == 2.0


def test_another_true_finding_counts_for_the_fault_but_not_for_the_detector() -> None:
    row = fault_row("coolant_loss", [sick(0, said("cooling_overheating", 20, true=True))])
    assert row.by_its_detector.hits == 0
    assert row.by_any.hits == 1


def test_healthy_cars_are_told_apart_by_severity() -> None:
    row = healthy_row([well(0, said("misfire", 1, true=False, severity=1)), well(1, said("misfire", 1, true=False))])
    assert (row.car_years, row.service_level, row.advisories) == (1.0, 1, 1)


def evaluated(faulty: list[Outcome], healthy: list[Outcome]) -> Evaluation:
    return Evaluation(
        part="evaluation",
        seed=1,
        cars=len(faulty),
        detectors=(detector_row("coolant_loss", faulty, healthy),),
        faults=(fault_row("coolant_loss", faulty),),
        healthy=healthy_row(healthy),
        false=(),
        missed=(),
        not_judged=(),
        recorded=None,
        leads_days={},
    )


def test_what_was_asked_is_met_by_what_was_counted_and_no_other_way() -> None:
    found = [sick(number, said("coolant_loss", 20, true=True)) for number in range(100)]
    well_ = [well(number) for number in range(1000)]
    met = {goal.asked: goal.met for goal in goals(evaluated(found, well_))}
    causes = {asked for asked in met if asked.startswith("true cause")}  # nobody has ranked any here
    assert len(met) == 10
    assert {asked for asked, is_met in met.items() if not is_met} == causes
    late = [sick(number, said("coolant_loss", 39, true=True)) for number in range(6)]
    alarmed = [well(0, said("coolant_loss", 1, true=False))]
    told = {goal.asked: goal for goal in goals(evaluated([*found[6:], *late], [*alarmed, *well_[1:]]))}
    newly = {asked for asked, goal in told.items() if met[asked] and not goal.met}
    assert newly == {
        "no finding of service level on healthy cars",
        "gradual faults found 7 days or 300 km before stranding: 0.95 of each detector",
    }
    assert (
        "below: coolant_loss 0.940"
        in told["gradual faults found 7 days or 300 km before stranding: 0.95 of each detector"].reached
    )
