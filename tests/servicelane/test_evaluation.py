"""Detectors against the hidden truth, on cars they have never seen; and what answers what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diagnostics.detectors import DETECTORS
from servicelane.evaluation.detectors import DETECTED, evaluate_detectors
from servicelane.evaluation.false_alarms import evaluate_false_alarms
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
    assert DETECTED.keys() <= RIGHT.keys()
    assert CONSEQUENCES.keys() <= DEGRADATIONS.keys()


def test_the_same_seed_gives_the_same_table() -> None:
    assert evaluate_detectors(77, 1, ["slow_tyre_leak"]) == evaluate_detectors(77, 1, ["slow_tyre_leak"])


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_detector_finds_its_fault_in_most_cars() -> None:
    rows = evaluate_detectors(90_001, 10, list(DETECTED))
    recall: dict[str, list[float]] = {}
    for row in rows:
        recall.setdefault(row.detector, []).append(row.recall)
    assert all(max(shares) >= 0.8 for shares in recall.values()), rows
    assert sum(row.false_findings for row in rows) == 0, rows


@pytest.mark.long
@pytest.mark.timeout(900)
def test_fifty_healthy_car_years_raise_nothing_of_service_level() -> None:
    result = evaluate_false_alarms(95_001, 50)
    assert result.car_years >= 50
    assert result.findings == ()
