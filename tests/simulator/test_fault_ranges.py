"""What development has seen, no evaluation draws."""

from __future__ import annotations

from itertools import product

import pytest

from simulator.faults.degradations import DEGRADATIONS
from simulator.faults.ranges import PARTS, draw, ranges


def intervals(kind: str) -> list[tuple[str, list[list[float]], list[list[float]]]]:
    told = [(name, given) for name, given in ranges()[kind].items() if isinstance(given, dict)]
    return [(name, given["development"], given["evaluation"]) for name, given in told]


@pytest.mark.parametrize("kind", DEGRADATIONS)
def test_development_and_evaluation_share_no_value(kind: str) -> None:
    for name, development, evaluation in intervals(kind):
        for (low, high), (other_low, other_high) in product(development, evaluation):
            assert low < high, name
            assert other_low < other_high, name
            assert high < other_low or other_high < low, name


@pytest.mark.parametrize("kind", DEGRADATIONS)
def test_every_parameter_of_a_fault_is_drawn_and_no_other(kind: str) -> None:
    usual = set(DEGRADATIONS[kind].usual)
    optional = {"pad_mm"}  # a scenario leaves the pads as they are
    for part in PARTS:
        assert set(draw(kind, part, 1, 0).parameters) - optional == usual - optional


def test_a_draw_repeats_and_the_parts_differ_for_the_same_seed() -> None:
    one = draw("vacuum_leak", "evaluation", 7, 3)
    assert one == draw("vacuum_leak", "evaluation", 7, 3)
    assert one != draw("vacuum_leak", "evaluation", 7, 4)
    assert one.parameters != draw("vacuum_leak", "development", 7, 3).parameters
