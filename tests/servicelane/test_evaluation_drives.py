"""Recorded drives as diagnostics sees them, and faults put into them. Two drives that ship with the simulator."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import simulator.columns
from diagnostics.history import Car
from diagnostics.samples import Samples
from diagnostics.trips import trips_of
from servicelane.__main__ import app
from servicelane.evaluation.injected import inject_case
from servicelane.evaluation.recorded_drives import RecordedDrive, binned, findings_on, read_drives

DRIVES = Path(simulator.columns.__file__).parent / "drives"
CAR = Car("VSSZZZ5F2JR001130", "petrol", {})


@pytest.fixture(scope="module")
def drives() -> list[RecordedDrive]:
    return read_drives(DRIVES, DRIVES / "kit.toml")


def test_shipped_drives_are_read_oldest_first_and_raise_nothing(drives: list[RecordedDrive]) -> None:
    assert [drive.label for drive in drives] == ["Normal", "Normal", "Frei"]
    assert 0.5 < sum(drive.hours for drive in drives) < 5
    assert [finding for finding in findings_on(drives, CAR) if finding.alarm.severity >= 2] == []


def test_bins_are_means_of_what_was_said_while_the_engine_ran() -> None:
    samples = Samples(
        np.array([0.0, 4.0, 12.0, 14.0, 25.0]),
        {
            "engine_speed_rpm": np.array([800.0, 900.0, 0.0, 0.0, 700.0]),
            "coolant_temperature_c": np.array([20.0, np.nan, 30.0, 30.0, np.nan]),
        },
    )
    told = binned(samples)
    assert told.at_s.tolist() == [0.0, 20.0]
    assert told.get("engine_speed_rpm").tolist() == [850.0, 700.0]
    assert told.get("coolant_temperature_c")[0] == 20.0
    assert np.isnan(told.get("coolant_temperature_c")[1])


def test_a_fault_put_into_drives_is_found_and_repeats(drives: list[RecordedDrive]) -> None:
    many = [RecordedDrive(drives[0].name, moved(drives[0].samples, day)) for day in range(30)]
    healthy = [trips_of([drive.samples], CAR) for drive in many]
    outcome = inject_case(many, healthy, CAR, "development", 1, 2, "radiator_blocked")
    assert outcome is not None
    assert outcome.found_after is not None
    assert outcome == inject_case(many, healthy, CAR, "development", 1, 2, "radiator_blocked")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_however_few_drives_there_are_the_fault_has_one(drives: list[RecordedDrive], count: int) -> None:
    few = drives[:count]
    healthy = [trips_of([drive.samples], CAR) for drive in few]
    for number in range(5):
        assert inject_case(few, healthy, CAR, "development", 1, number, "radiator_blocked") is not None


def test_a_fault_of_a_signal_that_no_drive_has_is_left_out(drives: list[RecordedDrive]) -> None:
    bare = [RecordedDrive(one.name, Samples(one.samples.at_s, {})) for one in drives]
    assert inject_case(bare, [[] for _ in bare], CAR, "development", 1, 0, "sensor_stuck") is None


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_command_writes_what_it_found(tmp_path: Path) -> None:
    for path in DRIVES.glob("*.csv.xz"):
        shutil.copy(path, tmp_path)
    result = tmp_path / "result.json"
    told = CliRunner().invoke(
        app, ["evaluate", "diagnostics", "--seed", "3", "--cars", "1", "--drives", str(tmp_path), "--json", str(result)]
    )
    assert told.exit_code in (0, 1), told.output
    written = json.loads(result.read_text())
    assert written["recorded"]["drives"] == 3
    assert {row["detector"] for row in written["detectors"]} >= {"battery_ageing", "slow_tyre_leak"}
    assert written["healthy"]["car_years"] == pytest.approx(5.0, rel=0.01)
    assert "## Healthy cars" in told.output


def test_a_folder_without_drives_says_what_a_drive_is(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["evaluate", "diagnostics", "--cars", "1", "--drives", str(tmp_path)])
    assert told.exit_code == 2
    assert ".csv" in told.output


def moved(samples: Samples, days: int) -> Samples:
    return Samples(samples.at_s + days * 86_400.0, samples.columns)
