"""Medians, ratios within a round, discarded rounds, what is held."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from benchmarks.ingest.figures import all_cores, busiest, over, ratio
from benchmarks.ingest.measurement import Measurement, Outcome
from benchmarks.ingest.report import judgements, show
from benchmarks.ingest.rounds import Round, kept
from benchmarks.ingest.servicelane_contender import BRIDGE, WRITER
from benchmarks.ingest.targets import TARGETS

EXACT = Outcome(sent=1000, stored=1000, lost=0, repeated=0, dropped_by_broker=0)


def _measured(key: str, rate: float, outcome: Outcome = EXACT, **cpu_seconds: float) -> Measurement:
    return Measurement(key, key, 1000, 1000 / rate, cpu_seconds, outcome)


def _round(pipe: float, ours: float, *calibrations: float) -> Round:
    cpu = {BRIDGE: 0.002, WRITER: 0.004, "postgres": 0.003}
    measured = _measured("c-pipe-1", pipe, postgres=0.01), _measured("servicelane-10", ours, **cpu)
    return Round(measured, calibrations or (1.0, 1.0))


def test_a_ratio_is_formed_in_each_round_before_its_median() -> None:
    rounds = [_round(100, 200), _round(10, 30), _round(1000, 1000)]
    found = ratio(rounds, "servicelane-10", "c-pipe-1")
    assert found
    assert (found.low, found.median, found.high) == pytest.approx((1.0, 2.0, 3.0))
    rates = over(rounds, "servicelane-10", lambda one: one.rate)
    assert rates
    assert rates.median == pytest.approx(200)


def test_who_did_not_take_part_has_no_figure() -> None:
    assert ratio([_round(1, 2)], "servicelane-10", "telegraf-10") is None
    assert over([_round(1, 2)], "telegraf-10", lambda one: one.rate) is None


def test_a_round_in_which_the_machine_changed_its_speed_is_discarded() -> None:
    steady, drifted = _round(1, 2, 1.0, 1.1, 1.14), _round(1, 9, 1.0, 1.16, 1.0)
    assert steady.is_steady
    assert not drifted.is_steady
    assert kept([steady, drifted]) == [steady]
    assert kept([drifted]) == [drifted]


def test_targets_are_judged_by_the_median_of_the_kept_rounds() -> None:
    rounds = [_round(100, 140), _round(100, 131), _round(100, 10, 1.0, 2.0)]
    found = {one.target.name: one for one in judgements(rounds)}
    ours = found["batches of 10 ÷ C pipe, single frames"]
    assert ours.reached
    assert ours.figure.median == pytest.approx(1.355)
    assert found["batches of 10: Python µs per frame"].figure.median == pytest.approx(6)
    assert "Kafka ÷ PostgreSQL stream, single" not in found


def test_a_target_that_is_missed_is_called_so() -> None:
    (found,) = [one for one in judgements([_round(100, 129)]) if "C pipe, single" in one.target.name]
    assert not found.reached
    assert found.as_dict()["target"] == "≥ 1.3"


def test_every_target_has_one_bound() -> None:
    assert all((target.at_least is None) != (target.at_most is None) for target in TARGETS)


def test_what_bounds_a_contender_is_its_busiest_process() -> None:
    measured = _measured("one", 1000, broker=0.25, postgres=0.75)
    assert busiest(measured) == ("postgres", pytest.approx(0.75))
    assert all_cores(measured, cores=2) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(1000, 999, 1, 0, 0),
        Outcome(1000, 1000, 0, 1, 0),
        Outcome(1000, 1000, 0, 0, 1),
        Outcome(1000, 1001, 0, 0, 0),
    ],
)
def test_a_run_that_is_not_exact_says_so(outcome: Outcome) -> None:
    assert not outcome.is_exact
    shown = _shown([Round((_measured("one", 10, outcome, broker=0.1),), (1.0, 1.0))])
    assert f"lost {outcome.lost}" in shown


def test_a_run_that_was_too_noisy_says_that_it_proves_nothing() -> None:
    assert "prove nothing" in _shown([_round(1, 2, 1.0, 1.5)])
    assert "prove nothing" not in _shown([_round(1, 2), _round(1, 2, 1.0, 1.5)])


def _shown(rounds: list[Round]) -> str:
    console = Console(width=240, file=io.StringIO())
    show(console, rounds, [])
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
