"""The table of true causes, and where a ranking puts them."""

from __future__ import annotations

from typing import Any

from diagnostics.alarms import Alarm, Evidence
from diagnostics.code_catalogue import catalogue
from diagnostics.code_episodes import CodeEpisode
from diagnostics.findings import finding_of, instant
from diagnostics.history import History
from servicelane.evaluation.causes import TRUE_CAUSES, place_of_truth, stated_causes
from simulator.faults.degradations import DEGRADATIONS

T0_S = 1_767_225_600.0
VIN = "1M8GDM9AXKP042788"
P0128 = 0x012800


def truth(kind: str, onset_s: float = T0_S) -> dict[str, Any]:
    return {"vin": VIN, "kind": kind, "onset_at": instant(onset_s).isoformat(), "parameters": {}}


def history(*episodes: CodeEpisode) -> History:
    return History(VIN, "petrol", {}, episodes=list(episodes))


def confirmed(code: int, at_s: float = T0_S + 100) -> CodeEpisode:
    return CodeEpisode("engine", code, at_s, at_s, status="confirmed", confirmed_s=at_s)


def finding(kind: str, *quantities: str, ended_s: float | None = None) -> Any:
    evidence = tuple(Evidence(T0_S, one, 1.0, 0.0) for one in quantities)
    return finding_of(VIN, Alarm(kind, "", 2, T0_S + 50, T0_S + 10, evidence, ended_s))


def test_every_fault_of_the_simulator_has_true_causes_of_the_catalogue() -> None:
    assert TRUE_CAUSES.keys() == DEGRADATIONS.keys()
    assert {cause for causes in TRUE_CAUSES.values() for cause in causes} <= catalogue().causes.keys()


def test_the_place_of_the_truth_is_that_of_the_ranking() -> None:
    known, found = history(confirmed(P0128)), [finding("cooling_thermostat")]
    assert place_of_truth(known, found, truth("thermostat_stuck_open")) == 1
    drifted = place_of_truth(known, found, truth("sensor_coolant_drift"))
    assert drifted is not None
    assert drifted > 1
    assert place_of_truth(known, found, truth("traction_ageing")) is not None  # by the code alone, far behind


def test_causes_that_are_as_true_count_together() -> None:
    (leak,) = [finding("coolant_loss")]
    stated = stated_causes(history(), [leak], truth("coolant_loss"))
    assert stated is not None
    assert stated.true_cause == "coolant_leak_hose"
    assert "coolant_low" not in stated.probabilities


def test_a_fault_that_nothing_answers_has_no_place() -> None:
    assert place_of_truth(history(), [], truth("vacuum_leak")) is None
    over = finding("cooling_thermostat", ended_s=T0_S + 60)
    assert place_of_truth(history(), [over], truth("thermostat_stuck_open", onset_s=T0_S + 1000)) is None
