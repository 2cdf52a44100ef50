"""What confirmed causes do to weights, and how little one workshop can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.isolation.weights import Confirmed, counted, moved_weights, movements
from tests.diagnostics.isolation.conftest import CATALOGUE

PRIOR = dict(CATALOGUE.codes["P0171"].causes)
MODEL = "Servicelane Compact"


def confirmed(cause: str, repairs: int, workshop: str = "workshop-1", model: str = MODEL) -> Confirmed:
    return Confirmed("P0171", cause, model, workshop, repairs)


def weights(*told: Confirmed, model: str = MODEL) -> dict[str, float]:
    return moved_weights(told, ["P0171"], model, CATALOGUE).get("P0171", PRIOR)


CONFIRMED = st.lists(
    st.builds(
        confirmed,
        st.sampled_from(["leak", "air_meter", "pump", "belt", "other"]),
        st.integers(1, 1000),
        st.sampled_from(["workshop-1", "workshop-2", "workshop-3"]),
    ),
    max_size=12,
)


def test_two_workshops_that_agree_move_a_weight() -> None:
    moved = weights(confirmed("pump", 3), confirmed("pump", 3, "workshop-2"))
    assert moved["pump"] == pytest.approx((20 * 0.15 + 6) / 26)
    assert sum(moved.values()) == pytest.approx(1.0)


def test_a_cause_that_the_catalogue_does_not_name_for_the_code_can_be_learnt() -> None:
    assert weights(confirmed("belt", 4), confirmed("belt", 4, "workshop-2"))["belt"] == pytest.approx(8 / 28)


def test_one_workshop_alone_moves_nothing() -> None:
    assert weights(confirmed("pump", 500)) == PRIOR


def test_too_few_repairs_move_nothing() -> None:
    assert weights(confirmed("pump", 2), confirmed("pump", 2, "workshop-2")) == PRIOR


@given(CONFIRMED, st.integers(1, 10_000))
def test_no_workshop_moves_any_weight_by_more_than_a_sixth(told: list[Confirmed], repairs: int) -> None:
    """Beside others who are enough to count, whatever it says and however often."""
    others = [confirmed("leak", 3, "workshop-8"), confirmed("leak", 3, "workshop-9")]
    without = weights(*others, *told)
    with_it = weights(*others, *told, confirmed("pump", repairs, "workshop-4"))
    assert max(abs(with_it[cause] - without.get(cause, 0.0)) for cause in with_it) <= 1 / 6 + 1e-9
    assert sum(with_it.values()) == pytest.approx(1.0)


@given(CONFIRMED)
def test_the_order_of_repairs_does_not_matter(told: list[Confirmed]) -> None:
    assert weights(*told) == weights(*reversed(told))


def test_other_models_count_less_than_the_own() -> None:
    elsewhere = [confirmed("pump", 4, name, "Servicelane Van") for name in ("workshop-1", "workshop-2")]
    own = [confirmed("air_meter", 4, name) for name in ("workshop-1", "workshop-2")]
    moved = weights(*elsewhere, *own)
    assert moved["air_meter"] > PRIOR["air_meter"]
    assert moved["pump"] > PRIOR["pump"]
    assert moved["air_meter"] > weights(*elsewhere, *own, model="Servicelane Van")["air_meter"]


def test_a_workshop_with_many_repairs_is_scaled_down_in_proportion() -> None:
    many = [confirmed("leak", 30), confirmed("pump", 10), confirmed("leak", 1, "workshop-2")]
    assert counted(many) == pytest.approx({"leak": 3 + 1, "pump": 1})


def test_how_weights_moved_can_be_read() -> None:
    told = [confirmed("pump", 3), confirmed("pump", 3, "workshop-2")]
    moved = {one.cause_id: one for one in movements(told, CATALOGUE)}
    assert (moved["pump"].repairs, moved["pump"].workshops, moved["pump"].counted) == (6, 2, 6.0)
    assert (moved["pump"].catalogue_weight, moved["pump"].weight) == (0.15, pytest.approx(9 / 26))
    assert moved["leak"].weight < moved["leak"].catalogue_weight
