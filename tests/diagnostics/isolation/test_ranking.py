"""Probabilities of causes: what each kind of knowledge does to them."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.code_catalogue import OTHER
from diagnostics.isolation.ranking import RankedCause, rank_causes
from diagnostics.isolation.symptoms import Symptom
from tests.diagnostics.isolation.conftest import CATALOGUE, symptom

ENTRIES = st.sampled_from(sorted(CATALOGUE.codes))
FIELDS = st.lists(st.sampled_from(["slope", "flat", "load"]), max_size=3, unique=True).map(
    lambda one: tuple(sorted(one))
)
SYMPTOMS = st.lists(
    st.one_of(
        ENTRIES.map(symptom),
        FIELDS.map(lambda fields: symptom("finding:trims", fields=fields)),
        st.sampled_from(["finding:smoke", "finding:low_voltage"]).map(symptom),
    ),
    min_size=1,
    max_size=6,
)
RESULTS = st.dictionaries(st.sampled_from(sorted(CATALOGUE.checks)), st.booleans(), max_size=4)


def rank(*symptoms: Symptom, results: dict[str, bool] | None = None) -> dict[str, float]:
    return {one.cause_id: one.probability for one in rank_causes(symptoms, results, known=CATALOGUE)}


@given(SYMPTOMS, RESULTS)
def test_probabilities_sum_to_one_and_other_is_among_them(symptoms: list[Symptom], results: dict[str, bool]) -> None:
    ranked = rank_causes(symptoms, results, known=CATALOGUE)
    assert math.fsum(one.probability for one in ranked) == pytest.approx(1.0)
    assert all(0 <= one.probability <= 1 for one in ranked)
    assert OTHER in {one.cause_id for one in ranked}
    assert [one.probability for one in ranked] == sorted((one.probability for one in ranked), reverse=True)


@given(SYMPTOMS, RESULTS, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_changes_nothing(
    symptoms: list[Symptom], results: dict[str, bool], chance: random.Random
) -> None:
    shuffled = chance.sample(symptoms, len(symptoms))
    turned = dict(reversed(results.items()))
    assert rank_causes(symptoms, results, known=CATALOGUE) == rank_causes(shuffled, turned, known=CATALOGUE)


@given(SYMPTOMS)
def test_evidence_for_a_cause_raises_it_and_never_lowers_it(symptoms: list[Symptom]) -> None:
    before = rank(*symptoms)
    after = rank(*symptoms, symptom("finding:smoke"))
    assert after.get("leak", 0.0) >= before.get("leak", 0.0) - 1e-12
    if 1e-9 < before.get("leak", 0.0) < 1 - 1e-9 and symptom("finding:smoke") not in symptoms:
        assert after["leak"] > before["leak"]


@given(SYMPTOMS)
def test_a_positive_check_raises_the_cause_it_tells_and_a_negative_one_lowers_it(symptoms: list[Symptom]) -> None:
    symptoms = [*symptoms, symptom("P0087")]
    plain = rank(*symptoms)["pump"]
    if plain < 1 - 1e-9:
        assert rank(*symptoms, results={"fuel_pressure": True})["pump"] > plain
        assert rank(*symptoms, results={"fuel_pressure": False})["pump"] < plain


def test_a_lone_code_has_the_weights_of_the_catalogue() -> None:
    assert rank(symptom("P0171")) == pytest.approx(dict(CATALOGUE.codes["P0171"].causes))


def test_evidence_against_a_cause_lowers_it() -> None:
    shape = symptom("finding:trims", fields=("slope",))
    before, after = rank(symptom("P0171")), rank(symptom("P0171"), shape)
    assert after["air_meter"] < before["air_meter"]
    assert after["leak"] > before["leak"]
    ranked = rank_causes([symptom("P0171"), shape], known=CATALOGUE)
    assert ranked[0].supporting == ("trims.slope",)
    assert next(one for one in ranked if one.cause_id == "air_meter").against == ("trims.slope",)


def test_the_same_word_twice_counts_once() -> None:
    once = rank(symptom("P0171"))
    assert rank(symptom("P0171"), symptom("P0171", component="P0171-11")) == pytest.approx(once)
    assert rank(symptom("P0171"), symptom("P0174")) == pytest.approx(once)


def test_codes_that_have_little_in_common_confirm_each_other() -> None:
    together = rank(symptom("P0171"), symptom("P0087"))
    assert together["pump"] > 0.85  # 0.15 and 0.9 alone
    assert together[OTHER] < 0.1


def test_a_finding_with_weights_of_its_own_is_not_evidence_as_well() -> None:
    assert CATALOGUE.causes["battery"].evidence_for == ("battery_ageing",)
    assert rank(symptom("finding:battery_ageing")) == pytest.approx({"battery": 0.9, OTHER: 0.1})
    assert rank(symptom("P0562"), symptom("finding:battery_ageing"))["battery"] > 0.8


def test_what_speaks_against_a_code_leaves_it_to_other_causes() -> None:
    codes = [symptom("P0562"), symptom("U0100")]
    assert rank(*codes, symptom("finding:low_voltage"))["alternator"] > rank(*codes)["alternator"]


def test_a_symptom_that_the_catalogue_does_not_know_is_something_other() -> None:
    assert rank_causes([symptom("P1234")], known=CATALOGUE) == [RankedCause(OTHER, 1.0)]


def test_a_surprising_result_can_turn_the_order_and_no_result_is_certain() -> None:
    assert max(rank(symptom("P0171"), results={"smoke_test": False}).items(), key=lambda one: one[1])[0] == "air_meter"
    everything_against = rank(symptom("P0087"), results={"fuel_pressure": False})
    assert 0 < everything_against["pump"] < 0.5


def test_a_check_that_the_catalogue_no_longer_has_says_nothing() -> None:
    assert rank(symptom("P0171"), results={"gone": True}) == rank(symptom("P0171"))


def test_moved_weights_take_the_place_of_the_catalogue_s() -> None:
    moved = {"P0171": {"leak": 0.2, "pump": 0.7, OTHER: 0.1}}
    ranked = rank_causes([symptom("P0171")], weights=moved, known=CATALOGUE)
    assert (ranked[0].cause_id, ranked[0].probability) == ("pump", pytest.approx(0.7))
