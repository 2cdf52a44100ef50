"""After a visit: verified, not yet (and what is missing), or came back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from maintenance_planner.models import Finding, ServiceRecord, Vehicle, VehicleDay
from maintenance_planner.service import known_items
from maintenance_planner.verification import CodeEpisode, Verification, rules, verify
from tests.maintenance_planner.conftest import T0, finding

VISIT = ServiceRecord("replace_12v_battery", T0.date(), 60_000)
TODAY = T0.date() + timedelta(days=10)


def days(number: int, value: float | None, signal: str = "crank_minimum_voltage_v", first: int = 1) -> list[VehicleDay]:
    """So many days on the road from the day after the visit on."""
    found = []
    for day in range(first, first + number):
        on = T0.date() + timedelta(days=day)
        at = datetime.combine(on, time(8), UTC)
        found.append(VehicleDay(on, at, 60_000.0 + day, "telemetry", None, 0, False, {signal: value} if value else {}))
    return found


def only(
    after: list[VehicleDay],
    findings: list[Finding] | None = None,
    codes: list[CodeEpisode] | None = None,
    record: ServiceRecord = VISIT,
    today: date = TODAY,
) -> Verification:
    (one,) = verify([record], after, findings or [], codes or [], today)
    return one


def test_enough_quiet_days_and_a_good_voltage_verify_the_work() -> None:
    one = only(days(6, 10.4), [finding(1, "battery_ageing", found_at=T0 - timedelta(days=3))])
    assert one.state == "verified"
    assert one.texts["en"] == ("Verified: nothing came back on 6 days on the road; lowest voltage at the start 10.4 V.")
    assert one.texts["zh"].startswith("已验证：6 个用车日内未再出现")


def test_what_is_missing_is_said() -> None:
    assert "3 more days on the road" in only(days(2, 10.4)).texts["en"]
    assert "no reading of the lowest voltage at the start since" in only(days(6, None)).texts["en"]
    assert only(days(2, 10.4)).state == only(days(6, None)).state == "not_yet"
    assert only([]).state == "not_yet"


def test_the_day_that_still_runs_does_not_count() -> None:
    assert only(days(5, 10.4), today=T0.date() + timedelta(days=5)).state == "not_yet"
    assert only(days(5, 10.4), today=T0.date() + timedelta(days=6)).state == "verified"


def test_a_finding_or_a_code_after_the_visit_came_back() -> None:
    back = finding(2, "battery_ageing", found_at=T0 + timedelta(days=4))
    assert only(days(6, 10.4), [back]).texts["en"] == "Came back on 2026-05-08: battery_ageing 2"
    code = CodeEpisode("P0562-00", T0 + timedelta(days=4), True)
    assert only(days(6, 10.4), codes=[code]).state == "came_back"
    assert only(days(6, 10.4), codes=[CodeEpisode("P0562-00", T0, True)]).state == "verified"
    assert only(days(6, 10.4), codes=[CodeEpisode("P0420-00", T0 + timedelta(days=4), True)]).state == "verified"


def test_a_measure_that_has_not_moved_came_back() -> None:
    weak = only(days(6, 8.9))
    assert (weak.state, weak.texts["en"]) == (
        "came_back",
        "The lowest voltage at the start is 8.9 V after the work, outside of ≥ 9.6.",
    )


@pytest.mark.parametrize(("after", "state"), [(11.0, "verified"), (4.5, "came_back")])
def test_new_pads_are_thicker_than_before(after: float, state: str) -> None:
    pads = ServiceRecord("brake_pads", T0.date(), 60_000)
    seen = days(5, 3.5, "brake_pad_min_mm", first=-6) + days(4, after, "brake_pad_min_mm")
    assert only(seen, record=pads).state == state


def test_another_trouble_code_is_another_fault() -> None:
    repair = ServiceRecord("diagnose_trouble_code", T0.date(), 60_000)
    before = finding(1, "trouble_code", component="P0171", found_at=T0 - timedelta(days=1))
    trims = days(6, 3.0, "long_term_fuel_trim_1_percent")
    other = finding(2, "trouble_code", component="P0302", found_at=T0 + timedelta(days=2))
    same = finding(3, "trouble_code", component="P0171", found_at=T0 + timedelta(days=2))
    assert only(trims, [before, other], record=repair).state == "verified"
    assert only(trims, [before, other, same], record=repair).state == "came_back"


def test_only_recent_visits_with_a_rule_are_watched() -> None:
    old = ServiceRecord("replace_12v_battery", TODAY - timedelta(days=61), 1)
    assert verify([old, ServiceRecord("cabin_filter", T0.date(), 1)], [], [], [], TODAY) == []
    assert verify([], [], [], [], TODAY) == []


def test_every_rule_speaks_of_work_that_can_be_recorded() -> None:
    known = {
        item
        for drivetrain in ("petrol", "diesel", "hybrid", "electric")
        for item in known_items(Vehicle(1, "x", "any", drivetrain, T0.date()))
    }
    assert set(rules()) <= known
