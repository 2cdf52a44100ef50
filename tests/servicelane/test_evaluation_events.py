"""The next failure from maintenance logs: what there is to learn is learnt, nothing leaks, bad files are named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from typer.testing import CliRunner

from servicelane.__main__ import app
from servicelane.evaluation.maintenance_logs import tables
from servicelane.evaluation.maintenance_logs.columns import LogFiles
from servicelane.evaluation.maintenance_logs.logs import Log, Logs, read_logs
from servicelane.evaluation.maintenance_logs.looks import STEP_SECONDS, look
from servicelane.evaluation.maintenance_logs.run import NextFailure, evaluate_events
from servicelane.evaluation.maintenance_logs.tables import LogFileError
from tests.servicelane.maintenance_log_fleet import Fleet

NAMES: Final = ("machines", "failures", "maintenance", "errors", "telemetry")
HOUR: Final = 3600
DAY: Final = 24 * HOUR


def files_of(folder: Path) -> LogFiles:
    return LogFiles(*(folder / f"{name}.csv" for name in NAMES))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Fleet().write(tmp_path_factory.mktemp("fleet"))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be read, not to be learnt from."""
    return Fleet(machines=3, days=60).write(tmp_path_factory.mktemp("few"))


def edited(fleet: Path, folder: Path, name: str, edit: Callable[[list[str]], list[str]]) -> LogFiles:
    """A copy in which one file is another."""
    for one in NAMES:
        (folder / f"{one}.csv").write_text((fleet / f"{one}.csv").read_text())
    path = folder / f"{name}.csv"
    path.write_text("\n".join(edit(path.read_text().splitlines())) + "\n")
    return files_of(folder)


@pytest.fixture(scope="module")
def result(fleet: Path) -> NextFailure:
    return evaluate_events(files_of(fleet))


def test_what_there_is_to_learn_is_learnt(result: NextFailure) -> None:
    assert result.macro_f1 >= 0.9
    assert result.never_f1 < 0.25
    assert {one.name for one in result.scored} == {"comp1", "comp2", "comp3", "comp4", "none"}
    failures = sum(one.failures for one in result.warned)
    assert failures >= 20
    assert sum(one.told for one in result.warned) >= 0.9 * failures
    assert all(one.median_lead_hours is None or 3 <= one.median_lead_hours <= 24 for one in result.warned)


def test_where_there_is_nothing_to_learn_nothing_is_claimed(tmp_path: Path) -> None:
    result = evaluate_events(files_of(Fleet(machines=12, related=False).write(tmp_path)))
    assert result.macro_f1 < 0.5


def test_the_command_says_and_writes_the_same(fleet: Path, tmp_path: Path) -> None:
    words = [word for name in NAMES for word in (f"--{name}", str(fleet / f"{name}.csv"))]
    ran = CliRunner().invoke(app, ["evaluate", "events", *words, "--json", str(tmp_path / "said.json")])
    assert ran.exit_code == 0
    said = json.loads((tmp_path / "said.json").read_text())
    assert f"**{said['macro_f1']:.3f}**" in ran.output
    assert said["telemetry_lines"] == 20 * 120 * 24


def logs_of(failed: list[int], errors: list[int], hours: int = 60 * 24) -> Logs:
    """One machine whose only signal is the number of the hour."""

    def log(ats: list[int], name: str) -> Log:
        return Log(np.zeros(len(ats), np.int32), np.array(ats, np.int64), np.zeros(len(ats), np.int64), (name,))

    at = np.arange(hours) * HOUR
    values = np.arange(hours, dtype=np.float32)[:, None]
    none = np.zeros(1, np.float32)
    logs = (log(failed, "pump"), log([], "pump"), log(errors, "e"))
    return Logs(("m",), none, none, *logs, np.zeros(hours, np.int32), at, values, ("s",))


def test_a_look_knows_what_was_before_it_and_nothing_of_its_instant_or_later() -> None:
    at = 30 * DAY
    logs = logs_of([at], [at])
    looks = look(logs, DAY)
    before, after = (looks.known[looks.at == moment][0] for moment in (at, at + STEP_SECONDS))
    assert before[:2] == pytest.approx([30 * 24 - 2, np.sqrt(2 / 3)], abs=0.01)  # the three hours before it
    assert (before[4], after[4]) == (0, 1)  # the error of that instant
    assert after[6] == 3  # hours since the pump was replaced, for it had failed
    changed = replace(logs, values=np.where(logs.at[:, None] < at, logs.values, np.float32(9_000)))
    unchanged = look(changed, DAY)
    assert unchanged.known[unchanged.at == at][0][:2] == pytest.approx(before[:2], rel=1e-4, abs=0.01)


def test_a_failure_is_within_the_horizon_from_a_day_before_up_to_its_own_instant() -> None:
    at = 30 * DAY
    looks = look(logs_of([at], []), DAY)
    assert list(looks.at[looks.fails[:, 0]]) == list(range(at - DAY + STEP_SECONDS, at + 1, STEP_SECONDS))


def test_machines_are_not_looked_at_where_they_told_nothing_for_a_day() -> None:
    logs = logs_of([], [])
    silent = replace(logs, values=np.where(np.arange(1440)[:, None] // 24 == 10, np.nan, logs.values))
    assert set(look(logs, DAY).at) - set(look(silent, DAY).at) == {11 * DAY}


def test_what_is_learnt_ends_before_what_is_judged_begins(result: NextFailure) -> None:
    assert result.learnt_until_at == "2015-03-22 05:20"
    assert result.judged_from_at == "2015-03-23 05:20"


@pytest.mark.parametrize(
    ("name", "line", "text", "said"),
    [
        ("telemetry", 7, "2015-01-01 25:00,1,1,1,1,1", r"telemetry\.csv, line 7: datetime '2015-01-01 25:00' is no"),
        ("telemetry", 7, "2015-01-01 11:00:00,1,high,450,100,40", r"telemetry\.csv, line 7: volt 'high' is no number"),
        ("telemetry", 7, "2015-01-01 11:00:00,1,inf,450,100,40", r"line 7: volt 'inf' is no number"),
        ("telemetry", 7, "2015-01-01 11:00:00,77,170,450,100,40", r"line 7: machine '77' is not in the file of"),
        ("telemetry", 7, "2015-01-01 11:00:00,1,2,3,4,5,9,9", r"telemetry\.csv: .*line 7"),
        ("telemetry", 7, "", r"line 7: datetime '' is no time"),
        ("telemetry", 1, "datetime,machineID,volt,rotate,pressure,x", r"line 1: no column vibration; .*--columns"),
        ("errors", 2, "yesterday,1,error1", r"errors\.csv, line 2: datetime 'yesterday' is no time"),
        ("failures", 3, "2015-01-09 06:00:00,1,", r"failures\.csv, line 3: failure '' is empty"),
        ("maintenance", 4, "2015-01-09 06:00:00,x1,comp1", r"maintenance\.csv, line 4: machine 'x1'"),
        ("machines", 3, "1,model3,18", r"machines\.csv, line 3: machine '1' stands there twice"),
        ("machines", 3, "2,model3,old", r"machines\.csv, line 3: age 'old' is no number"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    few: Path, tmp_path: Path, name: str, line: int, text: str, said: str
) -> None:
    files = edited(few, tmp_path, name, lambda lines: [*lines[: line - 1], text, *lines[line:]])
    with pytest.raises(LogFileError, match=said):
        evaluate_events(files)


def test_a_line_far_down_is_named_too(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LINES_AT_ONCE", 100)
    files = edited(few, tmp_path, "telemetry", lambda lines: [*lines[:1000], "never,1,1,1,1,1", *lines[1001:]])
    with pytest.raises(LogFileError, match="line 1001: datetime 'never'"):
        read_logs(files)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"datetime,machineID,failure\n", "no line but the head"),
        (b"datetime,machineID,failure\n2015-01-09 06:00:00,1,comp1,\n", "line 2: more fields than the head"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_files_without_content_are_named(few: Path, tmp_path: Path, content: bytes, said: str) -> None:
    files = edited(few, tmp_path, "failures", lambda lines: lines)
    files.failures.write_bytes(content)
    with pytest.raises(LogFileError, match=said):
        evaluate_events(files)


def test_a_machine_that_told_no_error_at_all_is_read(few: Path, tmp_path: Path) -> None:
    assert read_logs(edited(few, tmp_path, "errors", lambda lines: lines[:1])).errors.kinds == ()


def test_a_component_that_nothing_can_be_learnt_of_is_named(fleet: Path, tmp_path: Path) -> None:
    late = "2015-04-28 06:00:00,1,comp9"
    with pytest.raises(LogFileError, match="comp9 never fails in the first two thirds"):
        evaluate_events(edited(fleet, tmp_path, "failures", lambda lines: [*lines, late]))


def test_a_time_that_is_too_short_is_named(few: Path) -> None:
    with pytest.raises(LogFileError, match="too short"):
        evaluate_events(replace(files_of(few), horizon_hours=24 * 40))


def test_other_names_and_other_times_are_read_by_a_map(few: Path, tmp_path: Path) -> None:
    def american(line: str) -> str:
        day, rest = line[:10], line[19:]
        hour = int(line[11:13])
        return f"{int(day[5:7])}/{int(day[8:])}/{day[:4]} {hour % 12 or 12}:00:00 {'AM' if hour < 12 else 'PM'}{rest}"

    columns = tmp_path / "columns.toml"
    columns.write_text('machine = "unit"\nsignals = ["volt", "rotate", "pressure", "shaking"]\n')
    for name in NAMES:
        head, *lines = (few / f"{name}.csv").read_text().splitlines()
        told = lines if name == "machines" else list(map(american, lines))
        text = "\n".join([head.replace("machineID", "unit").replace("vibration", "shaking"), *told])
        (tmp_path / f"{name}.csv").write_text("\ufeff" + text + "\n")
    mapped, plain = read_logs(replace(files_of(tmp_path), columns=columns)), read_logs(files_of(few))
    assert np.array_equal(mapped.at, plain.at)
    assert np.array_equal(mapped.values, plain.values)
    assert np.array_equal(mapped.failures.at, plain.failures.at)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("machin = 'x'", "'machin' is not known"),
        ("machine = 3", "machine is a text"),
        ("signals = []", "a list of texts"),
        ("machine", "columns.toml"),
    ],
)
def test_a_map_that_is_wrong_is_named(few: Path, tmp_path: Path, text: str, said: str) -> None:
    columns = tmp_path / "columns.toml"
    columns.write_text(text)
    with pytest.raises(LogFileError, match=said):
        read_logs(replace(files_of(few), columns=columns))
