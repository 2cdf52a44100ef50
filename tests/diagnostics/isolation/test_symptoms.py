"""Which symptoms of a car are one fault."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from diagnostics.isolation.isolating import isolation_id
from diagnostics.isolation.symptoms import Fault, Symptom, faults_of
from tests.diagnostics.isolation.conftest import CATALOGUE, DAY_S, T0_S, symptom


def faults(*symptoms: Symptom) -> list[tuple[str, ...]]:
    return [fault.entry_ids for fault in faults_of(symptoms, CATALOGUE)]


def test_codes_with_a_likely_cause_in_common_are_one_fault() -> None:
    assert faults(symptom("P0171"), symptom("P0174", 1)) == [("P0171", "P0174")]


def test_what_has_no_cause_in_common_is_two_faults_in_the_order_they_began() -> None:
    assert faults(symptom("finding:battery_ageing", 2), symptom("P0171", 1)) == [
        ("P0171",),
        ("finding:battery_ageing",),
    ]


def test_companions_that_the_catalogue_names_belong_to_the_fault() -> None:
    assert faults(symptom("P0562"), symptom("U0100")) == [("P0562", "U0100")]


def test_evidence_for_a_likely_cause_belongs_to_the_fault() -> None:
    assert faults(symptom("P0171"), symptom("finding:trims", fields=("slope",))) == [("P0171", "finding:trims")]
    assert faults(symptom("P0087"), symptom("finding:trims", fields=("slope",))) == [("P0087",), ("finding:trims",)]


def test_the_same_finding_of_two_components_is_two_faults() -> None:
    tyres = [symptom("finding:tyre_leak", component=f"tyre front {side}") for side in ("left", "right")]
    assert len(faults(*tyres)) == 2


def test_what_was_over_before_the_other_began_is_another_fault() -> None:
    earlier, later = symptom("P0171", 0, ended_s=T0_S + DAY_S), symptom("P0171", 2)
    assert faults(earlier, later) == [("P0171",), ("P0171",)]


def test_a_pending_code_adds_to_a_fault_and_makes_none() -> None:
    pending = symptom("P0174", firm=False)
    assert faults(pending) == []
    assert faults(pending, symptom("P0171", 1)) == [("P0171", "P0174")]


def test_a_fault_lasts_as_long_as_one_of_its_firm_symptoms() -> None:
    ended = symptom("P0171", ended_s=T0_S + 9 * DAY_S)
    (lasting,) = faults_of([ended, symptom("P0174", 1)], CATALOGUE)
    assert lasting.ended_s is None
    assert [one.entry_id for one in lasting.present] == ["P0174"]
    (over,) = faults_of([ended, symptom("P0174", 1, ended_s=T0_S + 5 * DAY_S)], CATALOGUE)
    assert over.ended_s == T0_S + 9 * DAY_S
    (pending_left,) = faults_of([ended, symptom("P0174", 1, firm=False)], CATALOGUE)
    assert pending_left.ended_s == T0_S + 9 * DAY_S


def test_a_fault_keeps_its_name_while_symptoms_join_and_go() -> None:
    alone = only(symptom("P0171"))
    joined = only(symptom("P0171", ended_s=T0_S + 3 * DAY_S), symptom("P0174", 1))
    pending_before = only(symptom("P0174", -1, firm=False), symptom("P0171"))
    assert len({isolation_id("VIN", one) for one in (alone, joined, pending_before)}) == 1
    assert isolation_id("VIN", alone) != isolation_id("OTHER", alone)


DAYS = st.integers(0, 10)


@given(
    st.lists(st.builds(symptom, st.sampled_from(sorted(CATALOGUE.codes)), DAYS, firm=st.booleans()), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_symptoms_does_not_matter(symptoms: list[Symptom], chance: random.Random) -> None:
    assert faults_of(symptoms, CATALOGUE) == faults_of(chance.sample(symptoms, len(symptoms)), CATALOGUE)
    assert faults_of(symptoms * 2, CATALOGUE) == faults_of(symptoms, CATALOGUE)


def only(*symptoms: Symptom) -> Fault:
    (fault,) = faults_of(symptoms, CATALOGUE)
    return fault
