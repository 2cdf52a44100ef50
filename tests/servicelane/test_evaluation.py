"""Detectors against the hidden truth, on cars they have never seen; and what answers what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diagnostics.detectors import DETECTORS
from servicelane.evaluation.cases import Case
from servicelane.evaluation.diagnostics_run import evaluate_diagnostics
from servicelane.evaluation.lives import live
from servicelane.evaluation.matching import CONSEQUENCES, RIGHT, answers, explains
from simulator.faults.degradations import DEGRADATIONS
from simulator.faults.ranges import ranges

ONSET = datetime(2026, 5, 1, tzinfo=UTC)
FAULT = {"vin": "A", "kind": "coil_failure", "onset_at": ONSET.isoformat()}


def finding(**given: Any) -> dict[str, Any]:
    said = {"vin": "A", "kind": "trouble_code", "component": "P0302-00", "found_at": ONSET + timedelta(days=1)}
    return {**said, **given}


def test_a_finding_answers_a_fault_of_its_car_of_its_kind_and_after_its_onset() -> None:
    assert answers(finding(), FAULT)
    assert not answers(finding(vin="B"), FAULT)
    assert not answers(finding(component="P0303-00"), FAULT)
    assert not answers(finding(kind="battery_ageing"), FAULT)
    assert not answers(finding(found_at=ONSET - timedelta(seconds=1)), FAULT)


def test_a_consequence_explains_a_finding_but_does_not_answer_for_the_fault() -> None:
    fault = FAULT | {"kind": "charging_belt_slip"}
    weak = finding(kind="battery_ageing", component="12 V battery")
    assert explains(weak, fault)
    assert not answers(weak, fault)
    assert not explains(weak, FAULT)
    assert not explains(finding(kind="battery_ageing", found_at=ONSET - timedelta(days=1)), fault)


def test_every_word_of_the_table_exists() -> None:
    assert RIGHT.keys() == DEGRADATIONS.keys() == ranges().keys()
    assert DETECTORS.keys() - {"trouble_code", "fleet_anomaly"} <= {kinds[0] for kinds in RIGHT.values()}
    assert CONSEQUENCES.keys() <= DEGRADATIONS.keys()


def test_the_same_seed_gives_the_same_outcome() -> None:
    case = Case("development", 77, 0, "slow_tyre_leak")
    assert live(case) == live(case)


def test_what_comes_at_once_is_found_on_the_trip_on_which_it_strands() -> None:
    """By the end of that trip the car has stood for long: only a trip that still goes on can tell in time."""
    outcome = live(Case("development", 77, 0, "thermostat_stuck_closed"))
    assert outcome.strands_s is not None
    assert min(said.found_s for said in outcome.said if said.answers) < outcome.strands_s


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_another_seed_finds_most_faults_and_says_nothing_of_healthy_cars() -> None:
    result = evaluate_diagnostics("evaluation", 90_001, cars=4)
    assert all(row.recall.hits >= 0.5 * row.recall.all for row in result.detectors), result.detectors
    assert result.healthy.service_level == 0, result.false
