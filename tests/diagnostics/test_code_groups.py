"""Codes with one cause are one event and one alarm; what is suppressed says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from diagnostics.alarms import ADVISORY, STOP, Alarm
from diagnostics.code_episodes import CodeEpisode, episodes_of
from diagnostics.code_groups import CodeGroup
from diagnostics.code_reports import CodeReport
from diagnostics.code_suppression import Suppression, explain
from diagnostics.detectors import trouble_code
from diagnostics.findings import finding_of
from diagnostics.history import EngineStart
from telemetry_schema.catalogue import signal
from tests.diagnostics.conftest import T0_S, VIN, history

CONFIRMED = 0x2F
WEAK = [EngineStart(T0_S - 10, 7.9, 11.9, -5.0)]


def number(text: str) -> int:
    """`U0100` or `C0035-16` as 24 bits."""
    base, _, failure = text.partition("-")
    return "PCBU".index(base[0]) << 22 | int(base[1:], 16) << 8 | int(failure or "0", 16)


def told(at_s: float, ecu: str, *codes: str, **frozen: float) -> CodeReport:
    frame = {"values": [{"signal": signal(name).id, "value": value} for name, value in frozen.items()]}
    told = {number(code): {"status": CONFIRMED, "freeze_frame": frame} for code in codes}
    return CodeReport(T0_S + at_s, ecu, False, False, told)


def episodes(*reports: CodeReport) -> list[CodeEpisode]:
    return episodes_of(reports)


def judged(*reports: CodeReport, starts: Any = ()) -> tuple[list[CodeGroup], Mapping[Any, Suppression]]:
    explained = explain(episodes(*reports), starts)
    return list(explained.groups), explained.suppressed


def alarms(*reports: CodeReport, starts: Any = ()) -> list[Alarm]:
    return trouble_code.detect(history(episodes=episodes(*reports), starts=starts))


def members(group: CodeGroup) -> list[tuple[str, str]]:
    return [(one.ecu, one.text) for one in group.members]


def test_a_weak_start_with_ten_network_codes_is_one_advisory_event() -> None:
    network = [f"U01{n:02d}" for n in range(10)]
    reports = [told(0, "ECM", *network[:5]), told(2, "ABS", *network[5:], "C0035-16"), told(3, "ECM", "P0128")]
    (event,), suppressed = judged(*reports, starts=WEAK)
    assert (event.rule, event.voltage_v, len(event.members)) == ("low_voltage", 7.9, 11)
    assert all("9.6 V" in one.reasons["en"] and "9.6 V" in one.reasons["zh"] for one in suppressed.values())
    assert len(suppressed) == 11
    found = {(one.kind, one.component, one.severity) for one in alarms(*reports, starts=WEAK)}
    assert found == {("low_voltage_start", "12 V supply", ADVISORY), ("trouble_code", "P0128-00", 2)}


@pytest.mark.parametrize("start", [
    EngineStart(T0_S - 10, 9.7, 11.9, -5.0),
    EngineStart(T0_S - 61, 7.9, 11.9, -5.0),
    EngineStart(T0_S + 1, 7.9, 11.9, -5.0),
    EngineStart(T0_S - 10, None, 11.9, -5.0),
])  # fmt: skip
def test_a_start_that_was_strong_or_at_another_time_explains_nothing(start: EngineStart) -> None:
    groups, suppressed = judged(told(0, "ECM", "U0100"), starts=[start])
    assert (groups, suppressed) == ([], {})


def test_charging_and_engine_codes_are_never_explained_by_a_weak_start() -> None:
    found = alarms(told(0, "ECM", "P0562", "P0300-16"), starts=WEAK)
    assert {one.component for one in found} == {"P0562-00", "P0300-16"}


def test_a_freeze_frame_with_low_voltage_explains_its_code_long_before_the_report() -> None:
    (event,), _ = judged(told(1800, "ABS", "U0100", system_voltage_v=8.8), told(1800, "BCM", "U0101"))
    assert (event.rule, event.voltage_v, members(event)) == ("low_voltage", 8.8, [("ABS", "U0100-00")])
    groups, _ = judged(told(0, "ABS", "U0100", system_voltage_v=9.7))
    assert groups == []


def test_the_instant_that_was_frozen_counts_and_not_that_of_the_report() -> None:
    frame = {"recorded_at_ms": round((T0_S - 8) * 1000), "values": []}
    late = CodeReport(T0_S + 1800, "ABS", True, False, {number("U0100"): {"status": 0x2F, "freeze_frame": frame}})
    (event,), _ = judged(late, starts=WEAK)
    assert event.rule == "low_voltage"


def test_a_bus_code_takes_the_units_that_were_lost_with_it() -> None:
    reports = [told(0, "ECM", "U0121"), told(5, "BCM", "U0001", "U0100"), told(900, "ECM", "U0140")]
    (event,), suppressed = judged(*reports)
    assert (event.rule, event.component, len(event.members)) == ("bus_lost", "U0001-00", 3)
    assert {one.reasons["en"] for one in suppressed.values()} == {
        "part of the failure of a data bus, told under U0001-00"
    }
    assert {one.component for one in alarms(*reports)} == {"U0001-00", "U0140-00"}


def test_units_that_miss_one_another_have_lost_the_bus() -> None:
    (event,), _ = judged(told(0, "ECM", "U0121", "U0140"), told(1, "ABS", "U0100"))
    assert event.rule == "bus_lost"


def test_one_unit_that_misses_three_others_is_itself_cut_off() -> None:
    (event,), suppressed = judged(told(0, "TCM", "U0100", "U0121", "U0140"))
    assert event.rule == "node_cut_off"
    assert all("TCM" in one.reasons["en"] for one in suppressed.values())
    groups, _ = judged(told(0, "TCM", "U0100", "U0121"))
    assert groups == []


def test_a_unit_that_others_miss_or_doubt_is_silent() -> None:
    (event,), _ = judged(told(0, "ECM", "U0121"), told(1, "TCM", "U0121", "U0415"))
    assert (event.rule, event.component, len(event.members)) == ("module_silent", "U0121-00", 3)
    (doubted,), _ = judged(told(0, "ECM", "U0121", "U0415"))
    assert doubted.rule == "module_silent"
    for apart in ([told(0, "ECM", "U0121"), told(500, "TCM", "U0121")], [told(0, "ECM", "U0121", "U0401")]):
        assert judged(*apart)[0] == []


def test_sensors_fail_with_their_supply() -> None:
    reports = [told(0, "ECM", "P0107", "P0122"), told(60, "ECM", "P0641"), told(60, "TCM", "P2122")]
    (event,), _ = judged(*reports)
    assert (event.rule, event.component, len(event.members)) == ("sensor_supply", "P0641-00", 3)
    assert judged(told(0, "ECM", "P0107", "P0122"))[0] == []


def test_both_banks_or_several_cylinders_are_one_fault() -> None:
    (lean,), suppressed = judged(told(0, "ECM", "P0174"), told(86_400, "ECM", "P0171"))
    assert (lean.rule, lean.component) == ("shared_cause", "P0171-00")
    assert [one.reasons["zh"] for one in suppressed.values()] == ["与 P0171-00 为同一故障，已说明"]
    (alarm,) = alarms(told(0, "ECM", "P0302", "P0304"), told(9, "ECM", "P0300"))
    assert alarm.component == "P0300-00"
    assert [one.value for one in alarm.evidence if one.quantity == "codes_together"] == [3.0]
    assert judged(told(0, "ECM", "P0171"), told(0, "TCM", "P0174"))[0] == []


def test_faults_of_different_times_are_not_one() -> None:
    gone = CodeReport(T0_S + 10, "ECM", True, False, {})
    assert judged(told(0, "ECM", "P0171"), gone, told(20, "ECM", "P0174"))[0] == []


def test_a_pending_code_of_an_event_raises_no_alarm_and_an_event_is_as_bad_as_its_worst() -> None:
    pending = CodeReport(T0_S, "ECM", False, False, {number("P0302"): {"status": 0x27}})
    assert alarms(pending) == []
    flashing = CodeReport(
        T0_S, "ECM", False, False, {number("P0302"): {"status": 0xAF}}, lamps={"malfunction": "flashing"}
    )
    (alarm,) = alarms(flashing)
    assert alarm.severity == STOP
    (worst,) = alarms(flashing, told(1, "ECM", "P0300"))
    assert (worst.component, worst.severity) == ("P0300-00", STOP)


def test_what_a_workshop_sets_and_clears_is_suppressed_and_what_came_while_driving_is_not() -> None:
    cleared = CodeReport(T0_S + 1200, "ECM", True, True, {})
    groups, suppressed = judged(told(0, "ECM", "P0113", engine_speed_rpm=0.0), cleared)
    assert groups == []
    assert [one.rule for one in suppressed.values()] == ["workshop_session"]
    for kept in (told(0, "ECM", "P0113", engine_speed_rpm=800.0), told(0, "ECM", "P0113")):
        assert judged(kept, cleared)[1] == {}
    late = CodeReport(T0_S + 3601, "ECM", True, True, {})
    assert judged(told(0, "ECM", "P0113", engine_speed_rpm=0.0), late)[1] == {}


def test_an_event_is_over_when_the_last_of_its_codes_is() -> None:
    both = told(0, "ECM", "P0171", "P0174")
    one_left = CodeReport(T0_S + 10, "ECM", True, False, {number("P0174"): {"status": CONFIRMED}})
    none_left = CodeReport(T0_S + 20, "ECM", True, False, {})
    assert [one.ended_s for one in alarms(both, one_left)] == [None]
    assert [one.ended_s for one in alarms(both, one_left, none_left)] == [T0_S + 20]


@pytest.mark.parametrize("reports", [[told(0, "ECM", "U0100")], [told(0, "ECM", "P0171", "P0174")]])
def test_every_event_has_words_in_both_languages(reports: list[CodeReport]) -> None:
    for alarm in alarms(*reports, starts=WEAK):
        finding = finding_of(VIN, alarm)
        assert all(finding.texts.values())
        assert all(one["words"]["zh"] for one in finding.evidence)


def test_a_truck_s_code_has_words_and_a_severity() -> None:
    report = CodeReport(T0_S, "00", True, False, {100 << 5 | 1: {}}, system="j1939", scope="active")
    (alarm,) = alarms(report)
    assert (alarm.component, alarm.severity) == ("SPN100-FMI1", STOP)
    assert "Engine oil pressure: too low, most severe" in finding_of(VIN, alarm).texts["en"]
    unknown = CodeReport(T0_S, "00", True, False, {500_000 << 5 | 25: {}}, system="j1939", scope="active")
    assert "Parameter 500000: failure mode 25" in finding_of(VIN, alarms(unknown)[0]).texts["en"]
