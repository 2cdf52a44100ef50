"""Who told first, the rules or the model: counted from lives made by hand, and once from simulated ones."""

from __future__ import annotations

import pytest

from diagnostics.models.regimes import quantities
from servicelane.evaluation.fleet_models import (
    SIGNS,
    FleetCase,
    Told,
    compare,
    evaluate_models,
    judged_cases,
    life_in_fleet,
    training_cases,
)
from servicelane.models_evaluation_command import page
from simulator.faults.degradations import DEGRADATIONS


def told(number: int, fault: str | None, rule: float | None, strands: float | None = None, **model: float) -> Told:
    case = FleetCase("development", 1, "judged", "petrol-midsize", number, fault)
    false = (("idle", "idle words"),) if fault is None and model else ()
    return Told(case, 180.0, 90.0, rule, {} if fault is None else model, strands, false)


def test_the_one_who_tells_first_is_counted_and_only_in_regimes_that_judge() -> None:
    lives = [
        told(0, "dirty_maf", 30.0, 60.0, city=10.0, start=1.0),
        told(1, "dirty_maf", 20.0, 60.0, city=40.0),
        told(2, "dirty_maf", None, 60.0, idle=50.0),
        told(3, "dirty_maf", 15.0, 60.0),
        *(told(number, None, None) for number in range(9)),
        told(9, None, None, idle=1.0),
    ]
    result = compare("development", 1, 4, lives, {"city", "idle"})
    (row,) = result.rows
    assert (row.rule.hits, row.model.hits, row.first.hits, row.first.all) == (3, 3, 2, 4)
    assert (row.rule_days, row.model_days, row.earlier_days) == (25.0, 25.0, 0.0)
    assert row.leads == (40.0, 20.0)
    assert not row.beats
    assert compare("development", 1, 4, lives, {"start"}).rows[0].first.hits == 1
    by_regime = {one.regime: (dict(one.first), one.false_per_car_year.events) for one in result.regimes}
    assert by_regime["idle"] == ({"dirty_maf": 1}, 1)
    assert by_regime["start"] == ({"dirty_maf": 1}, 0)
    assert (result.cars_with_false.hits, result.cars_with_false.all) == (1, 10)
    assert (result.precision.hits, result.precision.all) == (3, 3 + round(9 * 4 / 10))
    words = "\n".join(page(result))
    for said in ("| dirty_maf | petrol-midsize | 3 of 4 | 3 of 4 | 2 of 4 |", "| idle | yes |", "* False: idle words"):
        assert said in words


def test_what_a_true_finding_may_name_exists_and_cars_of_training_are_never_judged() -> None:
    assert SIGNS.keys() <= DEGRADATIONS.keys()
    assert set().union(*SIGNS.values()) <= quantities().keys()
    trained = {life_in_fleet(case).spec.vin for case in list(training_cases("development", 3, "petrol-midsize"))[:5]}
    judged = {life_in_fleet(case).spec.vin for case in list(judged_cases("development", 3, "petrol-midsize", 1))[:5]}
    assert len(trained) == len(judged) == 5
    assert not trained & judged


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_model_tells_of_a_dirty_air_mass_sensor_before_the_rules() -> None:
    result = evaluate_models("development", 11, 1, ["petrol-midsize"])
    first = {row.fault for row in result.rows if row.first.hits}
    assert "dirty_maf" in first
