"""One recommendation per piece of work, from findings and intervals."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance_planner.models import DueState, Finding, IntervalStatus, Recommendation, ServiceRecord
from maintenance_planner.plans import plan_for
from maintenance_planner.recommendations import Needs, open_findings
from maintenance_planner.recommendations import recommend as recommend_for
from tests.maintenance_planner.conftest import T0, finding

PLAN = {item.item: item for item in plan_for("petrol-compact", "petrol").items}
KINDS = ("battery_ageing", "cooling_thermostat", "cooling_overheating", "slow_tyre_leak", "trouble_code", "other")


def status(item: str, state: DueState, remaining_km: float = 0, remaining_days: int = 0) -> IntervalStatus:
    return IntervalStatus(
        item=item,
        titles=PLAN[item].titles,
        operations=PLAN[item].operations,
        state=state,
        due_odometer_km=60_000,
        due_on=date(2026, 6, 1),
        remaining_km=remaining_km,
        remaining_days=remaining_days,
        due_at=T0 + timedelta(days=20),
        due_earliest_at=None,
        due_latest_at=None,
        last_odometer_km=45_000,
        last_on=date(2025, 6, 1),
        assumed=False,
        shortened_by=(),
        cycle="unrecorded",
    )


def recommend(vehicle_id: int, findings: list[Finding], statuses: list[IntervalStatus]) -> list[Recommendation]:
    return recommend_for(Needs(vehicle_id, T0, findings, statuses))


def only(recommendations: list[Recommendation]) -> Recommendation:
    assert len(recommendations) == 1
    return recommendations[0]


@pytest.mark.parametrize(
    ("state", "remaining_km", "remaining_days", "urgency"),
    [
        (DueState.DUE_SOON, 1_000, 100, 1),
        (DueState.DUE, 100, 100, 2),
        (DueState.OVERDUE, -3_000, -90, 2),
        (DueState.OVERDUE, -3_001, 100, 3),
        (DueState.OVERDUE, 5_000, -91, 3),
    ],
)
def test_urgency_grows_with_delay(state: DueState, remaining_km: float, remaining_days: int, urgency: int) -> None:
    oil = only(recommend(7, [], [status("engine_oil", state, remaining_km, remaining_days)]))
    assert (oil.urgency, oil.due_at, oil.latest_safe_at) == (urgency, T0 + timedelta(days=20), T0 + timedelta(days=110))


def test_what_is_planned_for_later_is_not_recommended() -> None:
    assert recommend(7, [], [status("engine_oil", DueState.PLANNED)]) == []


@pytest.mark.parametrize(("severity", "days"), [(4, 1), (3, 7), (2, 30), (1, None)])
def test_severity_sets_urgency_and_the_latest_safe_date(severity: int, days: int | None) -> None:
    one = only(recommend(7, [finding(1, "slow_tyre_leak", severity)], []))
    assert one.urgency == severity
    assert one.latest_safe_at == (T0 + timedelta(days=days) if days else None)


def test_finding_and_interval_of_the_same_work_become_one() -> None:
    weak = finding(1, "battery_ageing", 3)
    battery = only(recommend(7, [weak], [status("replace_12v_battery", DueState.DUE)]))
    assert (battery.urgency, battery.finding_ids) == (3, [weak.finding_id])
    assert battery.reasons["en"][0] == "battery_ageing 1"
    assert battery.reasons["en"][1].startswith("12 V battery: due at")
    assert [len(texts) for texts in battery.reasons.values()] == [2, 2]
    assert [operation["code"] for operation in battery.operations] == ["replace_12v_battery"]


def test_work_on_the_cooling_covers_the_coolant_that_is_due_once() -> None:
    found = [finding(1, "cooling_thermostat", 2), finding(2, "cooling_overheating", 4)]
    repair, thermostat = recommend(7, found, [status("coolant", DueState.DUE)])
    assert (repair.item, len(repair.reasons["en"])) == ("repair_cooling_system", 2)
    assert (thermostat.item, len(thermostat.reasons["en"])) == ("replace_thermostat", 1)
    assert [operation["code"] for operation in repair.operations] == ["repair_cooling_system", "change_coolant"]


def test_several_findings_of_one_work_are_named_together() -> None:
    codes = [finding(1, "trouble_code", 2, "P0302"), finding(2, "trouble_code", 3, "P0171")]
    one = only(recommend(7, codes, []))
    assert one.titles == {"en": "Diagnose trouble code P0171, P0302", "zh": "诊断故障码 P0171, P0302"}
    assert (one.urgency, one.latest_safe_at) == (3, T0 + timedelta(days=7))
    assert one.reasons["en"] == ["trouble_code 2", "trouble_code 1"]


def test_an_unknown_kind_is_inspected() -> None:
    one = only(recommend(7, [finding(1, "strange_noise", 2, "door {left}")], []))
    assert (one.item, one.titles["en"]) == ("inspect_finding", "Inspect: door {left}")


def test_ids_hold_while_the_same_opened_the_work() -> None:
    due = status("engine_oil", DueState.DUE)
    first = only(recommend(7, [], [due])).recommendation_id
    assert only(recommend(7, [], [replace(due, state=DueState.OVERDUE, remaining_km=-1)])).recommendation_id == first
    assert only(recommend(8, [], [due])).recommendation_id != first
    again = recommend_for(Needs(7, T0, [], [due], last={"engine_oil": ServiceRecord("engine_oil", T0.date(), 60_000)}))
    assert only(again).recommendation_id != first


def test_an_interval_that_joins_does_not_rename_the_work_for_a_finding() -> None:
    hot = [finding(1, "cooling_thermostat")]
    joined = only(recommend(7, [*hot, finding(2, "cooling_thermostat")], [status("coolant", DueState.DUE)]))
    assert joined.recommendation_id == only(recommend(7, hot, [])).recommendation_id


def test_recorded_work_closes_what_was_found_up_to_its_day() -> None:
    leak = finding(1, "slow_tyre_leak")
    for days, is_open in ((-1, True), (0, False), (1, False)):
        record = ServiceRecord("repair_tyre", T0.date() + timedelta(days=days), 60_000)
        assert bool(open_findings([leak], {"repair_tyre": record})) is is_open
    assert open_findings([leak], {"engine_oil": ServiceRecord("engine_oil", T0.date(), 60_000)}) == [leak]


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 4)), max_size=8), st.randoms(use_true_random=False))
def test_the_order_changes_nothing(kinds: list[tuple[str, int]], chance: random.Random) -> None:
    findings = [finding(number, kind, severity) for number, (kind, severity) in enumerate(kinds)]
    statuses = [status(item, DueState.DUE) for item in PLAN]
    expected = recommend(7, findings, statuses)
    chance.shuffle(findings)
    chance.shuffle(statuses)
    assert recommend(7, findings, statuses) == expected
    assert len({one.recommendation_id for one in expected}) == len({one.item for one in expected}) == len(expected)
