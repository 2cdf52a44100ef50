"""Every drivetrain has a plan, every interval a source, and a wrong file says which key is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from diagnostics.code_catalogue import catalogue
from maintenance_planner.finding_work import items_done_with, work_by_kind, work_for
from maintenance_planner.plans import FOLDER, PlanError, load_plan, plan_for
from vehicles.models import Drivetrain

ENTRY = """
version = "1"
[[items]]
item = "engine_oil"
titles = { en = "Oil", zh = "机油" }
km = 15_000
severe_factor = 0.5
operations = [{ code = "change_engine_oil", minutes = 40, skill = "engine" }]
source = "handbook"
"""


@pytest.mark.parametrize("drivetrain", get_args(Drivetrain))
def test_every_drivetrain_has_a_plan_whose_intervals_are_sourced(drivetrain: str) -> None:
    plan = plan_for(f"{drivetrain}-midsize", drivetrain)
    assert {"inspection", "brake_fluid", "cabin_filter", "tyre_rotation"} <= {item.item for item in plan.items}
    assert all("Handbook 7.1" in item.source for item in plan.items)


def test_only_cars_that_burn_fuel_change_oil() -> None:
    with_oil = {d for d in get_args(Drivetrain) if "engine_oil" in {item.item for item in plan_for("any", d).items}}
    assert with_oil == {"petrol", "diesel", "hybrid"}


def test_a_plan_of_the_model_goes_before_that_of_its_drivetrain(tmp_path: Path) -> None:
    (tmp_path / "petrol.toml").write_text(ENTRY)
    (tmp_path / "petrol-large.toml").write_text(ENTRY.replace("15_000", "10_000"))
    assert plan_for("petrol-large", "petrol", tmp_path).items[0].km == 10_000
    assert plan_for("petrol-compact", "petrol", tmp_path).items[0].km == 15_000
    with pytest.raises(PlanError, match=r"diesel\.toml"):
        plan_for("diesel-large", "diesel", tmp_path)


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("km = 15_000", "km = -1", "entry 1: km has to be a number above 0"),
        ("km = 15_000", "km = true", "km has to be a number"),
        ("km = 15_000", "kilometres = 15_000", "kilometres is no known key"),
        ("km = 15_000", "first_months = 3\nkm = 15_000", "first_months stands without months"),
        ("km = 15_000", "", "km or months is missing"),
        ("km = 15_000", "months = 2.5", "months has to be a whole number"),
        ("severe_factor = 0.5", "severe_factor = 2", "severe_factor has to be"),
        ('source = "handbook"', "", "source is missing"),
        ('zh = "机油"', 'de = "Öl"', "titles needs en and zh"),
        ('skill = "engine"', 'skill = "magic"', "skill 'magic' is none of electrical"),
        ('code = "change_engine_oil"', 'code = "Change oil"', "code has to be of small letters"),
        ("minutes = 40", "minutes = 0", "minutes has to be"),
        ("[[items]]", "[[items", "is no TOML"),
        ("[[items]]", "[[other]]", "other is no known key"),
        (ENTRY, 'version = "1"', "at least one has to"),
        ('version = "1"', "", "version is missing"),
        ('version = "1"', 'version = "1"\ninherits = "nobody"', "inherits has to name a plan"),
        ('version = "1"', 'version = "1"\nwithout = ["spoiler"]', "without names 'spoiler'"),
        ("severe_factor = 0.5", 'severe_factor = 0.5\nsevere_when = ["rain"]', "severe_when knows .*, not rain"),
        ("km = 15_000", "hours = 0", "hours has to be a number above 0"),
        ("km = 15_000", "regenerations = -1", "regenerations has to be a number above 0"),
    ],
)
def test_a_wrong_file_names_its_key(tmp_path: Path, wrong: str, right: str, words: str) -> None:
    path = tmp_path / "petrol.toml"
    path.write_text(ENTRY.replace(wrong, right))
    with pytest.raises(PlanError, match=words):
        load_plan(path)


def test_an_item_stands_in_a_plan_once(tmp_path: Path) -> None:
    path = tmp_path / "petrol.toml"
    path.write_text(ENTRY + ENTRY.replace('version = "1"', ""))
    with pytest.raises(PlanError, match="once"):
        load_plan(path)


def test_each_known_finding_has_work_and_others_are_looked_at() -> None:
    assert work_for("battery_ageing").item == "replace_12v_battery"
    assert work_for("something_new").item == "inspect_finding"
    kinds = {name.removeprefix("finding:") for name in catalogue().codes if name.startswith("finding:")}
    assert kinds <= work_by_kind().keys()
    planned = {item.item for path in FOLDER.glob("*.toml") for item in load_plan(path).items}
    assert all(planned.issuperset(work.covers) for work in work_by_kind().values())


def test_work_for_a_finding_does_what_it_covers_with_the_operations_of_the_plan() -> None:
    assert items_done_with("replace_thermostat") == {"replace_thermostat", "coolant"}
    assert items_done_with("engine_oil") == {"engine_oil"}
    assert "change_coolant" in {operation["code"] for operation in work_for("cooling_thermostat").operations}


def test_the_plan_of_a_model_changes_only_what_it_names() -> None:
    base, model3 = plan_for("any", "electric"), plan_for("tesla-model-3", "electric")
    inherited = {item.item: item for item in base.items}
    own = {item.item: item for item in model3.items}
    assert inherited.keys() - own.keys() == {"inspection"}
    assert (own["brake_fluid"].months, inherited["brake_fluid"].months) == (48, 24)
    assert own["desiccant"] == inherited["desiccant"]
    assert model3.warranties == base.warranties


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_plan_says_version_and_sources(path: Path) -> None:
    plan = load_plan(path)
    assert plan.version == "2026.1"
    assert plan.sources
    assert all(item.source for item in plan.items)


def test_a_warranty_has_a_scope(tmp_path: Path) -> None:
    path = tmp_path / "petrol.toml"
    path.write_text(
        ENTRY + '[[warranties]]\nname = "all"\ntitles = { en = "a", zh = "b" }\nmonths = 24\ncovers = ["x"]\n'
    )
    with pytest.raises(PlanError, match="covers needs skills"):
        load_plan(path)
