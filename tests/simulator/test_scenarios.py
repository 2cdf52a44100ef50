"""Scenarios, fleets and lives: seeded, checked, and with the truth written down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import simulator.scenario
from simulator.disturbances import draw_disturbances, shifted
from simulator.drive import Burst, parts_of, simulate_car
from simulator.faults.degradations import DEGRADATIONS
from simulator.faults.schedule import HiddenFault, assign_faults, truth_document
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import FaultPlan, OfflinePlan, Scenario, ScenarioError, load_scenario, read_scenario
from telemetry_schema.vin import Vin

END_MS = 1_780_272_000_000
DAY_MS = 86_400_000
SHIPPED = sorted((Path(simulator.scenario.__file__).parent / "scenarios").glob("*.toml"))


def life(spec: CarSpec, scenario: Scenario, seed: int, fault: HiddenFault | None = None) -> list[Burst]:
    return list(simulate_car(spec, scenario, seed, END_MS, fault))


def same(one: Burst, other: Burst) -> bool:
    return (
        np.array_equal(one.recorded_at_ms, other.recorded_at_ms)
        and one.columns.keys() == other.columns.keys()
        and all(np.array_equal(one.columns[n].values, other.columns[n].values) for n in one.columns)
        and one.events == other.events
    )


def test_the_same_seed_gives_the_same_life_whatever_the_other_cars_do() -> None:
    small, large = Scenario("s", 1, 3), Scenario("s", 1, 3)
    (spec,) = build_fleet(small, 4)
    first, again = life(spec, small, 4), life(spec, large, 4)
    assert len(first) == len(again) > 5
    assert all(same(one, other) for one, other in zip(first, again, strict=True))
    assert not all(same(one, other) for one, other in zip(first, life(spec, small, 5), strict=False))


def test_another_seed_gives_another_fleet_without_a_car_in_common() -> None:
    scenario = Scenario("s", 50, 3)
    one, other = ({spec.vin for spec in build_fleet(scenario, seed)} for seed in (1, 2))
    assert len(one) == len(other) == 50
    assert not one & other
    for vin in one:
        Vin(vin)  # with its check digit


def test_instants_ascend_and_end_before_now() -> None:
    scenario = Scenario("s", 1, 5)
    (spec,) = build_fleet(scenario, 1)
    bursts = life(spec, scenario, 1)
    instants = np.concatenate([burst.recorded_at_ms for burst in bursts])
    assert (np.diff(instants) > 0).all()
    assert END_MS - 5 * DAY_MS <= instants[0] < instants[-1] <= END_MS


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_can_be_read_and_manned(path: Path) -> None:
    scenario = load_scenario(path)
    specs = build_fleet(scenario, 1)
    faults = assign_faults(scenario, specs, 1, END_MS)
    assert len(specs) == scenario.cars
    assert len(faults) == sum(plan.cars for plan in scenario.faults)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"name": "x", "cars": 1, "days": 1, "colour": "red"}, "colour"),
        ({"name": "x", "cars": 0, "days": 1}, "cars"),
        ({"name": "x", "cars": 1, "days": 1, "climate": "lunar"}, "climate"),
        ({"name": "x", "cars": 1, "days": 1, "faults": [{"kind": "gremlins"}]}, "gremlins"),
        ({"name": "x", "cars": 1, "days": 1, "faults": [{"kind": "coolant_loss", "cars": 2}]}, "do not fit"),
        ({"name": "x", "cars": 1, "days": 1, "network": {"drop": 2}}, "shares between 0 and 1"),
        ({"cars": 1, "days": 1}, "name"),
    ],
)
def test_a_wrong_scenario_is_refused_by_the_name_of_what_is_wrong(given: dict[str, object], named: str) -> None:
    with pytest.raises(ScenarioError, match=named):
        read_scenario(given, "test.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.toml"):
        load_scenario(tmp_path / "none.toml")


def with_fault(kind: str) -> tuple[Scenario, CarSpec, HiddenFault]:
    drivetrains = DEGRADATIONS[kind].drivetrains
    plan = FaultPlan(kind, 1, (2.0, 3.0), (8.0, 10.0))
    electric = 1.0 if drivetrains == {"electric"} else 0.0
    scenario = Scenario(f"fault-{kind}", 1, 20, "cold", diesel_share=0.0, electric_share=electric, faults=(plan,))
    (spec,) = build_fleet(scenario, 1)
    return scenario, spec, assign_faults(scenario, [spec], 1, END_MS - 20 * DAY_MS)[spec.vin]


@pytest.mark.parametrize("kind", DEGRADATIONS)
def test_every_degradation_shows_in_the_readings_after_its_onset_and_not_before(kind: str) -> None:
    scenario, spec, fault = with_fault(kind)
    later = HiddenFault(spec.vin, fault.degradation, END_MS, fault.ramp_ms)
    sick, well, healthy = (life(spec, scenario, 1, one) for one in (fault, later, None))
    before = [
        same(one, other)
        for one, other in zip(sick, well, strict=False)
        if max(one.ends_at_ms, other.ends_at_ms) < fault.onset_at_ms
    ]
    assert all(before)
    assert before
    reference = healthy if kind == "oil_change_missed" else well  # there, time alone makes the fault
    assert not all(same(one, other) for one, other in zip(sick, reference, strict=False))


def test_there_are_enough_degradations_and_their_truth_is_written_down() -> None:
    assert len(DEGRADATIONS) >= 12
    scenario, spec, fault = with_fault("coil_failure")
    life(spec, scenario, 1, fault)
    (told,) = truth_document([fault], [spec])["faults"]
    assert (told["vin"], told["kind"]) == (spec.vin, "coil_failure")
    severities = [severity for _, severity in told["severity_over_time"]]
    assert severities == sorted(severities)
    assert severities[0] == 0
    assert severities[-1] == 1
    assert told["strands_at"] > told["onset_at"]
    assert truth_document([], [spec])["healthy"] == [spec.vin]


def test_healthy_cars_set_no_code() -> None:
    scenario = Scenario("well", 4, 20)
    for spec in build_fleet(scenario, 6):
        reports = [
            event.dtc_report
            for burst in life(spec, scenario, 6)
            for event in burst.events
            if event.HasField("dtc_report")
        ]
        assert reports == []


def test_real_time_parts_hold_everything_once() -> None:
    scenario = Scenario("s", 1, 2)
    (spec,) = build_fleet(scenario, 1)
    for burst in life(spec, scenario, 1):
        parts = list(parts_of(burst, 10_000))
        assert np.concatenate([part.recorded_at_ms for part in parts]).tolist() == burst.recorded_at_ms.tolist()
        assert sum(len(part.events) for part in parts) == len(burst.events)


def test_disturbances_are_shared_out_and_seeded() -> None:
    scenario = Scenario("s", 1, 10, wrong_clock_share=0.5, offline=OfflinePlan(share=0.25, hours=8))
    drawn = [draw_disturbances(scenario, f"VIN{number}", 1, END_MS) for number in range(400)]
    assert drawn == [draw_disturbances(scenario, f"VIN{number}", 1, END_MS) for number in range(400)]
    assert 70 < sum(one.offline is not None for one in drawn) < 130
    assert 160 < sum(one.lost_clock is not None for one in drawn) < 240
    for one in drawn:
        if one.offline:
            assert one.offline.to_ms - one.offline.from_ms == 8 * 3_600_000
            assert END_MS - 10 * DAY_MS <= one.offline.from_ms < one.offline.to_ms <= END_MS


def test_a_lost_clock_counts_from_1970() -> None:
    scenario = Scenario("s", 1, 2)
    (spec,) = build_fleet(scenario, 1)
    burst = next(one for one in life(spec, scenario, 1) if one.events and len(one.recorded_at_ms) > 3)
    began = int(burst.recorded_at_ms[0]) - 5_000
    lost = shifted(burst, -began)
    assert lost.recorded_at_ms[0] == 5_000
    assert np.diff(lost.recorded_at_ms).tolist() == np.diff(burst.recorded_at_ms).tolist()
    assert all(event.recorded_at_ms < 30_000_000 for event in lost.events)
    assert burst.events[0].recorded_at_ms > began - DAY_MS
