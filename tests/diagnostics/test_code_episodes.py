"""The life of a trouble code, by the status bytes of ISO 14229-1."""

from __future__ import annotations

from typing import Any

import pytest

from diagnostics.alarms import ADVISORY, SOON
from diagnostics.code_episodes import CodeEpisode, episodes_of
from diagnostics.code_numbers import code_text
from diagnostics.code_reports import CodeReport
from diagnostics.detectors import trouble_code
from diagnostics.history import EngineStart
from tests.diagnostics.conftest import T0_S, history

P0302 = 0x030200
U0100 = 0xC10000


def life(*statuses: int | None, code: int = P0302, **more: Any) -> list[CodeEpisode]:
    """One complete report a day; None is a memory without the code."""
    reports = [
        CodeReport(T0_S + n * 86_400, "ECM", True, False, {} if status is None else {code: {"status": status, **more}})
        for n, status in enumerate(statuses)
    ]
    return episodes_of(reports)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((0x27,), "pending"),
        ((0x27, 0xAF), "confirmed"),
        ((0x27, 0xAF, 0xAE), "confirmed"),
        ((0x27, 0xAF, 0xAE, 0x28), "healed"),
        ((0x27, 0xAF, None), "cleared"),
        ((0x27, 0xAF, 0x28, None), "cleared"),
        ((0x27, 0x50), "gone"),
        ((0x27, None), "gone"),
    ],
)
def test_the_status_bytes_tell_where_a_code_stands(statuses: tuple[int | None, ...], expected: str) -> None:
    (episode,) = life(*statuses)
    assert episode.status == expected
    assert episode.is_open == (expected in ("pending", "confirmed", "healed"))


def test_the_first_confirmation_counts_and_the_lamp_follows_its_bit() -> None:
    (episode,) = life(0x27, 0xAF, 0xAF, 0x2E)
    assert episode.confirmed_s == T0_S + 86_400
    assert not episode.lamp
    assert [status for _, status in episode.transitions] == [0x27, 0xAF, 0x2E]


@pytest.mark.parametrize("end", [0x28, None])
def test_a_code_that_comes_back_has_recurred(end: int | None) -> None:
    first, second = life(0x27, 0xAF, end, 0x27)
    assert not first.recurred
    assert first.ended_s is not None
    assert second.recurred
    assert second.status == "pending"


@pytest.mark.parametrize("status", [0x00, 0x50, 0x40])
def test_what_was_tested_and_found_well_is_no_episode(status: int) -> None:
    assert life(status) == []


def test_a_partial_report_clears_nothing() -> None:
    reports = [
        CodeReport(T0_S, "ECM", True, False, {P0302: {"status": 0xAF}}),
        CodeReport(T0_S + 1, "ECM", False, False, {}),
        CodeReport(T0_S + 2, "TCM", True, False, {}),
    ]
    assert [episode.status for episode in episodes_of(reports)] == ["confirmed"]


def test_a_cleared_memory_ends_what_it_does_not_name() -> None:
    reports = [
        CodeReport(T0_S, "ECM", True, False, {P0302: {"status": 0xAF}}),
        CodeReport(T0_S + 1, "ECM", False, True, {}),
    ]
    assert [episode.status for episode in episodes_of(reports)] == ["cleared"]


def test_the_same_code_with_another_failure_type_or_ecu_is_another_code() -> None:
    reports = [
        CodeReport(T0_S, "ECM", False, False, {P0302: {"status": 0xAF}, P0302 + 1: {"status": 0xAF}}),
        CodeReport(T0_S, "TCM", False, False, {P0302: {"status": 0xAF}}),
    ]
    assert len(episodes_of(reports)) == 3


@pytest.mark.parametrize(
    ("code", "text"), [(0x017100, "P0171-00"), (0xC10000, "U0100-00"), (0x403511, "C0035-11"), (0x0A8000, "P0A80-00")]
)
def test_codes_are_written_as_people_write_them(code: int, text: str) -> None:
    assert code_text(code) == text


def test_only_confirmed_codes_are_findings() -> None:
    assert trouble_code.detect(history(episodes=life(0x27))) == []
    (alarm,) = trouble_code.detect(history(episodes=life(0x27, 0xAF)))
    assert (alarm.component, alarm.severity, alarm.ended_s) == ("P0302-00", SOON, None)
    (over,) = trouble_code.detect(history(episodes=life(0x27, 0xAF, 0x28)))
    assert over.ended_s == T0_S + 2 * 86_400


def test_network_codes_of_a_weak_start_are_advisory_only() -> None:
    episodes = life(0xAF, code=U0100)
    weak = [EngineStart(T0_S - 2, 7.5, 12.0, 5.0)]
    assert [one.severity for one in trouble_code.detect(history(episodes=episodes, starts=weak))] == [ADVISORY]
    assert [one.severity for one in trouble_code.detect(history(episodes=episodes))] == [SOON]
