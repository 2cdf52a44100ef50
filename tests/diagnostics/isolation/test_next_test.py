"""The check that tells most in the least time."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.isolation.next_test import NextTest, entropy_bits, next_tests
from diagnostics.isolation.ranking import RankedCause, rank_causes
from tests.diagnostics.isolation.conftest import CATALOGUE, symptom


def checks_for(*entry_ids: str, results: dict[str, bool] | None = None) -> list[NextTest]:
    ranked = rank_causes([symptom(one) for one in entry_ids], results, known=CATALOGUE)
    return next_tests(ranked, entry_ids, results or {}, CATALOGUE)


def test_information_is_what_the_check_takes_of_the_entropy_on_average() -> None:
    even = [RankedCause("leak", 0.5), RankedCause("pump", 0.5)]
    (smoke,) = [one for one in next_tests(even, ["P0171"], {}, CATALOGUE) if one.check_id == "smoke_test"]
    positive = 0.5 * 0.9 + 0.5 * 0.05
    left = positive * entropy(0.45 / positive) + (1 - positive) * entropy(0.05 / (1 - positive))
    assert smoke.positive_probability == pytest.approx(positive)
    assert smoke.information_bits == pytest.approx(1 - left)
    assert smoke.bits_per_minute == pytest.approx((1 - left) / 20)


def test_the_first_tells_most_per_minute() -> None:
    found = checks_for("P0171")
    assert {one.check_id for one in found} == {"smoke_test", "clean_meter", "fuel_pressure"}
    assert [one.bits_per_minute for one in found] == sorted((one.bits_per_minute for one in found), reverse=True)


def test_what_is_done_is_not_asked_for_again() -> None:
    assert "smoke_test" not in {one.check_id for one in checks_for("P0171", results={"smoke_test": False})}


def test_where_the_cause_is_known_nothing_is_left_to_check() -> None:
    assert next_tests([RankedCause("leak", 1.0)], ["P0171"], {}, CATALOGUE) == []


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_no_check_takes_information_away(weights: list[float]) -> None:
    total = sum(weights)
    ranked = [
        RankedCause(name, weight / total) for name, weight in zip(("leak", "pump", "other"), weights, strict=True)
    ]
    bits = entropy_bits({one.cause_id: one.probability for one in ranked})
    assert all(0 <= one.information_bits <= bits for one in next_tests(ranked, ["P0171"], {}, CATALOGUE))


def entropy(probability: float) -> float:
    return -sum(one * math.log2(one) for one in (probability, 1 - probability))
