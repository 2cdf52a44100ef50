"""The lists of OBD-II and J1939, permanent codes, the verification of repairs, bits and freeze frames."""

from __future__ import annotations

from typing import Any

import pytest

from diagnostics.code_episodes import episodes_of, lives_of
from diagnostics.code_reports import CodeReport, LampState
from diagnostics.status_byte import BitTransition
from telemetry_schema.catalogue import signal
from tests.diagnostics.code_reports import COOLANT_HIGH, DAY_S, P0302, U0100, listed, memory
from tests.diagnostics.conftest import T0_S

MIL_ON: dict[str, LampState] = {"malfunction": "on"}
MIL_OFF: dict[str, LampState] = {"malfunction": "off"}


def test_the_lists_of_obd_tell_the_same_life_as_status_bytes() -> None:
    reports = [
        listed(0, "pending", P0302),
        listed(1, "confirmed", P0302, lamps=MIL_ON),
        listed(1, "pending", P0302),
        listed(4, "confirmed", P0302, lamps=MIL_OFF),
        listed(4, "pending"),
        listed(60, "confirmed", lamps=MIL_OFF),
    ]
    stages = [(one.status, one.lamp) for n in range(1, 7) for one in episodes_of(reports[:n])]
    assert stages[0] == ("pending", False)
    assert stages[2] == ("confirmed", True)
    assert stages[4] == ("healed", False)
    assert stages[5] == ("cleared", False)


def test_a_confirmed_code_of_which_no_lamp_and_no_test_is_known_is_not_healed() -> None:
    (episode,) = episodes_of([listed(0, "confirmed", P0302), listed(1, "pending")])
    assert episode.status == "confirmed"


def test_one_reading_may_bring_its_lists_in_any_order() -> None:
    reports = [listed(0, "pending", P0302), listed(1, "pending", order=(1, "", 2)), listed(1, "confirmed", P0302)]
    (episode,) = episodes_of(reports)
    assert episode.status == "confirmed"


def test_an_active_fault_that_is_previously_active_is_healed_and_one_that_flickers_stays_one_episode() -> None:
    on = listed(0, "active", COOLANT_HIGH, system="j1939", lamps={"red_stop": "on", "malfunction": "off"})
    off = listed(0.1, "active", system="j1939")
    past = listed(0.1, "previously_active", COOLANT_HIGH, system="j1939")
    (healed,) = episodes_of([on, off, past])
    assert (healed.text, healed.status, healed.lamps) == ("SPN110-FMI0", "healed", {"red_stop": "on"})
    (again,) = episodes_of([on, off, past, listed(0.2, "active", COOLANT_HIGH, system="j1939")])
    assert (again.status, again.relapses) == ("confirmed", 1)
    later = episodes_of([on, off, past, listed(3, "active", COOLANT_HIGH, system="j1939")])
    assert [one.status for one in later] == ["healed", "confirmed"]
    assert later[1].recurred
    assert later[0].ended_by == "recurrence"


def test_what_neither_list_names_any_more_is_cleared() -> None:
    on = listed(0, "active", COOLANT_HIGH, system="j1939")
    (episode,) = episodes_of([on, listed(1, "active", system="j1939"), listed(1, "previously_active", system="j1939")])
    assert (episode.status, episode.ended_by) == ("cleared", "memory")
    (still,) = episodes_of([on, listed(1, "previously_active", system="j1939")])
    assert still.status == "confirmed"


@pytest.mark.parametrize("system", ["uds", "j1939"])
def test_the_number_that_means_no_code_is_none(system: Any) -> None:
    codes = {0: {"status": 0xFF}}
    assert lives_of([CodeReport(T0_S, "00", True, False, codes, system=system, scope="active")]) == []


def test_a_j1939_code_with_the_number_of_another_is_not_the_other() -> None:
    reports = [memory(0, {P0302: 0xAF}, ecu="7E8"), listed(1, "active", P0302, system="j1939")]
    assert [one.text for one in episodes_of(reports)] == ["P0302-00", f"SPN{P0302 >> 5}-FMI0"]


def test_the_permanent_record_outlives_the_clearing_until_the_repair_is_proven() -> None:
    reports = [
        memory(0, {P0302: 0xAF}, ecu="7E8"),
        listed(0, "permanent", P0302),
        memory(1, {}, ecu="7E8", cleared=True),
        listed(1, "permanent", P0302),
        listed(5, "permanent"),
    ]
    (before,) = episodes_of(reports[:4])
    assert (before.status, before.ended_by, before.permanent_ended_s) == ("cleared", "tester", None)
    (after,) = episodes_of(reports)
    assert after.permanent_ended_s == after.verified_s == T0_S + 5 * DAY_S


def test_a_permanent_record_alone_tells_of_codes_that_were_cleared_before_we_knew_the_car() -> None:
    (episode,) = episodes_of([listed(0, "permanent", P0302)])
    assert (episode.status, episode.ended_by, episode.confirmed_s) == ("cleared", "unseen", None)


def test_a_repair_is_verified_by_a_test_that_ran_and_not_by_an_empty_memory() -> None:
    cleared = [memory(0, {P0302: 0xAF}), memory(1, {}, cleared=True), memory(2, {})]
    (episode,) = episodes_of(cleared)
    assert (episode.ended_by, episode.verified_s) == ("tester", None)
    (untested,) = episodes_of([*cleared, memory(3, {P0302: 0x50})])
    assert untested.verified_s is None
    (verified,) = episodes_of([*cleared, memory(3, {P0302: 0x00})])
    assert verified.verified_s == T0_S + 3 * DAY_S


def test_a_byte_as_clearing_leaves_it_tells_of_a_tester() -> None:
    (episode,) = episodes_of([memory(0, {P0302: 0xAF}), memory(1, {P0302: 0x50})])
    assert episode.ended_by == "tester"


def test_bits_that_the_ecu_does_not_keep_are_no_claims() -> None:
    reports = [memory(0, {P0302: 0xFF}, status_mask=0x0C)]
    (life,) = lives_of(reports)
    assert life.status == 0x0C
    (episode,) = life.episodes
    assert (episode.status, episode.lamp) == ("confirmed", False)


def test_every_change_of_every_bit_is_kept_also_where_nothing_ever_failed() -> None:
    (life,) = lives_of([memory(0, {U0100: 0x50}), memory(1, {U0100: 0x40}), memory(2, {U0100: 0x00})])
    assert life.episodes == []
    assert life.transitions == [
        BitTransition(T0_S, 4, True),
        BitTransition(T0_S, 6, True),
        BitTransition(T0_S + DAY_S, 4, False),
        BitTransition(T0_S + 2 * DAY_S, 6, False),
    ]


def frame(at_s: float, rpm: float) -> dict[str, Any]:
    values = [
        {"signal": signal("engine_speed_rpm").id, "value": rpm},
        {"signal": signal("latitude_deg").id, "value": 48.1},
        {"signal": 60_001, "value": 1.0},
    ]
    return {"recorded_at_ms": round(at_s * 1000), "values": values}


def test_the_first_and_the_last_freeze_frame_stay_with_units_and_without_positions() -> None:
    first, middle, last = (frame(T0_S + n, 800.0 + n) for n in (-9, -5, -1))
    told: dict[str, Any] = {"status": 0xAF, "freeze_frame": middle, "further_freeze_frames": [last, first]}
    (episode,) = episodes_of([CodeReport(T0_S, "ECM", True, False, {P0302: told})])
    assert episode.frozen.first is not None
    assert episode.frozen.last is not None
    assert episode.frozen.first.values == {"engine_speed_rpm": {"value": 791.0, "unit": "1/min"}}
    assert episode.frozen.last.values == {"engine_speed_rpm": {"value": 799.0, "unit": "1/min"}}
    assert episode.raised_s == T0_S - 9
    assert episode.first_seen_s == T0_S


@pytest.mark.parametrize("at_ms", [0, 5, -1, 2**62])
def test_an_instant_that_no_ecu_can_mean_is_none(at_ms: int) -> None:
    told = {"status": 0xAF, "freeze_frame": {"recorded_at_ms": at_ms, "values": []}}
    (episode,) = episodes_of([CodeReport(T0_S, "ECM", True, False, {P0302: told})])
    assert episode.raised_s == T0_S


def test_a_count_that_no_column_holds_is_bounded() -> None:
    (episode,) = episodes_of([CodeReport(T0_S, "E", True, False, {P0302: {"status": 0xAF, "occurrences": 2**32 - 1}})])
    assert episode.occurrences == 2**31 - 1
