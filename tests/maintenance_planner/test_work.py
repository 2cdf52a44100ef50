"""Campaigns, predictions, low levels, guarantees and visits: what else asks for work, what it takes, when to do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from maintenance_planner.campaigns import load_campaigns, match
from maintenance_planner.consumables import consumables, low_levels
from maintenance_planner.finding_work import work_by_kind
from maintenance_planner.models import DueState, Operation, Texts, Vehicle, VehicleDay
from maintenance_planner.plans import FOLDER, PlanError, Warranty, load_plan
from maintenance_planner.predictions import Prediction
from maintenance_planner.recommendations import Needs, recommend
from maintenance_planner.visits import visits_of
from maintenance_planner.work_details import details_for, parts_of
from tests.maintenance_planner.conftest import T0, VIN, finding
from tests.maintenance_planner.test_recommendations import status

CAR = Vehicle(7, VIN, "petrol-compact", "petrol", date(2022, 1, 10))
CAMPAIGN = """
titles = { en = "Replace the airbag", zh = "更换安全气囊" }
reason = { en = "It may burst.", zh = "可能爆裂。" }
safety = true
operations = [{ code = "replace_airbag", minutes = 60, skill = "electrical" }]
source = "made up"
"""
FAILS = ("fails_p10_at", "fails_p50_at", "fails_p90_at")


def campaigns(folder: Path, more: str = "") -> Path:
    (folder / "airbag_2026.toml").write_text(CAMPAIGN + more)
    load_campaigns.cache_clear()
    return folder


@pytest.mark.parametrize(
    ("more", "matches"),
    [
        ("", True),
        (f'vin_ranges = [["{VIN}", "{VIN}"]]', True),
        ('vin_ranges = [["1M8GDM9AXKP042789", "1M8GDM9AXKP042799"]]', False),
        ('model_ids = ["petrol-compact"]', True),
        ('model_ids = ["diesel-compact"]', False),
        ("in_service = [2022-01-01, 2022-12-31]", True),
        ("in_service = [2023-01-01, 2023-12-31]", False),
        ('[condition]\ncodes = ["P0302"]', True),
        ('[condition]\ncodes = ["P0171"]', False),
        ('[condition]\nfinding_kinds = ["misfire"]', False),
        ('[condition]\nfinding_kinds = ["battery_ageing"]\nabove_km = 50_000', True),
        ("[condition]\nabove_km = 70_000", False),
    ],
)
def test_a_campaign_concerns_a_car_by_number_model_days_or_condition(tmp_path: Path, more: str, matches: bool) -> None:
    (campaign,) = load_campaigns(campaigns(tmp_path, more))
    found = match(campaign, CAR, 60_000.0, {"battery_ageing"}, ["P0302-00"])
    assert (found is not None) is matches


def test_a_campaign_is_work_that_costs_nothing(tmp_path: Path) -> None:
    (campaign,) = load_campaigns(campaigns(tmp_path))
    found = match(campaign, CAR, None, (), ())
    assert found is not None
    (one,) = recommend(Needs(7, T0, campaigns=[found]))
    assert (one.item, one.urgency, one.details.cost_eur) == ("campaign_airbag_2026", 3, (0, 0))
    assert one.reasons["en"] == ["It may burst. (every car in this condition is concerned)"]


@pytest.mark.parametrize(
    ("more", "words"),
    [("colour = 1", "colour is no known key"), ('vin_ranges = [["A", "B"]]', "pairs of VINs"), ("= 3", "is no TOML")],
)
def test_a_wrong_campaign_names_its_key(tmp_path: Path, more: str, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        load_campaigns(campaigns(tmp_path, more))
    with pytest.raises(PlanError, match="MAINTENANCE_PLANNER_CAMPAIGNS"):
        load_campaigns(tmp_path / "nowhere")


def test_a_prediction_makes_work_due_by_the_day_until_when_it_is_safe() -> None:
    planned = status("timing_belt", DueState.PLANNED)
    near = Prediction("belt", *(T0 + timedelta(days=days) for days in (20, 50, 90)), model="test")
    (one,) = recommend(Needs(7, T0, statuses=[planned], predictions={"timing_belt": near}))
    assert (one.urgency, one.latest_safe_at) == (2, near.p10_at)
    assert "with 80 % probability between 2026-05-24 and 2026-08-02" in one.reasons["en"][-1]
    far = replace(near, p10_at=T0 + timedelta(days=40))
    assert recommend(Needs(7, T0, statuses=[planned], predictions={"timing_belt": far})) == []
    assert one.details.fails_at is None
    lasting = replace(near, **dict(zip(FAILS, (T0 + timedelta(days=days) for days in (60, 90, 150)), strict=True)))
    (one,) = recommend(Needs(7, T0, statuses=[planned], predictions={"timing_belt": lasting}))
    assert one.details.fails_at == (lasting.fails_p10_at, lasting.fails_p50_at, lasting.fails_p90_at)
    assert one.latest_safe_at == lasting.fails_p10_at
    sturdy = replace(lasting, fails_p10_at=T0 + timedelta(days=80))
    (one,) = recommend(Needs(7, T0, statuses=[planned], predictions={"timing_belt": sturdy}))
    assert one.latest_safe_at == T0 + timedelta(days=70)
    brittle = replace(lasting, fails_p10_at=T0 + timedelta(days=30))
    (one,) = recommend(Needs(7, T0, statuses=[planned], predictions={"timing_belt": brittle}))
    assert one.latest_safe_at == brittle.fails_p10_at
    with pytest.raises(ValueError, match="in this order"):
        replace(near, p50_at=T0 + timedelta(days=100))


def day(ago: int, **levels: float) -> VehicleDay:
    return VehicleDay(T0.date() - timedelta(days=ago), T0, 1.0, "telemetry", None, 0, False, levels)


def test_a_low_level_is_told_from_the_last_whole_day() -> None:
    assert low_levels([], T0.date()) == []
    low = [day(3, def_level_percent=40.0), day(1, def_level_percent=9.6, washer_fluid_low=0)]
    assert [one.reason["en"].split(";")[0] for one in low_levels(low, T0.date())] == [
        "The diesel exhaust fluid is at 10 %"
    ]
    assert low_levels([day(0, washer_fluid_low=1)], T0.date()) == []
    assert low_levels([day(15, washer_fluid_low=1)], T0.date()) == []
    (one,) = recommend(Needs(7, T0, low=low_levels([day(1, brake_fluid_level_low=1)], T0.date())))
    assert (one.item, one.urgency, one.titles["zh"]) == ("brake_fluid_level", 3, "检查制动系统：制动液不足")


def test_a_guarantee_pays_for_what_failed_and_not_for_service() -> None:
    whole = Warranty("vehicle", Texts(en="Guarantee", zh="质保"), 24, None, frozenset("*"), "law")
    needs = Needs(7, T0, [finding(1, "charging_fault")], [status("engine_oil", DueState.DUE)], guarantees=[whole])
    repair, oil = sorted(recommend(needs), key=lambda one: one.item, reverse=True)
    assert (repair.details.covered_by, repair.details.cost_eur) == (
        {"en": "Guarantee, unless it is wear.", "zh": "质保（磨损除外）。"},
        (0, 0),
    )
    assert oil.details.covered_by is None
    assert 0 < oil.details.cost_eur[0] < oil.details.cost_eur[1]


def test_every_operation_has_its_parts_and_every_item_says_what_is_at_stake() -> None:
    plans = [item for path in FOLDER.glob("*.toml") for item in load_plan(path).items]
    works = work_by_kind().values()
    assert all(details_for(one.item, one.operations).if_ignored for one in (*plans, *works))
    assert parts_of("change_engine_oil")[0]["part"] == "engine_oil"
    assert parts_of("no_such_operation") == []
    assert {one.item for one in consumables()} & {one.item for one in plans} == set()


def test_work_of_the_same_months_is_one_visit() -> None:
    oil, filters, brakes = (
        replace(status(item, DueState.PLANNED), due_at=T0 + timedelta(days=days))
        for item, days in (("engine_oil", 60), ("cabin_filter", 119), ("brake_fluid", 200))
    )
    leak = recommend(Needs(7, T0, [finding(1, "slow_tyre_leak", 3)]))
    visits = visits_of(leak, [brakes, filters, oil], T0)
    assert [[one.item for one in visit.items] for visit in visits] == [
        ["repair_tyre", "engine_oil"],
        ["cabin_filter"],
        ["brake_fluid"],
    ]
    assert visits[0].by_at == T0 + timedelta(days=7)
    assert visits[0].skills == ("engine", "tyres")
    low, high = visits[0].cost_eur
    assert 0 < low < high


def test_an_operation_two_items_share_is_done_once() -> None:
    shared = Operation(code="change_coolant", minutes=45, skill="cooling")
    items = [
        replace(status(item, DueState.PLANNED), operations=(shared,), due_at=T0 + timedelta(days=40))
        for item in ("coolant", "inspection")
    ]
    (visit,) = visits_of([], items, T0)
    assert visit.minutes == details_for("coolant", [shared]).minutes
    assert visits_of([], [], T0) == []
