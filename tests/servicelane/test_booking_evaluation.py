"""The evaluation of the booking policies: the same towns for all, nobody twice, honest intervals."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from booking_api.scheduling import DAY_MINUTES
from servicelane.evaluation import booking_page
from servicelane.evaluation.booking_bound import NoSolverError, bound
from servicelane.evaluation.booking_demand import MIX, Town, draw_town
from servicelane.evaluation.booking_policies import ABLATIONS, POLICIES, Named
from servicelane.evaluation.booking_run import (
    BASELINE,
    LOADS,
    OURS,
    Scale,
    evaluate_booking,
    interval,
    replicate,
    verdicts,
)
from servicelane.evaluation.booking_simulation import Simulation, Visit

BY_NAME = {one.name: one for one in (*POLICIES, *ABLATIONS)}


def visits(town: Town, policy: Named) -> list[Visit]:
    return Simulation(town, policy, 1).run()


@pytest.fixture(scope="module")
def town() -> Town:
    return draw_town(7, 2, 1, 0.9)


def test_a_seed_gives_the_same_town_and_another_gives_another(town: Town) -> None:
    assert draw_town(7, 2, 1, 0.9) == town
    assert draw_town(8, 2, 1, 0.9).visitors != town.visitors


def test_the_demand_is_as_large_as_the_load_says_and_mixed_as_it_should_be() -> None:
    many = draw_town(1, 4, 8, 1.0)
    asked = sum(one.minutes for one in many.visitors)
    assert asked == pytest.approx(4 * 3 * 9 * 60 * 5 * 8, rel=0.1)
    for sort, share in MIX.items():
        assert sum(one.sort == sort for one in many.visitors) / len(many.visitors) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_policy_serves_each_owner_at_most_once_at_a_time_and_forgets_nobody(town: Town, name: str) -> None:
    found = visits(town, BY_NAME[name])
    assert len(found) == len(town.visitors)
    minutes: defaultdict[tuple[str, int], int] = defaultdict(int)
    for one in found:
        if one.start_minute is None:
            continue
        assert one.start_minute > one.visitor.arrival_minute
        assert one.done_minute is None or one.done_minute >= one.start_minute
        assert one.workshop is not None
        minutes[one.workshop.workshop_id, one.start_minute // DAY_MINUTES] += one.visitor.minutes
    assert minutes
    assert max(minutes.values()) <= 3 * 9 * 60


def test_who_knows_of_parts_lets_nobody_come_in_vain(town: Town) -> None:
    assert any(one.repeated for one in visits(town, BY_NAME["earliest"]))
    assert not any(one.repeated for one in visits(town, BY_NAME[BASELINE]))
    assert not any(one.repeated for one in visits(town, BY_NAME[OURS]))


def test_an_interval_is_that_of_student() -> None:
    found = interval([1.0, 2.0, 3.0, 4.0])
    assert found.mean == 2.5
    assert found.high - found.mean == pytest.approx(3.182446 * math.sqrt(5 / 3) / 2, rel=1e-5)


def test_the_evaluation_is_deterministic_and_its_page_names_every_policy_and_every_verdict() -> None:
    scale = Scale(workshops=1, warm_up_weeks=0, measured_weeks=1, bounds=0)
    once = evaluate_booking(1, 2, scale)
    assert replicate(scale, (0.7, 5)) == replicate(scale, (0.7, 5))
    for load in LOADS:
        against = once.row(load, BASELINE).against_baseline
        assert all((one.mean, one.low, one.high) == (0.0, 0.0, 0.0) for one in against.values())
    text = booking_page.page(once, "servicelane evaluate booking")
    assert all(f"| {name} |" in text for name in BY_NAME)
    assert all(one.words in text for one in verdicts(once))


def test_no_policy_is_cheaper_than_the_bound() -> None:
    pytest.importorskip("ortools")
    found = bound(3, 0.9, [BY_NAME[BASELINE], BY_NAME[OURS]], seconds=5)
    assert found.bound_eur <= found.plan_eur + 1e-6
    assert all(found.bound_eur <= cost for cost in found.policies_eur.values())


def test_without_the_solver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ortools.sat.python", None)
    with pytest.raises(NoSolverError, match="pip install ortools"):
        bound(3, 0.9, [BY_NAME[BASELINE]])
