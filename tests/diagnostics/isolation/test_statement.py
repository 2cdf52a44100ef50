"""What is said of a fault to its owner and to the workshop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diagnostics.code_catalogue import OTHER, Catalogue
from diagnostics.isolation.isolating import Car, Isolation, Report, bases_of, isolate_car
from diagnostics.isolation.ranking import Weights
from diagnostics.isolation.symptoms import Symptom
from tests.diagnostics.isolation.conftest import CATALOGUE, DAY_S, T0_S, symptom


def isolate(*symptoms: Symptom, reports: tuple[Report, ...] = ()) -> list[Isolation]:
    return isolate_car(Car("VIN", "Servicelane Compact", symptoms, reports), {}, CATALOGUE)


def only(*symptoms: Symptom, reports: tuple[Report, ...] = ()) -> Isolation:
    (found,) = isolate(*symptoms, reports=reports)
    return found


def report(kind: str, subject: str, value: str, day: float = 1.0, entry: str = "P0171") -> Report:
    return Report(kind, subject, value, T0_S + day * DAY_S, (entry,))


@pytest.mark.parametrize(
    ("symptoms", "sentence"),
    [
        ([symptom("finding:battery_ageing", severity=3)], "battery is broken."),
        ([symptom("P0171")], "Probably: leak is broken. The workshop will check this first."),
        ([symptom("P1234", component="P1234-00")], "Your car reports: "),
    ],
)
def test_the_owner_s_sentence_is_as_sure_as_the_ranking(symptoms: list[Symptom], sentence: str) -> None:
    owner = only(*symptoms).statement.owner
    assert owner["en"].startswith(sentence)
    assert owner["zh"]
    assert "{" not in owner["en"] + owner["zh"]


def test_an_even_ranking_names_no_cause_to_the_owner() -> None:
    negative = tuple(report("test", one, "negative") for one in ("smoke_test", "clean_meter"))
    told = only(symptom("P0171"), reports=negative).statement.owner["en"]
    assert told.startswith("Your car reports: title. More than one thing")


def test_the_strictest_of_what_is_open_decides_about_driving() -> None:
    assert only(symptom("P0171")).statement.drive == "yes"
    assert only(symptom("P0171"), symptom("P0087", severity=3)).statement.drive == "short"
    assert only(symptom("P0171", severity=4)).statement.drive == "no"
    ended = symptom("P0087", severity=3, ended_s=T0_S + DAY_S)
    assert only(symptom("P0171"), ended).statement.drive == "yes"
    assert only(symptom("P0171"), symptom("P0087", severity=3, firm=False)).statement.drive == "yes"


def test_probabilities_as_told_sum_to_one_with_other_last() -> None:
    causes = only(symptom("P0171"), symptom("P0087")).statement.causes
    assert sum(one["probability"] for one in causes) == pytest.approx(1.0)
    assert causes[-1]["cause"] == OTHER


def test_the_kit_holds_the_parts_of_the_likely_causes_once() -> None:
    shape = symptom("finding:trims", fields=("slope",))
    statement = only(symptom("P0171"), shape).statement  # leak 0.88
    assert [one["part"] for one in statement.kit] == ["hose"]
    assert [one["part"] for one in only(symptom("P0171")).statement.kit] == ["hose", "meter", "pump", "seal"]
    sure = only(symptom("P0087", severity=3)).statement
    assert [(one["part"], one["quantity"]) for one in sure.kit] == [("pump", 1), ("seal", 1)]
    assert sure.labour_minutes == 120
    assert 40 < statement.labour_minutes < 120
    assert statement.labour_minutes % 5 == 0


def test_the_next_test_comes_with_the_values_to_expect() -> None:
    first: dict[str, Any] = only(symptom("P0171")).statement.tests[0]
    assert first["expects"]
    assert {one["cause"] for one in first["expects"]} <= set(CATALOGUE.causes)
    assert first["equipment"]["zh"]


def test_a_technician_s_result_changes_the_ranking_and_the_next_test() -> None:
    before = only(symptom("P0171"))
    after = only(symptom("P0171"), reports=(report("test", "smoke_test", "positive"),))
    assert after.statement.causes[0]["probability"] > before.statement.causes[0]["probability"]
    assert "smoke_test" not in {one["check"] for one in after.statement.tests}
    assert after.results == {"smoke_test": True}


def test_the_newest_word_on_a_test_and_on_the_cause_stands() -> None:
    told = (
        report("test", "smoke_test", "positive", 1),
        report("test", "smoke_test", "negative", 2),
        report("cause", "", "leak", 3),
        report("cause", "", "pump", 4),
    )
    assert only(symptom("P0171"), reports=told[::-1]).results == {"smoke_test": False}
    assert only(symptom("P0171"), reports=told[::-1]).confirmed_cause == "pump"


def test_a_fault_that_comes_back_does_not_inherit_the_tests_of_the_last_one() -> None:
    earlier, later = symptom("P0171", ended_s=T0_S + 5 * DAY_S), symptom("P0171", 20)
    told = (report("test", "smoke_test", "positive", 2), report("cause", "", "leak", 4))
    past, present = isolate(earlier, later, reports=told)
    assert (past.results, past.confirmed_cause) == ({"smoke_test": True}, "leak")
    assert (present.results, present.confirmed_cause) == ({}, None)


def inputs_of(car: Car, weights: Weights, known: Catalogue) -> tuple[str, ...]:
    return tuple(basis.inputs for basis in bases_of(car, weights, known))


def test_the_digest_of_inputs_follows_everything_that_counts_and_no_order() -> None:
    symptoms, told = (symptom("P0171"), symptom("P0174")), (report("test", "smoke_test", "positive"),)
    car = Car("VIN", "Servicelane Compact", symptoms, told)
    weights = {"P0171": {"leak": 0.9, OTHER: 0.1}}
    same = inputs_of(car, weights, CATALOGUE)
    assert inputs_of(replace(car, symptoms=symptoms[::-1]), {**weights, "P0562": {OTHER: 1.0}}, CATALOGUE) == same
    others = [
        inputs_of(replace(car, symptoms=symptoms[:1]), weights, CATALOGUE),
        inputs_of(replace(car, symptoms=(symptom("P0171", ended_s=T0_S), symptoms[1])), weights, CATALOGUE),
        inputs_of(replace(car, reports=()), weights, CATALOGUE),
        inputs_of(car, {}, CATALOGUE),
        inputs_of(car, weights, replace(CATALOGUE, checks={})),
    ]
    assert len({same, *others}) == 6


def test_what_is_said_of_a_fault_does_not_hang_on_the_others() -> None:
    past, present = symptom("P0171", ended_s=T0_S), symptom("P0562", 20)
    car = Car("VIN", "Servicelane Compact", (past, present))
    first, second = bases_of(car, {}, CATALOGUE)
    assert bases_of(replace(car, symptoms=(past,)), {}, CATALOGUE) == [first]
    assert bases_of(replace(car, symptoms=(present,)), {}, CATALOGUE) == [second]


def test_a_report_of_another_fault_says_nothing() -> None:
    assert only(symptom("P0171"), reports=(report("test", "smoke_test", "positive", entry="P0562"),)).results == {}


def test_a_fault_that_is_over_ranks_nothing() -> None:
    over = only(symptom("P0171", ended_s=T0_S + DAY_S))
    assert (over.statement.causes, over.statement.tests, over.statement.owner) == ([], [], {})
