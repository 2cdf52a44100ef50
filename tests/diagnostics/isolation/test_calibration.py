"""Stated probabilities against how often they come true, on cases drawn around the catalogue's own story."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from diagnostics.isolation import ranking
from diagnostics.isolation.calibration import (
    Case,
    calibration_error,
    fit_temperature,
    rank_of_truth,
    reliability,
    surprise,
)
from diagnostics.isolation.ranking import rank_causes
from diagnostics.isolation.symptoms import Symptom
from tests.diagnostics.isolation.conftest import CATALOGUE, symptom

CASES = 1500
SEED = 20260901


def drawn(chance: random.Random) -> tuple[str, list[Symptom]]:
    """A fault of P0171: its cause by the weights, the code twice or with its twin, the shape of the trims by the cause.

    The shape is seen in 40 to 70 % of the faults it belongs to and in about a tenth of the others: around the ratio
    that the ranking takes for granted, not on it.
    """
    weights = CATALOGUE.codes["P0171"].causes
    (true,) = chance.choices(list(weights), list(weights.values()))
    symptoms = [symptom("P0171")]
    symptoms += [symptom("P0174")] if chance.random() < 0.7 else []
    symptoms += [symptom("P0171", component="P0171-11")] if chance.random() < 0.3 else []
    shape = shape_seen(chance, true)
    return true, [*symptoms, symptom("finding:trims", fields=(shape,))] if shape else symptoms


def shape_seen(chance: random.Random, true: str) -> str | None:
    shapes = {"slope": "leak", "flat": "air_meter", "load": "pump"}
    for shape, cause in shapes.items():
        if cause == true and chance.random() < chance.uniform(0.4, 0.7):
            return shape
    against = CATALOGUE.causes[true].evidence_against if true != "other" else ()
    wrong = [shape for shape, cause in shapes.items() if cause != true and f"trims.{shape}" not in against]
    return chance.choice(wrong) if chance.random() < chance.uniform(0.3, 0.6) else None


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    chance = random.Random(SEED)
    return [stated(*drawn(chance)) for _ in range(CASES)]


def stated(true: str, symptoms: list[Symptom]) -> Case:
    ranked = rank_causes(symptoms, known=CATALOGUE)
    return Case({one.cause_id: one.probability for one in ranked}, true)


def test_what_is_given_a_probability_comes_true_as_often(cases: list[Case]) -> None:
    assert calibration_error(cases) < 0.05
    for one in reliability(cases):
        error = 3 * math.sqrt(0.25 / one.causes)
        assert one.observed == pytest.approx(one.stated, abs=0.05 + error)


def test_counting_codes_that_say_the_same_twice_would_be_overconfident(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "overlap", lambda one, other: float(one is other))
    chance = random.Random(SEED)
    naive = [stated(*drawn(chance)) for _ in range(CASES)]
    assert calibration_error(naive) > max(0.07, 1.5 * calibration_error(cases))
    assert fit_temperature(naive) > 1.2


def test_the_fitted_temperature_of_calibrated_cases_is_near_one(cases: list[Case]) -> None:
    assert fit_temperature(cases) == pytest.approx(1.0, abs=0.15)


def test_the_fitted_temperature_cools_what_is_too_sure(cases: list[Case]) -> None:
    sharpened = [replace(case, probabilities=powers(case, 2.0)) for case in cases]
    temperature = fit_temperature(sharpened)
    assert temperature == pytest.approx(2 * fit_temperature(cases), rel=0.02)
    assert surprise(sharpened, temperature) < surprise(sharpened)


def test_the_rank_of_the_truth() -> None:
    probabilities = {"leak": 0.5, "pump": 0.3, "belt": 0.2}
    assert [rank_of_truth(Case(probabilities, true)) for true in ("leak", "belt", "battery")] == [1, 3, 4]
    assert surprise([Case(probabilities, "battery")]) > 10


def powers(case: Case, exponent: float) -> dict[str, float]:
    raised = {cause: value**exponent for cause, value in case.probabilities.items()}
    return {cause: value / sum(raised.values()) for cause, value in raised.items()}
