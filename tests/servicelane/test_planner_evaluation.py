"""Models of wear against the hidden truth: looks, a year under three policies, the page; on small fleets."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from maintenance_planner.wear.artefact import load
from maintenance_planner.wear.components import components
from maintenance_planner.wear.observing import FEATURES
from servicelane.__main__ import app
from servicelane.evaluation import planner_page
from servicelane.evaluation.planner_examples import look_at, looks
from servicelane.evaluation.planner_fleets import WATCHED_FROM, WATCHED_TO, life_of, reached
from servicelane.evaluation.planner_run import PlannerEvaluation, evaluate_planner
from servicelane.evaluation.planner_year import YEAR_FROM, renewed
from simulator.wear.fleet import draw_fleet

MIX = {"diesel": 1, "electric": 1}
TYRES = next(one for one in components() if one.name == "tyres")


@pytest.fixture(scope="module")
def result() -> PlannerEvaluation:
    return evaluate_planner(load(), "development", seed=9, cars=20)


def test_each_part_is_judged_with_its_interval_and_error(result: PlannerEvaluation) -> None:
    judged = {one.component: one for one in result.parts}
    assert {"tyres", "cabin_filter", "brake_pads"} <= set(judged)
    for one in judged.values():
        assert one.covered.all == one.n > 0
        assert one.monotone
        below, _, above = (share.hits for share in one.reliability)
        assert below <= above <= one.n
    assert sum(one.error_days for one in judged.values()) < sum(one.plain_error_days for one in judged.values())


def test_who_goes_by_the_latest_safe_date_strands_less_than_who_does_nothing(result: PlannerEvaluation) -> None:
    nothing, _, safe = result.years
    assert nothing.visits == 0
    assert nothing.strandings > 0
    assert safe.strandings < nothing.strandings
    assert safe.visits > 0
    assert sum(safe.stranded_by.values()) == safe.strandings


def test_a_part_is_due_when_its_wear_reaches_one_and_fails_later() -> None:
    life = life_of(draw_fleet("development", 3, 2, MIX)[0])
    for part, cycles in life.cycles.items():
        for cycle in cycles:
            assert cycle.started < cycle.due <= cycle.fails  # alike where both lie beyond all reckoning
        first = cycles[0]
        if first.due < life.new_on + len(life.worn[part]) - 1:
            assert np.interp(
                first.due - life.new_on, np.arange(len(life.worn[part])), life.worn[part]
            ) == pytest.approx(1.0)


def test_beyond_the_simulation_wear_goes_on_at_its_last_pace() -> None:
    worn = np.cumsum(np.full(2_000, 0.0004))
    assert reached(worn, 0.4) == pytest.approx(999.0)
    assert reached(worn, 1.0) == pytest.approx(2_499.0)


def test_what_is_known_on_a_day_holds_nothing_of_later_days() -> None:
    life = life_of(draw_fleet("development", 3, 2, MIX)[1])
    day = life.history.first_day + 900
    look = look_at(life, TYRES, day)
    assert look is not None
    short = {name: np.where(np.arange(len(v)) <= 900, v, 1e9) for name, v in life.history.columns.items()}
    changed = type(life)(
        life.car, life.new_on, type(life.history)(life.history.first_day, short), life.km, life.worn, life.cycles
    )
    again = look_at(changed, TYRES, day)
    assert again is not None
    np.testing.assert_array_equal(look.observation.features, again.observation.features)
    assert WATCHED_FROM <= look.day <= WATCHED_TO


def test_newcomers_know_less_of_what_was_before_and_as_much_of_what_they_replaced() -> None:
    life = next(one for one in map(life_of, draw_fleet("development", 3, 8, MIX)) if "tyres" in one.car.gauges)
    cycle = next(one for one in life.cycles["tyres"] if one.recorded and one.started > life.history.first_day)
    day = int(cycle.replaced) - 30
    known, untold = look_at(life, TYRES, day, day - 300), look_at(life, TYRES, day, day - 300, told=False)
    assert known is not None
    assert untold is not None
    age, gauge = FEATURES.index("item_age_years"), FEATURES.index("gauge_readings")
    assert known.observation.features[age] == pytest.approx((day - int(cycle.started)) / 365.25)
    assert np.isnan(untold.observation.features[age])
    assert 0 < untold.observation.features[gauge] <= 301
    regular = look_at(life, TYRES, day, told=False)
    assert regular is not None
    assert regular.observation.features[age] == known.observation.features[age]


def test_looks_show_parts_with_and_without_a_record() -> None:
    life = next(one for one in map(life_of, draw_fleet("development", 3, 8, MIX)) if "tyres" in one.car.gauges)
    ages = [
        one.observation.features[FEATURES.index("item_age_years")]
        for one in looks(life, TYRES, 200, np.random.default_rng(1))
    ]
    assert 0.1 < np.isnan(ages).mean() < 0.4


def test_a_new_part_begins_at_nothing_and_so_does_its_gauge() -> None:
    fleet = draw_fleet("development", 3, 8, MIX)
    life = next(one for one in map(life_of, fleet) if "tyres" in one.car.gauges)
    cycle = next(one for one in life.cycles["tyres"] if one.started < YEAR_FROM <= one.replaced)
    changed, fresh = renewed(life, "tyres", cycle, YEAR_FROM)
    assert fresh.started == YEAR_FROM < fresh.due < fresh.fails
    tread = changed.history.until(YEAR_FROM + 30).columns["tyre_tread_min_mm"][-28:]
    assert np.nanmedian(tread) > 7.0
    before = life.history.until(YEAR_FROM).columns["tyre_tread_min_mm"]
    np.testing.assert_array_equal(changed.history.until(YEAR_FROM).columns["tyre_tread_min_mm"], before)


def test_the_page_says_what_is_not_reached_and_draws_each_part(result: PlannerEvaluation) -> None:
    text = planner_page.page(result, "servicelane evaluate planner --seed 9")
    for one in result.parts:
        assert f"| {one.component} | {one.n} |" in text
    missed = [one.component for one in result.parts if not one.calibrated]
    assert all(name in text.split("## What is not reached")[1] for name in missed)
    picture = ElementTree.fromstring(planner_page.picture(result.parts))
    assert len(picture.findall("{http://www.w3.org/2000/svg}circle")) == 3 * len(result.parts)


def test_the_command_writes_its_figures_and_refuses_other_models(tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "figures.json"
    done = runner.invoke(app, ["evaluate", "planner", "--cars", "20", "--development", "--json", str(out)])
    assert done.exit_code in (0, 1)
    told = json.loads(out.read_text())
    assert {one["policy"] for one in told["year"]} == {"nothing", "plain interval", "latest safe date"}
    (tmp_path / "other.npz").write_bytes(b"other")
    refused = runner.invoke(app, ["evaluate", "planner", "--models", str(tmp_path / "other.npz")])
    assert refused.exit_code == 2


def test_too_small_a_fleet_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["planner", "train", "--cars", "20", "--out", str(tmp_path / "models.npz")])
    assert done.exit_code == 2
    assert "bring more cars or more years" in done.output.replace("\n", " ")
    assert not (tmp_path / "models.npz").exists()
